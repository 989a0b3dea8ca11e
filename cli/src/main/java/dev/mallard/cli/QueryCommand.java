package dev.mallard.cli;

import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.Sizes;
import dev.mallard.cli.output.DisplayOptions;
import dev.mallard.cli.output.OutputFormat;
import dev.mallard.cli.transfer.Endpoints;
import dev.mallard.cli.transfer.Output;
import dev.mallard.cli.transfer.Receiver;
import dev.mallard.client.MallardClient;
import dev.mallard.client.PreparedQuery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.arrow.flight.FlightInfo;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mallard query}. */
@Command(
    name = "query",
    description = "Run an SQL statement and show or save its result.",
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
  @Parameters(
      arity = "0..1",
      paramLabel = "SQL",
      description = "The statement (default: standard input).")
  private @Nullable String positional;

  @Option(names = "--query", paramLabel = "SQL", description = "The statement.")
  private @Nullable String query;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "A file that holds the statement; '-' is standard input.")
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
    String sql = sql();
    if (limit < 0) {
      throw new UsageException("--limit: " + limit + " (expected: 0 or more)");
    }
    OutputTarget target =
        OutputTarget.of(console(), path, format, OutputFormat.DISPLAY, "query_results");
    long start = System.nanoTime();
    if (params == null) {
      run(client, client.plan(sql), target, start);
      return 0;
    }
    try (PreparedQuery prepared = client.prepare(sql)) {
      run(client, prepared.plan(params), target, start);
      return 0;
    }
  }

  private void run(MallardClient client, FlightInfo info, OutputTarget target, long start)
      throws IOException {
    long[] rows = {0};
    long bytes = -1;
    if (!info.getEndpoints().isEmpty()) {
      try (Output output = Output.open(console(), target.path(), target.format(), display())) {
        Receiver.receive(
            new Endpoints(client, info.getEndpoints()),
            output,
            client.allocator(),
            (size, more) -> rows[0] += more);
        bytes = output.complete();
      }
    }
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    console().err().println(summary(rows[0], bytes, target, time));
  }

  private String summary(long rows, long bytes, OutputTarget target, Duration time) {
    String said = Sizes.count(rows, "row");
    if (target.format() == OutputFormat.DISPLAY && limit > 0 && rows > limit) {
      said += " (" + limit + " shown; --limit 0 shows all)";
    }
    if (target.path() != null && bytes >= 0) {
      said += " in " + target.path() + " (" + Sizes.bytes(bytes) + ")";
    }
    return said + " in " + Sizes.time(time);
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
    String sql = positional != null ? positional : query != null ? query : read();
    if (sql.isBlank()) {
      throw new UsageException("no SQL: give a statement, --file, or standard input");
    }
    return sql;
  }

  private String read() throws IOException {
    if (file != null && !file.equals(OutputTarget.STANDARD)) {
      return Files.readString(Path.of(file));
    }
    if (file == null && console().terminal().in()) {
      throw new UsageException("no SQL: give a statement, --file, or standard input");
    }
    return new String(console().in().readAllBytes(), StandardCharsets.UTF_8);
  }
}
