package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.testing.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Ticket;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that cancel at any moment: only what they cancel is cancelled. */
class CancelledNeighboursTest {
  private static final int CLIENTS = 4;
  private static final long NANOS = Duration.ofSeconds(2).toNanos();
  private static final Ticket LONG =
      ticket("SELECT a.range AS i FROM range(10000) a, range(10000) b");
  private static final Ticket OTHER =
      ticket("SELECT a.range + 1 AS i FROM range(10000) a, range(10000) b WHERE a.range > 5000");

  @TempDir private Path folder;

  private static Ticket ticket(String sql) {
    return new Ticket(sql.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @EnumSource(SqlConfig.Engine.class)
  void areNotCancelled(SqlConfig.Engine engine) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try (TestServer server = TestServer.start(folder, TestConfig.of(folder).engine(engine))) {
      long end = System.nanoTime() + NANOS;
      List<Future<Integer>> readers = new ArrayList<>();
      for (int seed = 0; seed < CLIENTS; seed++) {
        Random random = new Random(seed);
        FlightClient client = server.newClient();
        readers.add(threads.submit(() -> readAndCancel(client, random, end)));
      }
      for (Future<Integer> reader : readers) {
        assertThat(reader.get(60, TimeUnit.SECONDS)).as("reads").isPositive();
      }
      Await.until("no call is under way", () -> server.server().runningCalls() == 0);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Each read is one that nobody has cancelled yet: its first rows come. */
  private static int readAndCancel(FlightClient client, Random random, long end) throws Exception {
    int reads = 0;
    while (System.nanoTime() < end) {
      FlightStream stream = client.getStream(random.nextInt(4) > 0 ? LONG : OTHER);
      try (stream) {
        for (int batches = random.nextInt(3); batches >= 0; batches--) {
          assertThat(stream.next()).as("read %d", reads).isTrue();
        }
        Await.moment(random.nextInt(3) * 1_000_000L);
        stream.cancel("the test wants it", null);
      }
      if (random.nextBoolean()) {
        assertThat(FlightSql.rows(client, ticket("SELECT 42"))).containsExactly("42");
      }
      reads++;
    }
    return reads;
  }
}
