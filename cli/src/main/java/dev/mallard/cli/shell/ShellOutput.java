package dev.mallard.cli.shell;

import dev.mallard.cli.io.NewFile;
import dev.mallard.cli.output.DisplayOptions;
import dev.mallard.cli.output.DisplaySink;
import dev.mallard.cli.output.OutputFormat;
import dev.mallard.cli.output.RowSink;
import dev.mallard.cli.statement.ResultPlace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Where the shell's results go, and as what: the screen, or a file, which takes them one below the
 * other and appears when it is left ({@link #toScreen}). Closing it before leaves no file. One
 * thread at a time.
 */
final class ShellOutput implements ResultPlace, AutoCloseable {
  /** A file that takes results. */
  private record Target(NewFile file, Path path, OutputFormat format, boolean once) {}

  private final Screen screen;
  private OutputFormat format = OutputFormat.DISPLAY;
  private int limit = DisplayOptions.DEFAULT_ROWS;
  private @Nullable Target target;
  private @Nullable RowSink sink;
  private ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private long mark;

  ShellOutput(Screen screen) {
    this.screen = screen;
  }

  OutputFormat format() {
    return format;
  }

  /** On the screen, and in files whose names do not say another. */
  void format(OutputFormat wanted) {
    format = wanted;
  }

  int limit() {
    return limit;
  }

  void limit(int rows) {
    limit = rows;
  }

  /** Whether a result of so many rows is not shown as a whole. */
  boolean isCut(long rows) {
    return target == null && format == OutputFormat.DISPLAY && limit > 0 && rows > limit;
  }

  /**
   * From now on results go there.
   *
   * @param once only the next one; so it is in formats that hold one
   */
  void toFile(Path path, boolean once) throws IOException {
    toScreen();
    OutputFormat named = OutputFormat.ofFile(String.valueOf(path.getFileName())).orElse(format);
    target = new Target(NewFile.create(path), path, named, once || named.isBinary());
  }

  /** Lets the file appear, if there is one. */
  void toScreen() throws IOException {
    Target written = target;
    target = null;
    if (written != null) {
      try (NewFile file = written.file()) {
        file.complete();
        screen.say("results are in " + written.path());
      }
    }
  }

  /** Shows what is no result, such as a list of tables. */
  void show(String text) throws IOException {
    if (target == null || target.format().isBinary()) {
      screen.show(text);
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      target.file().channel().write(bytes);
    }
  }

  @Override
  public RowSink begin(Schema schema, BufferAllocator allocator) throws IOException {
    abandon();
    sink = target == null ? onScreen(schema, allocator) : inFile(target, schema, allocator);
    return sink;
  }

  private RowSink onScreen(Schema schema, BufferAllocator allocator) throws IOException {
    if (format != OutputFormat.DISPLAY) {
      return format.open(Channels.newChannel(screen.stream()), schema, allocator);
    }
    shown = new ByteArrayOutputStream();
    return new DisplaySink(schema, allocator, shown, display(limit, screen.columns()));
  }

  private RowSink inFile(Target into, Schema schema, BufferAllocator allocator) throws IOException {
    FileChannel channel = into.file().channel();
    mark = channel.position();
    if (into.format() != OutputFormat.DISPLAY) {
      return into.format().open(channel, schema, allocator);
    }
    OutputStream text = Channels.newOutputStream(channel);
    return new DisplaySink(schema, allocator, text, display(0, 0));
  }

  private static DisplayOptions display(int rows, int columns) {
    return new DisplayOptions(rows, columns, DisplayOptions.DEFAULT_CELL);
  }

  @Override
  public void arrived() throws IOException {
    RowSink whole = sink;
    if (whole == null) {
      return;
    }
    whole.finish();
    whole.close();
    sink = null;
    if (target != null) {
      if (target.once()) {
        toScreen();
      }
    } else if (format == OutputFormat.DISPLAY) {
      screen.show(shown.toString(StandardCharsets.UTF_8));
    } else {
      screen.stream().flush();
    }
  }

  /** Forgets a result that did not come to its end: no file keeps half of one. */
  void abandon() throws IOException {
    if (sink == null) {
      return;
    }
    sink.close();
    sink = null;
    if (target != null && target.file().channel().size() > mark) {
      target.file().channel().truncate(mark);
    }
  }

  @Override
  public void close() throws IOException {
    abandon();
    if (target != null) {
      target.file().close();
    }
  }
}
