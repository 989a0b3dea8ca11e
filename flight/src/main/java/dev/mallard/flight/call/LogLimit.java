package dev.mallard.flight.call;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A flood of calls is not to fill the log: so many lines a second, and the next one says how many
 * were left out. Thread-safe.
 */
final class LogLimit {
  /** Instead of a number of lines: this one is left out, too. */
  static final long LEFT_OUT = -1;

  private static final long SECOND = Duration.ofSeconds(1).toMillis();

  private final Clock clock;
  private final int lines;
  private final ReentrantLock lock = new ReentrantLock();
  private long began = Long.MIN_VALUE;
  private int written;
  private long leftOut;

  LogLimit(Clock clock, int linesPerSecond) {
    this.clock = clock;
    this.lines = linesPerSecond;
  }

  /** How many were left out before this one, or {@link #LEFT_OUT}. */
  long next() {
    lock.lock();
    try {
      long second = Math.floorDiv(clock.millis(), SECOND);
      if (second != began) {
        began = second;
        written = 0;
      }
      if (written == lines) {
        leftOut++;
        return LEFT_OUT;
      }
      written++;
      long before = leftOut;
      leftOut = 0;
      return before;
    } finally {
      lock.unlock();
    }
  }
}
