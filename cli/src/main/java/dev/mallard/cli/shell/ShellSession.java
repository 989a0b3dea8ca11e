package dev.mallard.cli.shell;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.cli.io.Sizes;
import dev.mallard.cli.output.DisplayOptions;
import dev.mallard.cli.output.DisplaySink;
import dev.mallard.cli.output.OutputFormat;
import dev.mallard.cli.output.RowSink;
import dev.mallard.cli.output.TextTable;
import dev.mallard.cli.output.TypeNames;
import dev.mallard.cli.transfer.Endpoints;
import dev.mallard.client.MallardClient;
import dev.mallard.error.MallardException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * What the shell does with what is typed: SQL, and commands that begin with a dot. Errors of the
 * server are thrown. One thread at a time.
 */
public final class ShellSession {
  private static final List<OutputFormat> FORMATS =
      Arrays.stream(OutputFormat.values()).filter(format -> !format.isBinary()).toList();

  /** The commands and what they do, as {@code .help} shows them. */
  static final List<List<String>> COMMANDS =
      List.of(
          List.of(".help", "this list"),
          List.of(".list [GLOB]", "the datasets"),
          List.of(".schema NAME", "a dataset's columns"),
          List.of(".format [FORMAT]", "how results are shown: " + labels()),
          List.of(".limit [N]", "rows that are shown of a result; 0 for all"),
          List.of(".timing [on|off]", "whether rows and time are shown"),
          List.of(".quit", "leave; so does Ctrl-D"));

  /** Where results go: a screen, or a pager when they are too large for it. */
  public interface Screen {
    /** Its width; 0 if it has none. */
    int columns();

    /** Shows text of whole lines. */
    void show(String text);

    /** For results that are not shown but written. */
    OutputStream stream();

    /** A remark on what is shown. */
    void say(String line);
  }

  private final MallardClient client;
  private final Screen screen;
  private OutputFormat format = OutputFormat.DISPLAY;
  private int limit = DisplayOptions.DEFAULT_ROWS;
  private boolean timing = true;
  private boolean left;

  public ShellSession(MallardClient client, Screen screen) {
    this.client = client;
    this.screen = screen;
  }

  private static String labels() {
    return FORMATS.stream().map(OutputFormat::label).collect(Collectors.joining(", "));
  }

  /** Whether the person wants to leave. */
  public boolean isLeft() {
    return left;
  }

  /**
   * One dot command, or any number of SQL statements with semicolons between them.
   *
   * @throws MallardException INVALID_ARGUMENT if it is no command
   */
  public void handle(String input) throws IOException {
    String text = input.strip();
    if (text.startsWith(".")) {
      command(text.split("\\s+", 2));
      return;
    }
    SqlText.Split split = SqlText.split(text);
    for (String statement : split.statements()) {
      query(statement);
    }
    if (!split.rest().isEmpty()) {
      query(split.rest());
    }
  }

  private void command(String[] words) {
    String argument = words.length > 1 ? words[1].strip() : "";
    switch (words[0].toLowerCase(Locale.ROOT)) {
      case ".help" -> help();
      case ".list" -> list(argument);
      case ".schema" -> schema(argument);
      case ".format" -> format(argument);
      case ".limit" -> limit(argument);
      case ".timing" -> timing(argument);
      case ".quit", ".exit" -> left = true;
      default ->
          throw MallardException.invalid(
              "'" + words[0] + "' is not a command; .help lists those that there are");
    }
  }

  private void help() {
    TextTable table =
        new TextTable(List.of(TextTable.Column.text("COMMAND"), TextTable.Column.text("WHAT")));
    COMMANDS.forEach(table::add);
    screen.show(
        String.join("\n", table.plain())
            + "\nAnything else is SQL, and ends with a semicolon. Ctrl-C cancels it.\n");
  }

  private void list(String pattern) {
    TextTable table =
        new TextTable(List.of(TextTable.Column.text("NAME"), TextTable.Column.number("ROWS")));
    for (FlightInfo info : client.list(pattern)) {
      table.add(String.join("/", info.getDescriptor().getPath()), Sizes.count(info.getRecords()));
    }
    screen.show(String.join("\n", table.plain()) + "\n");
  }

  private void schema(String name) {
    if (name.isEmpty()) {
      throw MallardException.invalid(".schema: name a dataset; .list shows them");
    }
    TextTable table =
        new TextTable(
            List.of(
                TextTable.Column.text("NAME"),
                TextTable.Column.text("TYPE"),
                TextTable.Column.text("NULLS")));
    for (Field field : client.schema(name).getFields()) {
      table.add(field.getName(), TypeNames.of(field), field.isNullable() ? "yes" : "no");
    }
    screen.show(String.join("\n", table.plain()) + "\n");
  }

  private void format(String label) {
    if (!label.isEmpty()) {
      OutputFormat wanted = OutputFormat.of(label);
      if (!FORMATS.contains(wanted)) {
        throw MallardException.invalid(
            ".format: '" + label + "' is for files; use mallard query --output-path");
      }
      format = wanted;
    }
    screen.say("format is " + format.label());
  }

  private void limit(String number) {
    if (!number.isEmpty()) {
      try {
        limit = Math.max(0, Integer.parseInt(number));
      } catch (NumberFormatException e) {
        throw MallardException.invalid(".limit: '" + number + "' is not a number");
      }
    }
    screen.say("limit is " + limit);
  }

  private void timing(String wanted) {
    timing = wanted.isEmpty() ? !timing : wanted.equals("on");
    screen.say("timing is " + (timing ? "on" : "off"));
  }

  private void query(String sql) throws IOException {
    long start = System.nanoTime();
    FlightInfo info = client.plan(sql);
    long rows = info.getEndpoints().isEmpty() ? 0 : show(info);
    if (timing) {
      Duration time = Duration.ofNanos(System.nanoTime() - start);
      boolean cut = format == OutputFormat.DISPLAY && limit > 0 && rows > limit;
      screen.say(
          Sizes.count(rows, "row")
              + (cut ? " (" + limit + " shown)" : "")
              + " in "
              + Sizes.time(time));
    }
  }

  private long show(FlightInfo info) throws IOException {
    boolean display = format == OutputFormat.DISPLAY;
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (BatchStream stream = new Endpoints(client, info.getEndpoints());
        RowSink sink =
            display
                ? new DisplaySink(stream.schema(), client.allocator(), text, options())
                : format.open(
                    Channels.newChannel(screen.stream()), stream.schema(), client.allocator())) {
      long rows = 0;
      IpcMessage message;
      while ((message = stream.next()) != null) {
        rows += message.rows();
        sink.write(message);
      }
      sink.finish();
      if (display) {
        screen.show(text.toString(StandardCharsets.UTF_8));
      } else {
        screen.stream().flush();
      }
      return rows;
    }
  }

  private DisplayOptions options() {
    return new DisplayOptions(limit, screen.columns(), DisplayOptions.DEFAULT_CELL);
  }
}
