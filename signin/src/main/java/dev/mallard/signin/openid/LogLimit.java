package dev.mallard.signin.openid;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;

/** One line a second: strangers are not to fill the log. Thread-safe. */
final class LogLimit {
  private static final long MILLIS = 1_000;

  private final Clock clock;
  private final AtomicLong next = new AtomicLong(Long.MIN_VALUE);

  LogLimit(Clock clock) {
    this.clock = clock;
  }

  boolean mayLog() {
    long now = clock.millis();
    long due = next.get();
    return now >= due && next.compareAndSet(due, now + MILLIS);
  }
}
