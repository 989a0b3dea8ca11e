package dev.mallard.server;

import static dev.mallard.server.Tables.append;
import static dev.mallard.server.Tables.path;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many clients at once: every read is of one version, and no change is lost. */
class ConcurrencyTest {
  private static final int CLIENTS = 8;
  private static final int PUTS_EACH = 12;

  @TempDir private Path folder;

  private static void act(FlightClient client, String action, String body) {
    client
        .doAction(new Action(action, body.getBytes(StandardCharsets.UTF_8)))
        .forEachRemaining(result -> {});
  }

  /** As many rows as its stamp says. */
  private static int rowsOf(long stamp) {
    return 300 + 3 * (int) (stamp % 50);
  }

  private static void putVersion(
      FlightClient client, BufferAllocator memory, String file, long stamp) {
    Tables.put(client, memory, path(file), stamp, 3, rowsOf(stamp) / 3);
  }

  private static void requireOneVersion(List<Tables.Row> rows) {
    assertThat(rows).isNotEmpty();
    long stamp = rows.get(0).stamp();
    assertThat(rows).isEqualTo(Tables.rows(stamp, rowsOf(stamp)));
  }

  @ParameterizedTest
  @CsvSource({"0,shared.feather", "1,shared.feather", "0,shared.parquet", "1,shared.parquet"})
  void everyReadIsExactlyOneVersionWhileEightReplaceIt(int keepVersions, String file)
      throws Exception {
    TestConfig config = TestConfig.of(folder).keepVersions(keepVersions);
    try (TestServer server = TestServer.start(folder, config)) {
      putVersion(server.client(), server.memory(), file, 1);
      AtomicLong stamps = new AtomicLong(1);
      AtomicInteger writing = new AtomicInteger(CLIENTS);
      AtomicInteger reads = new AtomicInteger();
      new Together()
          .add(
              CLIENTS,
              () -> {
                try {
                  FlightClient client = newClient(server);
                  for (int i = 0; i < PUTS_EACH; i++) {
                    putVersion(client, server.memory(), file, stamps.incrementAndGet());
                  }
                } finally {
                  writing.decrementAndGet();
                }
              })
          .add(
              CLIENTS / 2,
              () -> {
                FlightClient client = newClient(server);
                while (writing.get() > 0) {
                  requireOneVersion(Tables.read(client, ticket("shared")));
                  reads.incrementAndGet();
                }
              })
          .add(
              CLIENTS / 2,
              () -> {
                FlightClient client = newClient(server);
                while (writing.get() > 0) {
                  FlightInfo info = client.getInfo(path("shared"));
                  List<Tables.Row> rows =
                      Tables.read(client, info.getEndpoints().get(0).getTicket());
                  requireOneVersion(rows);
                  assertThat(rows).hasSize(Math.toIntExact(info.getRecords()));
                  assertThat(client.listFlights(Criteria.ALL)).hasSize(1);
                  reads.incrementAndGet();
                }
              })
          .run();
      assertThat(reads.get()).isGreaterThan(CLIENTS);
    }
  }

  private static synchronized FlightClient newClient(TestServer server) {
    return server.newClient();
  }

  @ParameterizedTest
  @ValueSource(strings = {"doomed.feather", "doomed.parquet"})
  void aReaderFinishesWhatWasDroppedMeanwhile(String file) throws Exception {
    try (TestServer server = TestServer.start(folder)) {
      FlightClient client = server.client();
      Tables.put(client, server.memory(), path(file), 7, 30, 40_000);
      try (FlightStream stream = client.getStream(ticket("doomed"))) {
        assertThat(stream.getSchema()).isEqualTo(Tables.SCHEMA);

        act(client, "drop_dataset", "doomed");

        assertThat(client.listFlights(Criteria.ALL)).isEmpty();
        assertThat(Tables.drain(stream)).hasSize(1_200_000);
      }
    }
  }

  @Test
  void aVersionIsKeptWhileItIsReadAndNoLonger() throws Exception {
    try (TestServer server = TestServer.start(folder, TestConfig.of(folder).keepVersions(0))) {
      FlightClient client = server.client();
      Tables.put(client, server.memory(), path("x.feather"), 1, 30, 40_000);
      try (FlightStream stream = client.getStream(ticket("x"))) {
        assertThat(stream.next()).isTrue();
        Tables.put(client, server.memory(), path("x.feather"), 2, 1, 10);
        assertThat(versions(client)).isEqualTo(2);
        assertThat(Tables.drain(stream)).hasSize(29 * 40_000);
      }
      server.awaitIdle();

      Tables.put(client, server.memory(), path("x.feather"), 3, 1, 10);

      assertThat(versions(client)).isEqualTo(1);
    }
  }

  private static int versions(FlightClient client) {
    List<org.apache.arrow.flight.Result> results = new java.util.ArrayList<>();
    client
        .doAction(new Action("list_versions", "x".getBytes(StandardCharsets.UTF_8)))
        .forEachRemaining(results::add);
    return results.size();
  }

  @ParameterizedTest
  @ValueSource(strings = {"log.feather", "log.parquet"})
  void appendsOfSeveralClientsLoseNoRow(String file) throws Exception {
    try (TestServer server = TestServer.start(folder)) {
      Tables.put(server.client(), server.memory(), path(file), 0, 1, 10);
      AtomicLong stamps = new AtomicLong();
      new Together()
          .add(
              4,
              () -> {
                FlightClient client = newClient(server);
                for (int i = 0; i < 15; i++) {
                  Tables.put(
                      client, server.memory(), append("log"), stamps.incrementAndGet(), 2, 5);
                }
              })
          .run();

      List<Tables.Row> rows = Tables.read(server.client(), ticket("log"));

      assertThat(rows).hasSize(10 + 60 * 10);
      Set<Tables.Row> distinct = new HashSet<>(rows);
      assertThat(distinct).hasSize(rows.size());
      for (int at = 0; at < rows.size(); at += 10) {
        assertThat(rows.subList(at, at + 10)).isEqualTo(Tables.rows(rows.get(at).stamp(), 10));
      }
    }
  }

  @Test
  void namesOfOneFolderComeAndGoWithoutGettingInEachOthersWay() throws Exception {
    try (TestServer server = TestServer.start(folder)) {
      AtomicInteger names = new AtomicInteger();
      new Together()
          .add(
              CLIENTS,
              () -> {
                FlightClient client = newClient(server);
                String name = "deep/er/n" + names.incrementAndGet() + ".feather";
                for (int i = 0; i < 12; i++) {
                  Tables.put(client, server.memory(), path(name), i, 1, 5);
                  Tables.put(client, server.memory(), path(name), i, 1, 6);
                  assertThat(Tables.read(client, ticket(name))).isEqualTo(Tables.rows(i, 6));
                  act(client, "drop_dataset", name);
                }
              })
          .run();

      assertThat(server.client().listFlights(Criteria.ALL)).isEmpty();
      assertThat(folder.resolve("deep")).doesNotExist();
    }
  }
}
