package dev.mallard.flight.call;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Short ids of calls, by which a client's error is found in the log and in the audit trail. They
 * begin with the second in which the server started, so that a later server's are others.
 * Thread-safe.
 */
public final class CallIds {
  private static final int RADIX = 36;

  private final String start;
  private final AtomicLong last = new AtomicLong();

  public CallIds(Clock clock) {
    this.start = Long.toString(clock.instant().getEpochSecond(), RADIX) + "-";
  }

  public String next() {
    return start + Long.toString(last.incrementAndGet(), RADIX);
  }
}
