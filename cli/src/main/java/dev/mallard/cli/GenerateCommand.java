package dev.mallard.cli;

import dev.mallard.arrow.IpcMessage;
import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.Progress;
import dev.mallard.cli.io.UsageException;
import dev.mallard.cli.output.DisplayOptions;
import dev.mallard.cli.output.OutputFormat;
import dev.mallard.cli.output.RowSink;
import dev.mallard.cli.transfer.Output;
import dev.mallard.generate.SampleKind;
import dev.mallard.generate.SampleSize;
import dev.mallard.generate.SampleStream;
import dev.mallard.generate.SampleTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mallard generate}. */
@Command(
    name = "generate",
    description =
        "Write sample data, always the same for a seed, into a file or a folder of files.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  mallard generate --num-records 100000 --output-path sample_data.parquet",
      "  mallard generate --kind feather-demo --output-path sql_data.feather",
      "  mallard generate --kind tpch --scale 1 --output-path tpch       eight files in a folder",
      "  mallard generate --kind mixed --num-records 1000000 --output-path mixed.csv"
    })
public final class GenerateCommand extends ConsoleCommand {
  @Option(
      names = {"-n", "--num-records"},
      paramLabel = "N",
      description = "Rows (default: what the kind takes; sample: 100000).")
  private @Nullable Long records;

  @Option(
      names = {"-o", "--output-path"},
      paramLabel = "PATH",
      description =
          "A file whose extension names the format (.parquet, .feather, .csv, …), or for several"
              + " tables a folder (default: sample_data.parquet, KIND.parquet, or the folder KIND).")
  private @Nullable Path path;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      defaultValue = "sample",
      description = {
        "sample: ids, dates, categories, numbers, flags and text (default);",
        "feather-demo: a flag with nulls and a struct with nulls;",
        "mixed: int64, date, two strings, two doubles, bool;",
        "batch: int64 and a short string;",
        "demo: the four datasets of 'mallard demo';",
        "tpch: the eight tables of TPC-H."
      })
  private String kind = "sample";

  @Option(
      names = "--scale",
      paramLabel = "FACTOR",
      description = "TPC-H's scale factor (default: 0.1).")
  private @Nullable Double scale;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "Another seed gives other data (default: 100).")
  private long seed = SampleKind.DEFAULT_SEED;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "parquet",
      description = "Of the files in a folder (default: ${DEFAULT-VALUE}).")
  private String folderFormat = "parquet";

  GenerateCommand(Console console) {
    super(console);
  }

  @Override
  int run() throws IOException {
    List<SampleTable> tables = tables();
    boolean folder = tables.size() > 1;
    Path target = path != null ? path : defaultPath(folder);
    if (folder) {
      Files.createDirectories(target);
    }
    for (SampleTable table : tables) {
      write(table, folder ? fileIn(target, table) : target);
    }
    return 0;
  }

  private List<SampleTable> tables() {
    try {
      SampleSize size =
          new SampleSize(
              records == null ? OptionalLong.empty() : OptionalLong.of(records),
              scale == null ? OptionalDouble.empty() : OptionalDouble.of(scale));
      return SampleKind.of(kind.toLowerCase(Locale.ROOT)).tables(size, seed);
    } catch (dev.mallard.error.MallardException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private Path defaultPath(boolean folder) {
    return Path.of(
        folder ? kind : kind.equals("sample") ? "sample_data.parquet" : kind + ".parquet");
  }

  /** A table's name may have a format already, as datasets do. */
  private Path fileIn(Path folder, SampleTable table) throws IOException {
    String name = table.name();
    if (OutputFormat.ofFile(name).isEmpty()) {
      name += "." + OutputFormat.of(folderFormat).extension();
    }
    Path file = folder.resolve(name);
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    return file;
  }

  private void write(SampleTable table, Path file) throws IOException {
    OutputFormat format = OutputTarget.formatOf(file);
    try (BufferAllocator allocator = new RootAllocator();
        Progress progress = new Progress(console(), "generate " + table.name(), -1);
        Output output = Output.open(console(), file, format, DisplayOptions.DEFAULT);
        SampleStream rows = SampleStream.of(table, allocator)) {
      RowSink sink = output.begin(rows.schema(), allocator);
      IpcMessage message;
      while ((message = rows.next()) != null) {
        stopIfInterrupted();
        progress.add(message.encodedBytes(), message.rows());
        sink.write(message);
      }
      output.complete();
      progress.done(file.toString());
    }
  }

  private void stopIfInterrupted() throws IOException {
    if (console().interrupts().isInterrupted()) {
      throw new IOException("interrupted");
    }
  }
}
