package dev.mallard.server;

import static dev.mallard.server.Tables.header;
import static dev.mallard.server.Tables.path;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.store.DataFolder;
import dev.mallard.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.PollInfo;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --cache-size} is the most that is on disk, of all kinds together, whatever happens. */
class CacheSizeTest {
  private static final long CACHE_BYTES = 12L << 20;
  private static final int DATASETS = 5;
  private static final int BATCHES = 3;
  private static final int ROWS = 60_000;
  private static final int EACH = BATCHES * ROWS;

  @TempDir Path folder;

  private TestServer start(long cacheBytes) {
    TestServer server = TestServer.start(folder, TestConfig.of(folder).cacheBytes(cacheBytes));
    for (int i = 0; i < DATASETS; i++) {
      put(server, "p" + i + ".parquet", i);
      put(server, "f" + i + ".feather", i);
    }
    return server;
  }

  private static void put(TestServer server, String name, int stamp) {
    Tables.put(server.client(), server.memory(), path(name), stamp, BATCHES, ROWS);
  }

  /** As {@code du}: the blocks of each file once, however many links it has; not of datasets. */
  private long onDisk() {
    Map<String, Long> files = blocks(9, "cache", "sql/results", "sql/datasets");
    blocks(1, "..").keySet().forEach(files::remove);
    return files.values().stream().mapToLong(Long::longValue).sum();
  }

  /** By device and inode. */
  private Map<String, Long> blocks(int depth, String... below) {
    List<String> command = new ArrayList<>(List.of("find"));
    for (String name : below) {
      command.add(folder.resolve(DataFolder.RESERVED).resolve(name).toString());
    }
    command.addAll(List.of("-maxdepth", "" + depth, "-type", "f", "-printf", "%D:%i %b\\n"));
    try {
      // What is deleted while it looks it complains of, which is not heard.
      Process find =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String printed = new String(find.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Map<String, Long> files = new HashMap<>();
      printed
          .lines()
          .map(line -> line.split(" "))
          .forEach(line -> files.merge(line[0], 512 * Long.parseLong(line[1]), Math::max));
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void allKindsTogetherNeverTakeMoreThanTheCachesSize() throws Exception {
    AtomicLong most = new AtomicLong();
    AtomicInteger kept = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    AtomicBoolean ended = new AtomicBoolean();
    try (TestServer server = start(CACHE_BYTES)) {
      Thread watcher =
          new Thread(
              () -> {
                while (!ended.get()) {
                  most.accumulateAndGet(onDisk(), Math::max);
                }
              });
      watcher.start();
      Together together = new Together();
      for (int i = 0; i < 4; i++) {
        Random random = new Random(i);
        FlightClient client = server.newClient();
        together.add(
            () -> {
              for (int step = 0; step < 15; step++) {
                try {
                  mixed(client, random, kept);
                  done.incrementAndGet();
                } catch (FlightRuntimeException e) {
                  assertThat(e.status().code()).isEqualTo(FlightStatusCode.RESOURCE_EXHAUSTED);
                  assertThat(e).hasMessageContaining("--cache-size");
                }
              }
            });
      }
      together.run();
      ended.set(true);
      watcher.join();
      assertThat(most.get()).isBetween(CACHE_BYTES / 2, CACHE_BYTES);
      assertThat(done.get()).isPositive();
      assertThat(kept.get()).isPositive();
      // What was refused for lack of room is not broken.
      assertThat(Tables.read(server.client(), ticket("p0"))).hasSize(EACH);
    }
  }

  private static void mixed(FlightClient client, Random random, AtomicInteger kept) {
    int dataset = random.nextInt(DATASETS);
    switch (random.nextInt(3)) {
      case 0 -> assertThat(Tables.read(client, ticket("p" + dataset))).hasSize(EACH);
      case 1 ->
          assertThat(FlightSql.rows(client, ticket("SELECT count(*), max(stamp) FROM f" + dataset)))
              .containsExactly(EACH + "|" + dataset);
      default -> {
        FlightInfo info =
            new FlightSqlClient(client)
                .execute(
                    "SELECT range, random() FROM range(" + (30_000 + random.nextInt(60_000)) + ")",
                    header("mallard-endpoints", "3"));
        kept.incrementAndGet();
        if (random.nextInt(3) > 0) {
          assertThat(FlightSql.rows(client, info)).hasSize((int) info.getRecords());
        }
      }
    }
  }

  @Test
  void whatWaitsToBeReadStaysAndWhatWasReadGivesWay() throws Exception {
    try (TestServer server = start(CACHE_BYTES)) {
      FlightSqlClient sql = FlightSql.client(server);
      FlightInfo unread = spooled(sql);
      FlightInfo read = spooled(sql);
      FlightSql.rows(server.client(), read);
      List<FlightInfo> more = new ArrayList<>();
      assertThatThrownBy(
              () -> {
                while (more.size() < 1_000) {
                  more.add(spooled(sql));
                }
              })
          .hasMessageContaining("no room to keep this result")
          .hasMessageContaining("--cache-size");
      assertThat(more).as("forms and what was read gave way").hasSizeGreaterThan(2);
      assertThat(FlightSql.rows(server.client(), unread)).hasSize(100_000);
      for (FlightInfo one : more) {
        assertThat(FlightSql.rows(server.client(), one)).hasSize(100_000);
      }
      FlightEndpoint gone = read.getEndpoints().get(0);
      assertThatThrownBy(() -> FlightSql.rows(server.client(), gone.getTicket()))
          .hasMessageContaining("run the statement again");
      assertThat(spooled(sql).getRecords()).isEqualTo(100_000);
    }
  }

  private static FlightInfo spooled(FlightSqlClient sql) {
    return sql.execute(
        "SELECT range, random() FROM range(100000)", header("mallard-endpoints", "2"));
  }

  @Test
  void aCacheOfNothingKeepsNothingAndEverythingStillWorks() throws Exception {
    try (TestServer server = start(0)) {
      FlightClient client = server.client();
      FlightSqlClient sql = FlightSql.client(server);
      assertThat(Tables.read(client, ticket("p1"))).hasSize(EACH);
      assertThat(FlightSql.rows(client, sql.execute("SELECT max(stamp) FROM f1")))
          .containsExactly("1");
      assertThat(FlightSql.rows(client, spooled(sql))).hasSize(100_000);
      PollInfo poll =
          client.pollInfo(FlightDescriptor.command("SELECT 7".getBytes(StandardCharsets.UTF_8)));
      while (poll.getFlightDescriptor().isPresent()) {
        poll = client.pollInfo(poll.getFlightDescriptor().get());
      }
      assertThat(FlightSql.rows(client, poll.getFlightInfo())).containsExactly("7");
      sql.executeUpdate("CREATE TABLE t AS SELECT * FROM f2");
      FlightSqlClient.Transaction transaction = sql.beginTransaction();
      FlightInfo halfRead = sql.execute("SELECT * FROM f2", transaction);
      sql.executeUpdate("DELETE FROM t", transaction);
      assertThat(FlightSql.rows(client, halfRead)).hasSize(EACH);
      sql.commit(transaction);
      assertThat(FlightSql.rows(client, sql.execute("SELECT count(*) FROM t")))
          .containsExactly("0");
      assertThatThrownBy(
              () ->
                  sql.execute(
                      "SELECT range AS a, range AS b, random() FROM range(100000000)",
                      header("mallard-endpoints", "2")))
          .hasMessageContaining("--cache-size 0")
          .hasMessageContaining("too much for memory");
      Await.until("nothing is left on disk", () -> onDisk() == 0);
    }
  }
}
