package dev.mallard.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions, never for a time. */
public final class Await {
  /** What is far longer than anything takes that happens at all. */
  public static final Duration USUAL = Duration.ofSeconds(20);

  private static final long BETWEEN_NANOS = 500_000;

  private Await() {}

  /** Fails, saying {@code what} did not come about, after {@link #USUAL}. */
  public static void until(String what, BooleanSupplier condition) {
    until(what, USUAL, condition);
  }

  /** As {@link #until(String, BooleanSupplier)}, for what takes longer. */
  public static void until(String what, Duration most, BooleanSupplier condition) {
    long end = System.nanoTime() + most.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + most.toMillis() + " ms: " + what);
      }
      LockSupport.parkNanos(BETWEEN_NANOS);
    }
  }

  /**
   * Comes back some time later: for tests that do something at many different moments, all of which
   * must be right. Nothing may depend on how long it was.
   */
  public static void moment(long nanos) {
    LockSupport.parkNanos(nanos);
  }
}
