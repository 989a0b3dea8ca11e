package dev.mallard.cli.io;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * What a command has to do with the world: standard streams, environment, terminal, Ctrl-C. Results
 * go to {@link #out()}, everything else to {@link #err()}; both are UTF-8.
 *
 * <p>One for a process; tests make their own.
 */
public final class Console {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final InputStream in;
  private final OutputStream out;
  private final WritableByteChannel channel;
  private final PrintWriter outText;
  private final PrintWriter err;
  private final Map<String, String> environment;
  private final Terminal terminal;
  private final HiddenInput hidden;
  private final Interrupts interrupts = new Interrupts();

  public Console(
      InputStream in,
      OutputStream out,
      OutputStream err,
      Map<String, String> environment,
      Terminal terminal) {
    this(
        in,
        out,
        Channels.newChannel(out),
        err,
        environment,
        terminal,
        HiddenInput::ofStandardInput);
  }

  private Console(
      InputStream in,
      OutputStream out,
      WritableByteChannel channel,
      OutputStream err,
      Map<String, String> environment,
      Terminal terminal,
      HiddenInput hidden) {
    this.in = in;
    this.out = out;
    this.channel = channel;
    this.outText = writer(out);
    this.err = writer(err);
    this.environment = environment;
    this.terminal = terminal;
    this.hidden = hidden;
  }

  /** The process's own. */
  public static Console ofProcess() {
    FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    return new Console(
        // Java 17's file stream looks for its place when it is read whole, and a pipe has none.
        new BufferedInputStream(new FileInputStream(FileDescriptor.in)),
        new BufferedOutputStream(out, BUFFER_BYTES),
        out.getChannel(),
        new FileOutputStream(FileDescriptor.err),
        System.getenv(),
        Terminal.of(System.getProperties()),
        HiddenInput::ofTerminal);
  }

  private static PrintWriter writer(OutputStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  public InputStream in() {
    return in;
  }

  /** For bytes; text that was printed before must have been flushed. */
  public OutputStream out() {
    return out;
  }

  /** For many bytes: past all buffers, which must have been flushed. */
  public WritableByteChannel channel() {
    return channel;
  }

  /** For text; flushed at the end of each line. */
  public PrintWriter text() {
    return outText;
  }

  public PrintWriter err() {
    return err;
  }

  public Map<String, String> environment() {
    return environment;
  }

  public Terminal terminal() {
    return terminal;
  }

  /**
   * Asks the person at the terminal for what nobody may see being typed; empty if there is none.
   *
   * @throws IOException if Ctrl-C comes instead
   */
  public Optional<String> ask(String question) throws IOException {
    return hidden.ask(this, question);
  }

  public Interrupts interrupts() {
    return interrupts;
  }
}
