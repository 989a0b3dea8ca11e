package dev.mallard.cli;

import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.Progress;
import dev.mallard.cli.io.Sizes;
import dev.mallard.cli.io.UsageException;
import dev.mallard.cli.output.DisplayOptions;
import dev.mallard.cli.output.OutputFormat;
import dev.mallard.cli.output.RowSink;
import dev.mallard.cli.statement.ResultPlace;
import dev.mallard.cli.statement.SqlText;
import dev.mallard.cli.statement.StatementRunner;
import dev.mallard.cli.transfer.Output;
import dev.mallard.client.MallardClient;
import dev.mallard.client.PreparedQuery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mallard query}. */
@Command(
    name = "query",
    description = {
      "Run SQL and show or save its result.",
      "Several statements, with semicolons between them, run one after the other until one fails;"
          + " a file gets the last one's result."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  mallard query \"SELECT category, avg(value1) FROM sales GROUP BY category\"",
      "  mallard query --query \"SELECT * FROM sales\" --output-format csv      into query_results.csv",
      "  mallard query \"SELECT * FROM sales\" --output-path sales.parquet",
      "  mallard query \"SELECT * FROM sales\" --output-format jsonl | head",
      "  mallard query \"SELECT * FROM sales WHERE id = ?\" --params 42",
      "  mallard query --file report.sql",
      "  echo 'SELECT 42' | mallard query"
    })
public final class QueryCommand extends ClientCommand {
  private static final String NO_SQL = "no SQL: give a statement, --file, or standard input";

  @Parameters(
      arity = "0..1",
      paramLabel = "SQL",
      description = "The statement, or several (default: standard input).")
  private @Nullable String positional;

  @Option(names = "--query", paramLabel = "SQL", description = "The statement.")
  private @Nullable String query;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "A file that holds the statements; '-' is standard input.")
  private @Nullable String file;

  @Option(
      names = {"-p", "--params"},
      paramLabel = "VALUE",
      arity = "1..*",
      description =
          "Values for the statement's ? in their order: numbers, true, false, null, anything else is"
              + " text; '...' in quotes is text, too.")
  private @Nullable List<String> params;

  @Option(
      names = "--output-format",
      paramLabel = "FORMAT",
      description =
          "display, csv, tsv, json, jsonl, markdown, parquet, arrow (IPC stream) or feather (IPC"
              + " file) (default: by --output-path's extension, otherwise display).")
  private @Nullable String format;

  @Option(
      names = {"-o", "--output-path"},
      paramLabel = "FILE",
      description =
          "Where the result goes; '-' is standard output (default: query_results.EXT for csv,"
              + " parquet, arrow and feather, otherwise standard output).")
  private @Nullable String path;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "40",
      description = "Rows that display shows; 0 for all (default: ${DEFAULT-VALUE}).")
  private int limit = DisplayOptions.DEFAULT_ROWS;

  QueryCommand(Console console) {
    super(console);
  }

  @Override
  int run(MallardClient client) throws IOException {
    List<String> statements = SqlText.split(sql()).all();
    if (statements.isEmpty()) {
      throw new UsageException(NO_SQL);
    }
    if (limit < 0) {
      throw new UsageException("--limit: " + limit + " (expected: 0 or more)");
    }
    OutputTarget target =
        OutputTarget.of(console(), path, format, OutputFormat.DISPLAY, "query_results");
    List<String> values = params;
    if (values != null) {
      if (statements.size() > 1) {
        throw new UsageException("--params: they belong to one statement; give one");
      }
      try (PreparedQuery prepared = client.prepare(statements.get(0))) {
        boolean counted = target.path() != null || target.format() != OutputFormat.DISPLAY;
        run(client, () -> prepared.plan(values), target, counted);
      }
      return 0;
    }
    runAll(client, statements, target);
    return 0;
  }

  /**
   * Only the last one's result goes into a file; on standard output there is one below the other.
   */
  private void runAll(MallardClient client, List<String> statements, OutputTarget target)
      throws IOException {
    boolean isOne = target.path() != null || target.format().isBinary();
    int last = statements.size() - 1;
    for (String statement : statements.subList(0, last)) {
      if (isOne) {
        StatementRunner runner = new StatementRunner(client);
        say(runner.run(() -> client.plan(statement), StatementRunner.nowhere()), -1, target);
      } else {
        run(client, () -> client.plan(statement), target, false);
      }
    }
    boolean counted =
        target.path() != null || (last == 0 && target.format() != OutputFormat.DISPLAY);
    run(client, () -> client.plan(statements.get(last)), target, counted);
  }

  /**
   * @param counted whether the number of a statement that is no query is a result, too
   */
  private void run(
      MallardClient client, StatementRunner.Planner planner, OutputTarget target, boolean counted)
      throws IOException {
    boolean later = target.path() != null || target.format() == OutputFormat.DISPLAY;
    try (Output output = Output.open(console(), target.path(), target.format(), display());
        Progress progress = Progress.beside(console(), "query", later, -1)) {
      StatementRunner.Outcome outcome =
          new StatementRunner(client).run(planner, new QueryResult(output, progress, counted));
      say(outcome, output.complete(), target);
    }
  }

  private void say(StatementRunner.Outcome outcome, long bytes, OutputTarget target) {
    String remark = "";
    if (target.format() == OutputFormat.DISPLAY && limit > 0 && outcome.rows() > limit) {
      remark = " (" + limit + " shown; --limit 0 shows all)";
    }
    if (target.path() != null && bytes >= 0) {
      remark += " in " + target.path() + " (" + Sizes.bytes(bytes) + ")";
    }
    console().err().println(outcome.said(remark) + " in " + Sizes.time(outcome.time()));
  }

  /** One result, and how much of it is there. */
  private record QueryResult(Output output, Progress progress, boolean takesCounts)
      implements ResultPlace {
    @Override
    public RowSink begin(Schema schema, BufferAllocator allocator) throws IOException {
      return output.begin(schema, allocator);
    }

    @Override
    public void received(long bytes, long rows) {
      progress.add(bytes, rows);
    }

    @Override
    public void arrived() {
      progress.close();
    }
  }

  private DisplayOptions display() {
    int columns = console().terminal().out() ? console().terminal().columns() : 0;
    return new DisplayOptions(limit, columns, DisplayOptions.DEFAULT_CELL);
  }

  private String sql() throws IOException {
    long given = Stream.of(positional, query, file).filter(Objects::nonNull).count();
    if (given > 1) {
      throw new UsageException("more than one statement: give SQL, --query or --file");
    }
    return positional != null ? positional : query != null ? query : read();
  }

  private String read() throws IOException {
    if (file != null && !file.equals(OutputTarget.STANDARD)) {
      return Files.readString(Path.of(file));
    }
    if (file == null && console().terminal().in()) {
      throw new UsageException(NO_SQL);
    }
    return new String(console().in().readAllBytes(), StandardCharsets.UTF_8);
  }
}
