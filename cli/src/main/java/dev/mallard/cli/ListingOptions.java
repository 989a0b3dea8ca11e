package dev.mallard.cli;

import dev.mallard.cli.io.Console;
import dev.mallard.cli.output.DisplayOptions;
import dev.mallard.cli.output.Listing;
import dev.mallard.cli.output.OutputFormat;
import dev.mallard.cli.transfer.Output;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command whose answer is rows writes them: as query does, and by default for people. */
final class ListingOptions {
  @Option(
      names = "--output-format",
      paramLabel = "FORMAT",
      description =
          "As for query (default: by --output-path's extension, otherwise display: a plain table"
              + " with rounded sizes; the other formats have exact ones).")
  private @Nullable String format;

  @Option(
      names = {"-o", "--output-path"},
      paramLabel = "FILE",
      description = "Where it goes; '-' is standard output (default).")
  private @Nullable String path;

  /** Says early what is wrong with the options. */
  OutputTarget target(Console console) {
    return OutputTarget.of(console, path, format, OutputFormat.DISPLAY, null);
  }

  static void write(Console console, OutputTarget target, Listing listing) throws IOException {
    write(console, target, listing, Listing::lines);
  }

  /**
   * @param display how people see it
   */
  static void write(
      Console console,
      OutputTarget target,
      Listing listing,
      Function<Listing, List<String>> display)
      throws IOException {
    if (target.path() == null && target.format() == OutputFormat.DISPLAY) {
      display.apply(listing).forEach(console.text()::println);
      return;
    }
    DisplayOptions all = new DisplayOptions(0, 0, Integer.MAX_VALUE);
    try (BufferAllocator allocator = new RootAllocator();
        Output output = Output.open(console, target.path(), target.format(), all)) {
      output.begin(listing.schema(), allocator).write(listing.encode(allocator));
      output.complete();
    }
  }
}
