package dev.mallard.cli;

import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.NewFile;
import dev.mallard.cli.io.UsageException;
import dev.mallard.cli.output.OutputFormat;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where results go, and as what.
 *
 * @param path null for standard output
 */
record OutputTarget(@Nullable Path path, OutputFormat format) {
  static final String STANDARD = "-";

  /** The format of a file name, or a usage error that lists those that there are. */
  static OutputFormat formatOf(Path file) {
    return OutputFormat.ofFile(String.valueOf(file.getFileName()))
        .orElseThrow(
            () ->
                new UsageException(
                    "'"
                        + file
                        + "': its extension names no format (expected one of: "
                        + OutputFormat.fileExtensions()
                        + ")"));
  }

  /**
   * @param path as given; {@code -} is standard output
   * @param format as given
   * @param fallback the format if neither says it
   * @param base the file name without extension where it must be a file and none is given; null
   *     takes standard output
   */
  static OutputTarget of(
      Console console,
      @Nullable String path,
      @Nullable String format,
      OutputFormat fallback,
      @Nullable String base) {
    Optional<OutputFormat> given = Optional.ofNullable(format).map(OutputTarget::parse);
    if (path != null && !path.equals(STANDARD)) {
      Path file = Path.of(path);
      return new OutputTarget(
          file, given.orElseGet(() -> NewFile.isDevice(file) ? fallback : formatOf(file)));
    }
    OutputFormat wanted = given.orElse(fallback);
    if (path == null && base != null && isForFiles(wanted)) {
      return new OutputTarget(Path.of(base + "." + wanted.extension()), wanted);
    }
    if (wanted.isBinary() && console.terminal().out()) {
      throw new UsageException(
          wanted.label() + " is not for a terminal; name a file with --output-path, or redirect");
    }
    return new OutputTarget(null, wanted);
  }

  /** A format of the command line, or a usage error that lists those that there are. */
  static OutputFormat parse(String label) {
    try {
      return OutputFormat.of(label);
    } catch (dev.mallard.error.MallardException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** Formats that are kept rather than read: they go to a file unless told otherwise. */
  private static boolean isForFiles(OutputFormat format) {
    return format == OutputFormat.CSV || format.isBinary();
  }
}
