package dev.mallard.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mallard.cli.bench.BenchPlan;
import dev.mallard.cli.bench.Benchmark;
import dev.mallard.cli.bench.PhaseResult;
import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.Sizes;
import dev.mallard.cli.io.UsageException;
import dev.mallard.cli.output.TextTable;
import dev.mallard.client.MallardClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mallard bench}. */
@Command(
    name = "bench",
    description =
        "Measure a Flight server, ours or any other: upload, list, download and query synthetic"
            + " datasets, then drop them.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  mallard bench                                     100 uploads of 131,072 rows, and so on",
      "  mallard bench get --clients 4 --duration 10s",
      "  mallard bench put --rows 1000000 --datasets 5 --uri grpc://other:8815 --output json"
    })
public final class BenchCommand extends ClientCommand {
  private static final int MAX_COUNT = 1_000_000;

  /** What is measured. */
  enum What {
    put(Set.of("put")),
    get(Set.of("list", "get")),
    query(Set.of("query")),
    all(Set.of("put", "list", "get", "query"));

    private final Set<String> phases;

    What(Set<String> phases) {
      this.phases = phases;
    }
  }

  /** How it is said. */
  enum Form {
    text,
    json
  }

  @Parameters(
      arity = "0..1",
      paramLabel = "WHAT",
      defaultValue = "all",
      description = "put, get, query or all (default).")
  private What what = What.all;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "131072",
      description = "Rows of a batch, of about 16 bytes each (default: ${DEFAULT-VALUE}).")
  private int rows = 131_072;

  @Option(
      names = "--batches",
      paramLabel = "N",
      defaultValue = "1",
      description = "Batches of a dataset (default: ${DEFAULT-VALUE}).")
  private int batches = 1;

  @Option(
      names = "--datasets",
      paramLabel = "N",
      defaultValue = "100",
      description = "Datasets (default: ${DEFAULT-VALUE}).")
  private int datasets = 100;

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "1",
      description = "Connections at a time (default: ${DEFAULT-VALUE}).")
  private int clients = 1;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "0s",
      converter = Durations.class,
      description = "At least how long each phase goes on (default: once through the datasets).")
  private Duration duration = Duration.ZERO;

  @Option(
      names = "--warm-up",
      paramLabel = "TIME",
      defaultValue = "1s",
      converter = Durations.class,
      description =
          "How long each phase goes on before it is measured (default: ${DEFAULT-VALUE}).")
  private Duration warmUp = Duration.ofSeconds(1);

  @Option(
      names = "--prefix",
      paramLabel = "NAME",
      description = "How the datasets' names begin (default: bench_ and something random).")
  private @Nullable String prefix;

  @Option(
      names = "--output",
      paramLabel = "FORM",
      defaultValue = "text",
      description = "text or json (default: ${DEFAULT-VALUE}).")
  private Form output = Form.text;

  BenchCommand(Console console) {
    super(console);
  }

  @Override
  int run(MallardClient client) throws IOException {
    for (int count : new int[] {rows, batches, datasets, clients}) {
      if (count < 1 || count > MAX_COUNT * 100) {
        throw new UsageException(
            "--rows, --batches, --datasets, --clients: " + count + " (expected: 1 or more)");
      }
    }
    // An unreachable server is one error, not a hundred.
    client.list("");
    String names =
        prefix != null
            ? prefix
            : "bench_" + Long.toString(ThreadLocalRandom.current().nextLong(1L << 30), 36);
    BenchPlan plan = new BenchPlan(rows, batches, datasets, clients, warmUp, duration, names);
    List<PhaseResult> results =
        new Benchmark(client, plan, console().interrupts())
            .run(what.phases, console().err()::println);
    if (output == Form.json) {
      console().text().println(json(plan, results));
    } else {
      table(results).forEach(console().text()::println);
    }
    results.forEach(this::sayErrors);
    boolean failed = results.stream().anyMatch(result -> result.failed() > 0);
    boolean refused = results.stream().anyMatch(result -> result.refused() > 0);
    if (console().interrupts().isInterrupted()) {
      throw new IOException("interrupted");
    }
    return refused ? Failure.REFUSED : failed ? Failure.FAILED : 0;
  }

  private void sayErrors(PhaseResult result) {
    result.errors().forEach(error -> console().err().println(result.phase() + ": " + error));
  }

  private static List<String> table(List<PhaseResult> results) {
    TextTable table =
        new TextTable(
            List.of(
                TextTable.Column.text("PHASE"),
                TextTable.Column.number("OPS"),
                TextTable.Column.number("ERRORS"),
                TextTable.Column.number("SECONDS"),
                TextTable.Column.number("MB/S"),
                TextTable.Column.number("ROWS/S"),
                TextTable.Column.number("OPS/S"),
                TextTable.Column.number("P50 MS"),
                TextTable.Column.number("P95 MS"),
                TextTable.Column.number("P99 MS")));
    for (PhaseResult result : results) {
      table.add(
          result.phase(),
          Sizes.count(result.operations()),
          Sizes.count(result.failed()),
          number(result.seconds(), 2),
          number(result.megabytesPerSecond(), 1),
          number(result.rowsPerSecond(), 0),
          number(result.operationsPerSecond(), 1),
          number(result.percentile(0.50) * 1e3, 2),
          number(result.percentile(0.95) * 1e3, 2),
          number(result.percentile(0.99) * 1e3, 2));
    }
    return table.plain();
  }

  private static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  private static String json(BenchPlan plan, List<PhaseResult> results) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("rows", plan.rows())
        .put("batches", plan.batches())
        .put("datasets", plan.datasets())
        .put("clients", plan.clients());
    ArrayNode phases = root.putArray("phases");
    for (PhaseResult result : results) {
      phases
          .addObject()
          .put("phase", result.phase())
          .put("seconds", result.seconds())
          .put("operations", result.operations())
          .put("errors", result.failed())
          .put("bytes", result.bytes())
          .put("rows", result.rows())
          .put("mb_per_second", result.megabytesPerSecond())
          .put("rows_per_second", result.rowsPerSecond())
          .put("operations_per_second", result.operationsPerSecond())
          .put("p50_ms", result.percentile(0.50) * 1e3)
          .put("p95_ms", result.percentile(0.95) * 1e3)
          .put("p99_ms", result.percentile(0.99) * 1e3);
    }
    return root.toPrettyString();
  }
}
