package dev.mallard.engine.process;

import java.time.Duration;
import java.util.List;

/**
 * How long to wait before a start: the first is tried again at once, later ones less and less
 * often. An engine that has worked has not failed to start, however it ended.
 */
final class Backoff {
  private static final List<Duration> WAITS =
      List.of(
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofMillis(200),
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10));

  private int failed;

  void failed() {
    failed++;
  }

  void worked() {
    failed = 0;
  }

  /** Starts in a row that failed. */
  int failures() {
    return failed;
  }

  Duration before() {
    return WAITS.get(Math.min(failed, WAITS.size() - 1));
  }
}
