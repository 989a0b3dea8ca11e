package dev.mallard.cli.shell;

import dev.mallard.cli.io.NearestWord;
import dev.mallard.cli.output.OutputFormat;
import dev.mallard.error.MallardException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The shell's own commands, by the names that duckdb's, sqlite's and psql's users know: a dot, or a
 * backslash, at the beginning of a line.
 */
public enum ShellCommand {
  HELP(Argument.NONE, "", "this list", ".help", "\\?", "\\h"),
  TABLES(Argument.DATASET, "[GLOB]", "the datasets and SQL tables", ".tables", ".list", "\\dt"),
  DESCRIBE(
      Argument.DATASET,
      "[NAME]",
      "a dataset's columns; without a name, all datasets",
      "\\d",
      "\\d+"),
  SCHEMA(Argument.DATASET, "NAME", "a dataset's columns", ".schema"),
  MODE(Argument.FORMAT, "[FORMAT]", "how results are shown: " + formats(), ".mode", ".format"),
  LIMIT(Argument.OTHER, "[N]", "rows that display shows; 0 for all", ".limit", ".maxrows"),
  TIMING(Argument.SWITCH, "[on|off]", "rows and time, or not", ".timing", ".timer", "\\timing"),
  READ(Argument.FILE, "FILE", "run what is in a file", ".read", "\\i"),
  OUTPUT(
      Argument.FILE,
      "[FILE]",
      "results go into a file, as its extension says; without one to the screen again",
      ".output",
      "\\o"),
  ONCE(Argument.FILE, "FILE", "the next result goes into a file", ".once"),
  QUIT(Argument.NONE, "", "leave; so does Ctrl-D", ".quit", ".exit", "\\q");

  /** What may stand behind it. */
  enum Argument {
    NONE,
    DATASET,
    FORMAT,
    SWITCH,
    FILE,
    OTHER
  }

  /** What people type without thinking. */
  private static final Map<String, ShellCommand> WORDS =
      Map.of("help", HELP, "quit", QUIT, "exit", QUIT);

  /** What other shells have, and what does it here. */
  private static final Map<String, String> ELSEWHERE =
      Map.of(
          ".databases", "SHOW DATABASES; does it",
          "\\l", "SHOW DATABASES; does it",
          "\\x", "try .mode jsonl",
          ".import", "'mallard put' uploads files",
          "\\copy", "'mallard put' and 'mallard get' move files",
          ".open", "'mallard shell --uri' connects to another server",
          "\\c", "'mallard shell --uri' connects to another server");

  private static final int LIKE = 2;

  private final Argument argument;
  private final String usage;
  private final String what;
  private final List<String> names;

  ShellCommand(Argument argument, String usage, String what, String... names) {
    this.argument = argument;
    this.usage = usage;
    this.what = what;
    this.names = List.of(names);
  }

  private static String formats() {
    return Arrays.stream(OutputFormat.values())
        .filter(format -> !format.isBinary())
        .map(OutputFormat::label)
        .collect(Collectors.joining(", "));
  }

  /** All of its names, what may stand behind them, and what it does. */
  public List<String> describe() {
    String all = String.join(" ", names) + (usage.isEmpty() ? "" : " " + usage);
    return List.of(all, what);
  }

  Argument argument() {
    return argument;
  }

  static List<String> allNames() {
    return Arrays.stream(values()).flatMap(command -> command.names.stream()).toList();
  }

  /** Whether a line is for the shell rather than for SQL. */
  static boolean isMeant(String line) {
    String start = line.stripLeading();
    return start.startsWith(".") || start.startsWith("\\") || WORDS.containsKey(word(line));
  }

  private static String word(String line) {
    return withoutEnd(line.strip()).toLowerCase(Locale.ROOT);
  }

  /** People end everything with a semicolon. */
  private static String withoutEnd(String text) {
    return text.endsWith(";") ? text.substring(0, text.length() - 1).strip() : text;
  }

  /**
   * A command and what stands behind it, without quotes.
   *
   * @param name as it was typed
   */
  record Typed(ShellCommand command, String name, String argument) {}

  /**
   * @throws MallardException INVALID_ARGUMENT if there is no such command, with a hint
   */
  static Typed parse(String line) {
    String[] words = withoutEnd(line.strip()).split("\\s+", 2);
    String name = words[0].toLowerCase(Locale.ROOT);
    String argument = words.length > 1 ? withoutQuotes(words[1].strip()) : "";
    ShellCommand command =
        find(name)
            .or(() -> Optional.ofNullable(WORDS.get(name)))
            .orElseThrow(() -> MallardException.invalid(unknown(words[0], name)));
    if (argument.isEmpty() && !command.usage.isEmpty() && !command.usage.startsWith("[")) {
      throw MallardException.invalid(name + ": say which, as in: " + name + " " + command.usage);
    }
    return new Typed(command, name, argument);
  }

  static Optional<ShellCommand> find(String name) {
    return Arrays.stream(values()).filter(command -> command.names.contains(name)).findFirst();
  }

  private static String withoutQuotes(String text) {
    boolean quoted =
        text.length() > 1
            && Set.of('\'', '"').contains(text.charAt(0))
            && text.charAt(0) == text.charAt(text.length() - 1);
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  private static String unknown(String typed, String name) {
    String hint = ELSEWHERE.get(name);
    if (hint == null) {
      hint =
          NearestWord.of(name, allNames(), LIKE)
              .map(near -> "did you mean " + near + "?")
              .orElse(".help lists those that there are");
    }
    return "'" + typed + "' is not a command; " + hint;
  }
}
