package dev.mallard.server;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions, never for a time. */
final class Await {
  static final Duration USUAL = Duration.ofSeconds(20);

  private Await() {}

  /** Fails, saying {@code what} did not come about, after the usual time. */
  static void until(String what, BooleanSupplier condition) {
    until(what, USUAL, condition);
  }

  static void until(String what, Duration most, BooleanSupplier condition) {
    long end = System.nanoTime() + most.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + most.toMillis() + " ms: " + what);
      }
      LockSupport.parkNanos(500_000);
    }
  }
}
