package dev.mallard.cli.shell;

import dev.mallard.cli.output.OutputFormat;
import dev.mallard.client.MallardClient;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.jline.builtins.Completers;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** What may be typed next: keywords, datasets, columns, commands. One thread at a time. */
final class Words implements Completer {
  private static final long FRESH_NANOS = 10_000_000_000L;

  private static final List<String> KEYWORDS =
      List.of(
          "ALTER",
          "AND",
          "AS",
          "ASC",
          "BETWEEN",
          "BY",
          "CASE",
          "CAST",
          "COUNT",
          "CREATE",
          "CROSS",
          "DELETE",
          "DESC",
          "DESCRIBE",
          "DISTINCT",
          "DROP",
          "ELSE",
          "END",
          "EXCEPT",
          "EXISTS",
          "EXPLAIN",
          "FALSE",
          "FROM",
          "FULL",
          "GROUP",
          "HAVING",
          "ILIKE",
          "IN",
          "INNER",
          "INSERT",
          "INTERSECT",
          "INTO",
          "IS",
          "JOIN",
          "LEFT",
          "LIKE",
          "LIMIT",
          "NOT",
          "NULL",
          "OFFSET",
          "ON",
          "OR",
          "ORDER",
          "OUTER",
          "OVER",
          "PARTITION",
          "QUALIFY",
          "RIGHT",
          "SELECT",
          "SET",
          "SHOW",
          "SUM",
          "TABLE",
          "THEN",
          "TRUE",
          "UNION",
          "UPDATE",
          "USING",
          "VALUES",
          "VIEW",
          "WHEN",
          "WHERE",
          "WINDOW",
          "WITH");

  private final MallardClient client;
  private final Set<String> datasets = new TreeSet<>();
  private final Set<String> columns = new TreeSet<>();
  private long fetched;

  Words(MallardClient client) {
    this.client = client;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    String word = line.word();
    if (ShellCommand.isMeant(line.line())) {
      command(reader, line, candidates);
      return;
    }
    refresh();
    boolean small = !word.isEmpty() && Character.isLowerCase(word.charAt(0));
    for (String keyword : KEYWORDS) {
      candidates.add(new Candidate(small ? keyword.toLowerCase(Locale.ROOT) : keyword));
    }
    Stream.concat(datasets.stream(), columns.stream())
        .map(Words::quoted)
        .forEach(name -> candidates.add(new Candidate(name)));
  }

  private void command(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    if (line.wordIndex() == 0) {
      ShellCommand.allNames().forEach(name -> candidates.add(new Candidate(name)));
      return;
    }
    Optional<ShellCommand> command = ShellCommand.find(line.words().get(0));
    switch (command.map(ShellCommand::argument).orElse(ShellCommand.Argument.NONE)) {
      case DATASET -> {
        refresh();
        datasets.forEach(name -> candidates.add(new Candidate(name)));
      }
      case FORMAT ->
          Arrays.stream(OutputFormat.values())
              .filter(format -> !format.isBinary())
              .forEach(format -> candidates.add(new Candidate(format.label())));
      case SWITCH -> {
        candidates.add(new Candidate("on"));
        candidates.add(new Candidate("off"));
      }
      case FILE -> new Completers.FileNameCompleter().complete(reader, line, candidates);
      case NONE, OTHER -> {}
    }
  }

  /** Datasets and columns as they are now, or were a moment ago. */
  private void refresh() {
    if (fetched != 0 && System.nanoTime() - fetched < FRESH_NANOS) {
      return;
    }
    fetched = System.nanoTime();
    try {
      datasets.clear();
      columns.clear();
      for (FlightInfo info : client.list("")) {
        datasets.add(withoutExtension(String.join("/", info.getDescriptor().getPath())));
        info.getSchema().getFields().forEach(field -> columns.add(field.getName()));
      }
    } catch (FlightRuntimeException e) {
      // Keywords are still there; the next statement will say what is wrong.
      datasets.clear();
    }
  }

  /** Datasets are found without it, and SQL needs no quotes then. */
  private static String withoutExtension(String name) {
    return name.replaceFirst("\\.(parquet|feather|arrow|ipc)$", "");
  }

  /** In double quotes if SQL needs them. */
  private static String quoted(String name) {
    return name.matches("[A-Za-z_][A-Za-z0-9_]*") ? name : '"' + name.replace("\"", "\"\"") + '"';
  }
}
