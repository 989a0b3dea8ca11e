package dev.mallard.arrow.mapping;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the leases while there are some. The kernel would send a signal when one is to end, but
 * that is the process's, and whoever waits for a file can wait this long. Under its owner's lock.
 */
final class LeaseWatch {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseWatch.class);
  private static final long PAUSE_NANOS = 20_000_000;

  private final BooleanSupplier look;
  private boolean running;

  /**
   * @param look returns whether to go on, by {@link #goesOn}; without the owner's lock
   */
  LeaseWatch(BooleanSupplier look) {
    this.look = look;
  }

  void begin() {
    if (!running) {
      Thread thread = new Thread(this::run, "file-leases");
      thread.setDaemon(true);
      thread.start();
      running = true;
    }
  }

  boolean goesOn(boolean isWanted) {
    running = isWanted;
    return isWanted;
  }

  private void run() {
    do {
      LockSupport.parkNanos(PAUSE_NANOS);
    } while (looked());
  }

  private boolean looked() {
    try {
      return look.getAsBoolean();
    } catch (RuntimeException e) {
      LOG.error("the leases of mapped files could not be looked at", e);
      return true;
    }
  }
}
