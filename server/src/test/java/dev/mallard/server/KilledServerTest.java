package dev.mallard.server;

import static dev.mallard.server.Tables.path;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.testing.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random moments of uploads, appends and drops, again and again on one folder.
 * What was acknowledged is there, whole; what was not is there whole, or not at all.
 */
class KilledServerTest {
  private static final int ROUNDS = 10;
  private static final int CLIENTS = 3;

  @TempDir private Path folder;

  /**
   * What a name may hold.
   *
   * @param acknowledged the rows after the last change that was acknowledged
   * @param pending the rows after the one under way, or the same
   */
  private record State(List<Tables.Row> acknowledged, List<Tables.Row> pending) {
    static State of(List<Tables.Row> rows) {
      return new State(rows, rows);
    }
  }

  private final Map<String, State> states = new ConcurrentHashMap<>();
  private final AtomicInteger acknowledgements = new AtomicInteger();
  private long stamp;

  private synchronized long nextStamp() {
    return ++stamp;
  }

  @Test
  void whatWasAcknowledgedSurvivesKillNine() throws Exception {
    Random random = new Random(42);
    for (int client = 0; client < CLIENTS; client++) {
      states.put("c" + client + "/x.feather", State.of(List.of()));
      states.put("c" + client + "/y.parquet", State.of(List.of()));
    }
    for (int round = 0; round < ROUNDS; round++) {
      killWhileClientsWork(round, 5 + random.nextInt(30), random.nextInt(20_000_000));
      try (TestServer server = TestServer.start(folder)) {
        assertThat(server.staging()).isEmpty();
        checkAndAdopt(server.client(), round);
      }
    }
    assertThat(acknowledgements.get()).isGreaterThan(ROUNDS * 5);
  }

  private void killWhileClientsWork(int round, int changes, int nanos) throws Exception {
    int until = acknowledgements.get() + changes;
    try (ChildProcess child =
            ChildProcess.start(ChildServer.class, List.of(), List.of(folder.toString()));
        BufferAllocator memory = new RootAllocator()) {
      int port = Integer.parseInt(child.readLine());
      Together together = new Together();
      for (int i = 0; i < CLIENTS; i++) {
        int client = i;
        together.add(
            () -> work("c" + client + "/", port, memory, new Random(round * 100L + client)));
      }
      together.add(
          () -> {
            Await.until("changes are acknowledged", () -> acknowledgements.get() >= until);
            Await.moment(nanos);
            child.kill();
          });
      together.run();
    }
  }

  /** Changes its two datasets until the server is gone. */
  private void work(String folderName, int port, BufferAllocator memory, Random random)
      throws Exception {
    try (FlightClient client =
        FlightClient.builder(memory, Location.forGrpcInsecure("127.0.0.1", port)).build()) {
      while (true) {
        String name = folderName + (random.nextBoolean() ? "x.feather" : "y.parquet");
        List<Tables.Row> before = states.get(name).acknowledged();
        int kind = before.isEmpty() ? 0 : random.nextInt(10);
        List<Tables.Row> after;
        if (kind < 5) {
          long mine = nextStamp();
          int batches = 1 + random.nextInt(20);
          after = Tables.rows(mine, 500 * batches);
          states.put(name, new State(before, after));
          Tables.put(client, memory, path(name), mine, batches, 500);
        } else if (kind < 8) {
          long mine = nextStamp();
          after = new ArrayList<>(before);
          after.addAll(Tables.rows(mine, 100));
          states.put(name, new State(before, after));
          Tables.put(client, memory, Tables.append(name), mine, 1, 100);
        } else {
          after = List.of();
          states.put(name, new State(before, after));
          client
              .doAction(new Action("drop_dataset", name.getBytes(StandardCharsets.UTF_8)))
              .forEachRemaining(result -> {});
        }
        states.put(name, State.of(after));
        acknowledgements.incrementAndGet();
      }
    } catch (FlightRuntimeException e) {
      assertThat(e.status().code()).as(e.getMessage()).isEqualTo(FlightStatusCode.UNAVAILABLE);
    }
  }

  /** What is there is what was acknowledged, or what was under way; from now on it counts. */
  private void checkAndAdopt(FlightClient client, int round) {
    for (Map.Entry<String, State> entry : states.entrySet()) {
      List<Tables.Row> found = rows(client, entry.getKey());
      State state = entry.getValue();
      if (!found.equals(state.acknowledged())) {
        assertThat(found).as(entry.getKey() + " in round " + round).isEqualTo(state.pending());
      }
      entry.setValue(State.of(found));
    }
  }

  private static List<Tables.Row> rows(FlightClient client, String name) {
    try {
      return Tables.read(client, ticket(name));
    } catch (FlightRuntimeException e) {
      assertThat(e.status().code()).as(e.getMessage()).isEqualTo(FlightStatusCode.NOT_FOUND);
      return List.of();
    }
  }
}
