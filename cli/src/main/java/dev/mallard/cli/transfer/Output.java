package dev.mallard.cli.transfer;

import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.NewFile;
import dev.mallard.cli.output.DisplayOptions;
import dev.mallard.cli.output.DisplaySink;
import dev.mallard.cli.output.OutputFormat;
import dev.mallard.cli.output.RowSink;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Where a result goes: standard output, or a file that appears when it is complete. One thread at a
 * time; closing it without {@link #complete()} leaves nothing behind.
 */
public final class Output implements AutoCloseable {
  private final Console console;
  private final OutputFormat format;
  private final DisplayOptions display;
  private final @Nullable NewFile file;
  private @Nullable RowSink sink;

  private Output(
      Console console, OutputFormat format, DisplayOptions display, @Nullable NewFile file) {
    this.console = console;
    this.format = format;
    this.display = display;
    this.file = file;
  }

  /**
   * @param path null for standard output
   */
  public static Output open(
      Console console, @Nullable Path path, OutputFormat format, DisplayOptions display)
      throws IOException {
    return new Output(console, format, display, path == null ? null : NewFile.create(path));
  }

  /**
   * Begins to write; belongs to this output, which closes it.
   *
   * @param schema in message form
   */
  public RowSink begin(Schema schema, BufferAllocator allocator) throws IOException {
    sink = create(schema, allocator);
    return sink;
  }

  private RowSink create(Schema schema, BufferAllocator allocator) throws IOException {
    WritableByteChannel target = file == null ? console.channel() : file.channel();
    return format == OutputFormat.DISPLAY
        ? new DisplaySink(schema, allocator, stream(target), display)
        : format.open(target, schema, allocator);
  }

  private static OutputStream stream(WritableByteChannel target) {
    return new BufferedOutputStream(Channels.newOutputStream(target));
  }

  /** Ends what was begun and lets it appear; returns the file's length, or −1 if there is none. */
  public long complete() throws IOException {
    if (sink != null) {
      sink.finish();
    }
    return file == null ? -1 : file.complete();
  }

  @Override
  public void close() throws IOException {
    if (sink != null) {
      sink.close();
    }
    if (file != null) {
      file.close();
    }
  }
}
