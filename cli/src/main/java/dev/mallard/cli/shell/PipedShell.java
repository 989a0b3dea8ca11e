package dev.mallard.cli.shell;

import dev.mallard.cli.io.Console;
import dev.mallard.client.MallardClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The shell without a terminal: a script on standard input, which the first error ends. */
public final class PipedShell {
  private final Console console;
  private final MallardClient client;

  public PipedShell(Console console, MallardClient client) {
    this.console = console;
    this.client = client;
  }

  /** Runs all of it; errors are thrown. */
  public void run() throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8));
    try (ShellSession session = new ShellSession(client, new Streams(console))) {
      session.run(lines);
      session.leave();
    }
  }

  /** Results on standard output, remarks on standard error. */
  private record Streams(Console console) implements Screen {
    @Override
    public int columns() {
      return 0;
    }

    @Override
    public void show(String text) {
      console.text().print(text);
      console.text().flush();
    }

    @Override
    public OutputStream stream() {
      return console.out();
    }

    @Override
    public void say(String line) {
      console.err().println(line);
    }
  }
}
