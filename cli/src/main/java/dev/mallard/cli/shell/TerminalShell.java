package dev.mallard.cli.shell;

import dev.mallard.cli.io.Console;
import dev.mallard.client.MallardClient;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** The shell on a terminal: history, multi-line editing, completion, Ctrl-C, a pager. */
public final class TerminalShell implements Screen {
  private static final String HISTORY = ".mallard_history";

  private final Console console;
  private final MallardClient client;
  private final Function<Throwable, String> explain;
  private final Terminal terminal;

  /**
   * @param explain an error in words
   */
  public TerminalShell(Console console, MallardClient client, Function<Throwable, String> explain)
      throws IOException {
    this.console = console;
    this.client = client;
    this.explain = explain;
    this.terminal = TerminalBuilder.builder().system(true).build();
  }

  /** Reads and runs until the person leaves. */
  public void run() throws IOException {
    try (terminal) {
      LineReader reader =
          LineReaderBuilder.builder()
              .terminal(terminal)
              .parser(new SqlParser())
              .completer(new Words(client))
              .variable(LineReader.HISTORY_FILE, historyFile())
              .variable(LineReader.SECONDARY_PROMPT_PATTERN, "    ...> ")
              .option(LineReader.Option.CASE_INSENSITIVE, true)
              .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
              .build();
      try (ShellSession session = new ShellSession(client, this)) {
        say("connected to " + client.address() + "; .help for help, .quit to leave");
        converse(session, reader);
        session.leave();
      }
    }
  }

  private void converse(ShellSession session, LineReader reader) {
    while (!session.isLeft()) {
      try {
        execute(session, reader.readLine("mallard> "));
      } catch (UserInterruptException e) {
        // Ctrl-C while typing: a new line.
        say("");
      } catch (EndOfFileException e) {
        return;
      }
    }
  }

  private Path historyFile() {
    String home = console.environment().getOrDefault("HOME", System.getProperty("user.home"));
    return Path.of(home, HISTORY);
  }

  private void execute(ShellSession session, String input) {
    if (input.isBlank()) {
      return;
    }
    Terminal.SignalHandler previous =
        terminal.handle(Terminal.Signal.INT, signal -> client.cancelAll());
    try {
      session.handle(input);
    } catch (IOException | RuntimeException e) {
      say(explain.apply(e));
    } finally {
      terminal.handle(Terminal.Signal.INT, previous);
    }
  }

  @Override
  public int columns() {
    return pager().isEmpty() ? terminal.getWidth() : 0;
  }

  @Override
  public void show(String text) {
    List<String> lines = text.lines().toList();
    int widest = lines.stream().mapToInt(String::length).max().orElse(0);
    boolean fits = lines.size() < terminal.getHeight() && widest <= terminal.getWidth();
    if (fits || pager().isEmpty() || !page(text)) {
      terminal.writer().print(text);
      terminal.flush();
    }
  }

  /** The pager's words; empty for none. */
  private List<String> pager() {
    String pager = console.environment().getOrDefault("PAGER", "less");
    if (pager.isBlank() || terminal.getWidth() == 0) {
      return List.of();
    }
    return pager.strip().equals("less")
        ? List.of("less", "-S", "-F", "-X")
        : List.of(pager.split(" "));
  }

  private boolean page(String text) {
    try {
      Process process =
          new ProcessBuilder(pager())
              .redirectOutput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (OutputStream in = process.getOutputStream()) {
        in.write(text.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // The person has seen enough.
        process.waitFor();
        return true;
      }
      process.waitFor();
      return true;
    } catch (IOException e) {
      // There is no such pager.
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Override
  public OutputStream stream() {
    return terminal.output();
  }

  @Override
  public void say(String line) {
    terminal.writer().println(line);
    terminal.flush();
  }
}
