package dev.mallard.server;

import static dev.mallard.server.Tables.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.server.ChildServer.Measured;
import dev.mallard.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that ask for much and take nothing: they cost next to no memory and no thread. The server
 * runs in a process of its own, so that what the clients hold is not counted.
 */
class StalledReaderTest {
  private static final int READERS = 30;
  private static final long MOST_BYTES = 64L << 20;

  @TempDir private Path folder;

  @Test
  void thirtyStalledReadersCostLittleMemoryAndNoThread() throws Exception {
    try (TestServer server = TestServer.start(folder)) {
      Tables.put(server.client(), server.memory(), path("big.feather"), 1, 140, 100_000);
      Tables.put(server.client(), server.memory(), path("small.feather"), 1, 5, 100_000);
    }
    try (ChildProcess child =
            ChildProcess.start(ChildServer.class, List.of(), List.of(folder.toString()));
        RawFlight raw = new RawFlight(Integer.parseInt(child.readLine()))) {
      read(raw);
      Measured before = await(child, "idle", now -> now.calls() == 0 && now.busy() == 0);
      List<RawFlight.Call> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        RawFlight.Call reader = raw.doGet(Frames.ticket("big"), Map.of());
        reader.request(1);
        readers.add(reader);
      }
      readers.forEach(RawFlight.Call::next);

      Measured stalled =
          await(
              child, "no thread works for them", now -> now.calls() == READERS && now.busy() == 0);

      assertThat(stalled.arrow()).isLessThan(4L << 20);
      assertThat(stalled.total() - before.total())
          .as("%s, before: %s", stalled, before)
          .isLessThan(MOST_BYTES);
      read(raw);
      readers.forEach(RawFlight.Call::cancel);
      await(child, "all is given back", now -> now.calls() == 0 && now.arrow() == 0);
    }
  }

  private static void read(RawFlight raw) {
    assertThat(RawReads.all(raw, Tables.ticket("small").getBytes()).rows()).isEqualTo(500_000);
  }

  private static Measured await(ChildProcess child, String what, Predicate<Measured> condition) {
    List<Measured> last = new ArrayList<>();
    Await.until(
        what,
        () -> {
          try {
            last.add(Measured.of(child));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return condition.test(last.get(last.size() - 1));
        });
    return last.get(last.size() - 1);
  }
}
