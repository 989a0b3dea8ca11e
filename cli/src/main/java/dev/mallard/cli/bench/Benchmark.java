package dev.mallard.cli.bench;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.cli.io.Interrupts;
import dev.mallard.cli.transfer.Endpoints;
import dev.mallard.cli.transfer.Sender;
import dev.mallard.client.MallardClient;
import dev.mallard.client.MallardClient.PutMode;
import dev.mallard.generate.SampleKind;
import dev.mallard.generate.SampleSize;
import dev.mallard.generate.SampleStream;
import dev.mallard.generate.SampleTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;

/**
 * Uploads, lists, downloads and queries synthetic datasets on any Flight server that stores what is
 * put under a path, and removes them again.
 */
public final class Benchmark {
  private final MallardClient first;
  private final BenchPlan plan;
  private final Interrupts interrupts;
  private final SampleTable table;

  /**
   * @param first has the connection's settings, and has signed in; stays the caller's
   */
  public Benchmark(MallardClient first, BenchPlan plan, Interrupts interrupts) {
    this.first = first;
    this.plan = plan;
    this.interrupts = interrupts;
    this.table =
        SampleKind.BATCH
            .tables(SampleSize.ofRows(plan.datasetRows()), SampleKind.DEFAULT_SEED)
            .get(0);
  }

  /**
   * Runs the wanted phases; the datasets are made, and removed, in any case.
   *
   * @param phases of put, list, get and query
   * @param warnings is told what could not be removed
   */
  public List<PhaseResult> run(Set<String> phases, Consumer<String> warnings) throws IOException {
    List<PhaseResult> results = new ArrayList<>();
    try {
      PhaseResult put = phase("put", this::put);
      if (phases.contains("put") || put.operations() == 0) {
        results.add(put);
      }
      if (put.operations() == 0) {
        return results;
      }
      if (phases.contains("list")) {
        results.add(phase("list", (client, index) -> list(client)));
      }
      if (phases.contains("get")) {
        results.add(phase("get", this::get));
      }
      if (phases.contains("query")) {
        results.add(phase("query", this::query));
      }
      return results;
    } finally {
      cleanUp(warnings);
    }
  }

  private PhaseResult phase(String name, Phase.Operation operation) throws IOException {
    if (!plan.warmUp().isZero()) {
      // Forgotten: what compiles this client is not the server's speed.
      new Phase(name, first, interrupts).run(plan.clients(), 1, plan.warmUp(), operation);
    }
    return new Phase(name, first, interrupts)
        .run(plan.clients(), plan.datasets(), plan.duration(), operation);
  }

  private Phase.Moved put(MallardClient client, int index) throws IOException {
    long[] moved = new long[2];
    Sender.send(
        client,
        plan.name(index),
        new SampleStream(table, 0, table.rows(), Math.toIntExact(plan.rows()), client.allocator()),
        PutMode.REPLACE,
        (bytes, rows) -> {
          moved[0] += bytes;
          moved[1] += rows;
        });
    return new Phase.Moved(moved[0], moved[1]);
  }

  private static Phase.Moved list(MallardClient client) {
    client.list("");
    return new Phase.Moved(0, 0);
  }

  private Phase.Moved get(MallardClient client, int index) throws IOException {
    return read(client, client.info(plan.name(index)));
  }

  private Phase.Moved query(MallardClient client, int index) throws IOException {
    return read(
        client,
        client.plan(
            "SELECT value, count(*) AS n, avg(id) AS mean FROM \""
                + plan.name(index)
                + "\" GROUP BY value"));
  }

  private static Phase.Moved read(MallardClient client, FlightInfo info) throws IOException {
    long bytes = 0;
    long rows = 0;
    try (BatchStream stream = new Endpoints(client, info.getEndpoints())) {
      IpcMessage next;
      while ((next = stream.next()) != null) {
        try (IpcMessage message = next) {
          bytes += message.encodedBytes();
          rows += message.rows();
        }
      }
    }
    return new Phase.Moved(bytes, rows);
  }

  private void cleanUp(Consumer<String> warnings) {
    int left = 0;
    String why = "";
    try (MallardClient last = first.another()) {
      for (int i = 0; i < plan.datasets(); i++) {
        try {
          last.drop(plan.name(i));
        } catch (FlightRuntimeException e) {
          if (e.status().code() != org.apache.arrow.flight.FlightStatusCode.NOT_FOUND) {
            left++;
            why = String.valueOf(e.status().description());
          }
        }
      }
    }
    if (left > 0) {
      warnings.accept(
          left
              + (left == 1 ? " dataset " : " datasets ")
              + plan.prefix()
              + "_… could not be dropped: "
              + why);
    }
  }
}
