package dev.mallard.cli.shell;

import dev.mallard.cli.io.Console;
import dev.mallard.client.MallardClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The shell without a terminal: a script on standard input, which the first error ends. */
public final class PipedShell implements ShellSession.Screen {
  private final Console console;
  private final ShellSession session;

  public PipedShell(Console console, MallardClient client) {
    this.console = console;
    this.session = new ShellSession(client, this);
  }

  /** Runs all of it; errors are thrown. */
  public void run() throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8));
    StringBuilder statement = new StringBuilder();
    String line;
    while (!session.isLeft() && (line = lines.readLine()) != null) {
      if (statement.isEmpty() && line.startsWith(".")) {
        session.handle(line);
        continue;
      }
      statement.append(line).append('\n');
      if (SqlText.isComplete(statement.toString())) {
        runStatement(statement.toString());
        statement.setLength(0);
      }
    }
    if (!session.isLeft()) {
      runStatement(statement.toString());
    }
  }

  private void runStatement(String statement) throws IOException {
    if (!statement.isBlank()) {
      session.handle(statement);
    }
  }

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
