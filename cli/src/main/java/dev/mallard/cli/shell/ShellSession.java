package dev.mallard.cli.shell;

import dev.mallard.cli.describe.Listings;
import dev.mallard.cli.io.Sizes;
import dev.mallard.cli.output.Listing;
import dev.mallard.cli.output.OutputFormat;
import dev.mallard.cli.output.TextTable;
import dev.mallard.cli.statement.SqlText;
import dev.mallard.cli.statement.StatementRunner;
import dev.mallard.client.MallardClient;
import dev.mallard.error.MallardException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the shell does with what is typed: SQL, and commands of its own ({@link ShellCommand}).
 * Errors of the server are thrown. One thread at a time.
 */
final class ShellSession implements AutoCloseable {
  /** What duckdb and sqlite call their tables for people. */
  private static final Set<String> BOXES = Set.of("box", "duckbox", "table", "column", "columns");

  private static final int DEEPEST_SCRIPT = 16;

  /** So short a statement is looked through after each line, whether that may end it or not. */
  private static final int SHORT = 4096;

  private final MallardClient client;
  private final Screen screen;
  private final ShellOutput output;
  private boolean timing = true;
  private boolean left;
  private int depth;

  ShellSession(MallardClient client, Screen screen) {
    this.client = client;
    this.screen = screen;
    this.output = new ShellOutput(screen);
  }

  /** Whether the person wants to leave. */
  boolean isLeft() {
    return left;
  }

  /** Runs a script to its end, or to the first error. */
  void run(BufferedReader lines) throws IOException {
    StringBuilder statement = new StringBuilder();
    String line;
    while (!left && (line = lines.readLine()) != null) {
      if (statement.isEmpty() && ShellCommand.isMeant(line)) {
        handle(line);
        continue;
      }
      statement.append(line).append('\n');
      boolean mayEnd = line.indexOf(';') >= 0 || statement.length() < SHORT;
      if (mayEnd && SqlText.isComplete(statement.toString())) {
        handle(statement.toString());
        statement.setLength(0);
      }
    }
    if (!left) {
      handle(statement.toString());
    }
  }

  /**
   * One command of the shell's own, or any number of SQL statements with semicolons between them.
   *
   * @throws MallardException INVALID_ARGUMENT if it is no command
   */
  void handle(String input) throws IOException {
    if (ShellCommand.isMeant(input)) {
      command(ShellCommand.parse(input));
      return;
    }
    for (String statement : SqlText.split(input).all()) {
      query(statement);
    }
  }

  /** The end of all: what was written into a file is kept. */
  void leave() throws IOException {
    output.toScreen();
  }

  @Override
  public void close() throws IOException {
    output.close();
  }

  private void command(ShellCommand.Typed typed) throws IOException {
    String argument = typed.argument();
    switch (typed.command()) {
      case HELP -> help();
      case TABLES -> show(Listings.datasets(client.list(argument)));
      case DESCRIBE -> describe(argument);
      case SCHEMA -> show(Listings.columns(client.schema(argument)));
      case MODE -> mode(argument);
      case LIMIT -> limit(typed.name(), argument);
      case TIMING -> timing(typed.name(), argument);
      case READ -> read(Path.of(argument));
      case OUTPUT -> output(argument);
      case ONCE -> output.toFile(Path.of(argument), true);
      case QUIT -> left = true;
    }
  }

  private void help() throws IOException {
    TextTable table =
        new TextTable(List.of(TextTable.Column.text("COMMAND"), TextTable.Column.text("WHAT")));
    for (ShellCommand command : ShellCommand.values()) {
      table.add(command.describe());
    }
    output.show(
        String.join("\n", table.plain())
            + "\nAnything else is SQL, and ends with a semicolon. Ctrl-C cancels it.\n");
  }

  private void describe(String name) throws IOException {
    show(
        name.isEmpty()
            ? Listings.datasets(client.list(""))
            : Listings.columns(client.schema(name)));
  }

  private void show(Listing listing) throws IOException {
    output.show(String.join("\n", listing.lines()) + "\n");
  }

  private void mode(String label) {
    if (!label.isEmpty()) {
      boolean box = BOXES.contains(label.toLowerCase(Locale.ROOT));
      OutputFormat wanted = box ? OutputFormat.DISPLAY : OutputFormat.of(label);
      if (wanted.isBinary()) {
        screen.say(wanted.label() + " is for files, as in: .once result." + wanted.extension());
      } else {
        output.format(wanted);
      }
    }
    screen.say("format is " + output.format().label());
  }

  private void limit(String command, String number) {
    if (!number.isEmpty()) {
      try {
        output.limit(Math.max(0, Integer.parseInt(number)));
      } catch (NumberFormatException e) {
        throw MallardException.invalid(command + ": '" + number + "' is not a number");
      }
    }
    screen.say("limit is " + output.limit());
  }

  private void timing(String command, String wanted) {
    timing =
        switch (wanted.toLowerCase(Locale.ROOT)) {
          case "" -> !timing;
          case "on" -> true;
          case "off" -> false;
          default ->
              throw MallardException.invalid(command + ": '" + wanted + "' is neither on nor off");
        };
    screen.say("timing is " + (timing ? "on" : "off"));
  }

  private void read(Path file) throws IOException {
    if (depth >= DEEPEST_SCRIPT) {
      throw MallardException.invalid(".read: '" + file + "' is read by itself");
    }
    depth++;
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      run(lines);
    } finally {
      depth--;
    }
  }

  private void output(String file) throws IOException {
    if (file.isEmpty() || file.equals("stdout")) {
      output.toScreen();
    } else {
      output.toFile(Path.of(file), false);
    }
  }

  private void query(String sql) throws IOException {
    try {
      StatementRunner runner = new StatementRunner(client);
      say(runner.run(() -> client.plan(sql), output));
    } finally {
      output.abandon();
    }
  }

  private void say(StatementRunner.Outcome outcome) {
    boolean cut = outcome.isQuery() && output.isCut(outcome.rows());
    String remark = cut ? " (" + output.limit() + " shown; .limit 0 shows all)" : "";
    if (timing) {
      screen.say(outcome.said(remark) + " in " + Sizes.time(outcome.time()));
    } else if (cut || !outcome.isQuery()) {
      screen.say(outcome.said(remark));
    }
  }
}
