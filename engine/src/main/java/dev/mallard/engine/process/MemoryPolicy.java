package dev.mallard.engine.process;

import java.time.Duration;

/** What to do about the memory that a process uses, and when to look again. Of one thread. */
final class MemoryPolicy {
  /** What it comes to. */
  enum Verdict {
    FINE,
    /** More than it is to use: whatever uses it is to be stopped. */
    SHORT,
    /** So much more that it is to be killed. */
    OVER
  }

  /**
   * @param next until the next look
   */
  record Look(Verdict verdict, Duration next) {}

  private static final Duration SELDOM = Duration.ofMillis(50);
  private static final Duration OFTEN = Duration.ofMillis(2);

  /** Looks until it would be over, if it grows on as it does. */
  private static final int LOOKS = 4;

  private final EngineBudget budget;
  private long lastBytes;
  private long lastNanos;
  private boolean looked;

  MemoryPolicy(EngineBudget budget) {
    this.budget = budget;
  }

  /**
   * @param bytes that it uses
   * @param nanos a time, as System.nanoTime has it
   */
  Look look(long bytes, long nanos) {
    Duration next = looked ? untilOver(bytes, nanos) : SELDOM;
    looked = true;
    lastBytes = bytes;
    lastNanos = nanos;
    if (bytes > budget.mostBytes()) {
      return new Look(Verdict.OVER, SELDOM);
    }
    return new Look(bytes > budget.total() ? Verdict.SHORT : Verdict.FINE, next);
  }

  private Duration untilOver(long bytes, long nanos) {
    long grown = bytes - lastBytes;
    if (grown <= 0) {
      return SELDOM;
    }
    double perNano = (double) grown / Math.max(1, nanos - lastNanos);
    long until = (long) ((budget.mostBytes() - bytes) / perNano / LOOKS);
    return Duration.ofNanos(Math.max(OFTEN.toNanos(), Math.min(SELDOM.toNanos(), until)));
  }
}
