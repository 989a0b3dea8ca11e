package dev.mallard.cli.transfer;

import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.NewFile;
import dev.mallard.cli.output.DisplayOptions;
import dev.mallard.cli.output.DisplaySink;
import dev.mallard.cli.output.OutputFormat;
import dev.mallard.cli.output.RowSink;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
  private final @Nullable FileChannel spool;
  private @Nullable RowSink sink;

  private Output(
      Console console,
      OutputFormat format,
      DisplayOptions display,
      @Nullable NewFile file,
      @Nullable FileChannel spool) {
    this.console = console;
    this.format = format;
    this.display = display;
    this.file = file;
    this.spool = spool;
  }

  /**
   * @param path null for standard output
   */
  public static Output open(
      Console console, @Nullable Path path, OutputFormat format, DisplayOptions display)
      throws IOException {
    NewFile file = path == null ? null : NewFile.create(path);
    boolean spooled = format.needsFile() && (file == null || file.isDevice());
    return new Output(console, format, display, file, spooled ? temporary() : null);
  }

  /** For what must be a file before it can be sent on. */
  private static FileChannel temporary() throws IOException {
    Path file = Files.createTempFile("mallard", ".part");
    return FileChannel.open(
        file,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.DELETE_ON_CLOSE);
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
    if (format == OutputFormat.DISPLAY) {
      OutputStream out = file == null ? console.out() : Channels.newOutputStream(file.channel());
      return new DisplaySink(schema, allocator, out, display);
    }
    FileChannel target = spool != null ? spool : file == null ? null : file.channel();
    return target != null
        ? format.openFile(target, schema, allocator)
        : format.openStream(console.out(), schema, allocator);
  }

  /** Ends what was begun and lets it appear; returns the file's length, or −1 if there is none. */
  public long complete() throws IOException {
    if (sink != null) {
      sink.finish();
    }
    if (spool != null) {
      spool.position(0);
      OutputStream to = file == null ? console.out() : Channels.newOutputStream(file.channel());
      Channels.newInputStream(spool).transferTo(to);
      to.flush();
    }
    return file == null ? -1 : file.complete();
  }

  @Override
  public void close() throws IOException {
    if (sink != null) {
      sink.close();
    }
    if (spool != null) {
      spool.close();
    }
    if (file != null) {
      file.close();
    }
  }
}
