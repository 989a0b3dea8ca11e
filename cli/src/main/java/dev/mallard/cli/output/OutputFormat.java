package dev.mallard.cli.output;

import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.error.MallardException;
import dev.mallard.parquet.ParquetFormat;
import dev.mallard.parquet.WriterOptions;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** What results can be written as. */
public enum OutputFormat {
  /** For people: a table that fits the terminal; see {@link DisplaySink}. */
  DISPLAY("txt"),
  CSV("csv"),
  TSV("tsv"),
  JSON("json"),
  JSONL("jsonl", "ndjson"),
  MARKDOWN("md"),
  PARQUET("parquet"),
  /** The IPC streaming format. */
  ARROW("arrows"),
  /** The IPC file format, which is Feather version 2. */
  FEATHER("feather", "arrow", "ipc");

  private static final int BUFFER_BYTES = 256 * 1024;

  private final List<String> extensions;

  OutputFormat(String... extensions) {
    this.extensions = List.of(extensions);
  }

  /**
   * The format of a name on the command line.
   *
   * @throws MallardException INVALID_ARGUMENT if there is none, with those that there are
   */
  public static OutputFormat of(String label) {
    return Arrays.stream(values())
        .filter(format -> format.label().equals(label.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                MallardException.invalid(
                    "output format: '" + label + "' (expected one of: " + labels() + ")"));
  }

  /** The format of a file name's extension. */
  public static Optional<OutputFormat> ofFile(String fileName) {
    String extension = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(format -> format != DISPLAY && format.extensions.contains(extension))
        .findFirst();
  }

  /** All names, as help texts have them. */
  public static String labels() {
    return Arrays.stream(values()).map(OutputFormat::label).collect(Collectors.joining(", "));
  }

  /** All extensions of files, with their dots. */
  public static String fileExtensions() {
    return Arrays.stream(values())
        .filter(format -> format != DISPLAY)
        .flatMap(format -> format.extensions.stream())
        .map(extension -> "." + extension)
        .collect(Collectors.joining(", "));
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Without a dot, the one for new files. */
  public String extension() {
    return extensions.get(0);
  }

  /** Whether people would not want it on their terminal. */
  public boolean isBinary() {
    return this == PARQUET || this == ARROW || this == FEATHER;
  }

  /**
   * A sink into a new file, or into a stream.
   *
   * @param target only appended to, and not closed
   * @param schema in message form
   * @throws MallardException INVALID_ARGUMENT if the format cannot hold it, naming the column
   */
  public RowSink open(WritableByteChannel target, Schema schema, BufferAllocator allocator)
      throws IOException {
    OutputStream out = new BufferedOutputStream(Channels.newOutputStream(target), BUFFER_BYTES);
    return switch (this) {
      case DISPLAY -> new DisplaySink(schema, allocator, out, DisplayOptions.DEFAULT);
      case CSV -> new CsvSink(schema, allocator, out);
      case TSV -> new TsvSink(schema, allocator, out);
      case JSON -> new JsonSink(schema, allocator, out, false);
      case JSONL -> new JsonSink(schema, allocator, out, true);
      case MARKDOWN -> new MarkdownSink(schema, allocator, out);
      case ARROW -> new IpcStreamSink(schema, target);
      case PARQUET ->
          stored(
              new ParquetFormat(WriterOptions.defaults(), ForkJoinPool.commonPool()),
              target,
              schema,
              allocator);
      case FEATHER -> stored(new FeatherFormat(), target, schema, allocator);
    };
  }

  private static RowSink stored(
      FileFormat format, WritableByteChannel target, Schema schema, BufferAllocator allocator)
      throws IOException {
    format.checkStorable(schema);
    return new FileSink(format.write(target, schema, allocator));
  }
}
