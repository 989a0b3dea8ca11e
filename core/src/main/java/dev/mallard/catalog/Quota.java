package dev.mallard.catalog;

import dev.mallard.access.Caller;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many bytes of datasets each caller may have stored: those of the versions that it has put,
 * current and kept, and of its uploads under way. What is stored is looked up when it is first
 * needed, and of each file again when that has changed. Names that are not proved have no quota.
 * Thread-safe; may wait for the disk.
 */
final class Quota {
  private static final Logger LOG = LoggerFactory.getLogger(Quota.class);

  /** Nobody has one; costs nothing. */
  static final Quota NONE = new Quota(0, StoredBytes.NOTHING, System::nanoTime);

  /** Before a caller is refused, what others did to the folder is looked at, so often at most. */
  private static final long RESCAN_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final long most;
  private final StoredBytes stored;
  private final LongSupplier nanos;

  /** Held while the folder is looked at, so that the last look is the one that counts. */
  private final ReentrantLock looking = new ReentrantLock();

  /** Guarded by {@code looking}. */
  private boolean isScanned;

  private long scannedAt;

  /** Guards all that follows. */
  private final ReentrantLock lock = new ReentrantLock();

  /** Bytes by caller, of each file that has some. */
  private final Map<String, Map<String, Long>> byFile = new HashMap<>();

  /** Bytes by caller, of all files. */
  private final Map<String, Long> used = new HashMap<>();

  /** Bytes by caller, of uploads under way. */
  private final Map<String, Long> uploading = new HashMap<>();

  /**
   * @param most bytes of each caller; 0 for no limit
   * @param nanos as {@link System#nanoTime}
   */
  Quota(long most, StoredBytes stored, LongSupplier nanos) {
    this.most = most;
    this.stored = stored;
    this.nanos = nanos;
  }

  /** What one upload takes, until it is closed. One thread at a time. */
  interface Reservation extends AutoCloseable {
    Reservation NONE = total -> {};

    /**
     * It has so many bytes by now.
     *
     * @throws MallardException RESOURCE_EXHAUSTED if that is too much
     */
    void grownTo(long total);

    @Override
    default void close() {}
  }

  /**
   * An upload begins.
   *
   * @throws MallardException RESOURCE_EXHAUSTED if its caller has no room at all
   */
  Reservation begin(Caller caller) {
    if (most == 0 || !caller.isProved()) {
      return Reservation.NONE;
    }
    scan(false);
    Growing reservation = new Growing(caller.name());
    reservation.grownTo(1);
    return reservation;
  }

  private final class Growing implements Reservation {
    private final String name;
    private long bytes;

    Growing(String name) {
      this.name = name;
    }

    @Override
    public void grownTo(long total) {
      if (total <= bytes) {
        return;
      }
      if (!add(name, total - bytes)) {
        scan(true);
        if (!add(name, total - bytes)) {
          throw full(name);
        }
      }
      bytes = total;
    }

    @Override
    public void close() {
      change(uploading, name, -bytes);
      bytes = 0;
    }
  }

  private boolean add(String name, long more) {
    lock.lock();
    try {
      long now = used.getOrDefault(name, 0L) + uploading.getOrDefault(name, 0L);
      if (now + more > most) {
        return false;
      }
      uploading.merge(name, more, Long::sum);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void change(Map<String, Long> sums, String name, long more) {
    lock.lock();
    try {
      long sum = sums.getOrDefault(name, 0L) + more;
      if (sum == 0) {
        sums.remove(name);
      } else {
        sums.put(name, sum);
      }
    } finally {
      lock.unlock();
    }
  }

  private MallardException full(String name) {
    return new MallardException(
        ErrorCode.RESOURCE_EXHAUSTED,
        ("'%s' has stored %d bytes, kept versions included, and may store %d with what comes in now"
                + " (--quota); drop what is not needed, or ask for more")
            .formatted(name, used(name), most));
  }

  /** Bytes of that caller's versions, of uploads under way not. */
  long used(String name) {
    lock.lock();
    try {
      return used.getOrDefault(name, 0L);
    } finally {
      lock.unlock();
    }
  }

  /** Bytes of uploads under way, of all callers. */
  long uploading() {
    lock.lock();
    try {
      return uploading.values().stream().mapToLong(bytes -> bytes).sum();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Another version is current, or none is, or some were pruned. That is done, so nothing fails
   * here: what cannot be looked at now is looked for later.
   */
  void changed(String file) {
    if (most == 0) {
      return;
    }
    looking.lock();
    try {
      if (isScanned) {
        set(file, stored.of(file));
      }
    } catch (RuntimeException e) {
      LOG.warn("who has stored how much is looked up anew: {}", e.getMessage());
      isScanned = false;
    } finally {
      looking.unlock();
    }
  }

  /**
   * @param isAgain whether what was seen before may be old
   */
  private void scan(boolean isAgain) {
    looking.lock();
    try {
      boolean isDue = isAgain && nanos.getAsLong() - scannedAt > RESCAN_NANOS;
      if (isScanned && !isDue) {
        return;
      }
      Map<String, Map<String, Long>> all = stored.all();
      lock.lock();
      try {
        byFile.clear();
        used.clear();
        all.forEach(this::set);
      } finally {
        lock.unlock();
      }
      isScanned = true;
      scannedAt = nanos.getAsLong();
    } finally {
      looking.unlock();
    }
  }

  private void set(String file, Map<String, Long> bytes) {
    lock.lock();
    try {
      Map<String, Long> before = bytes.isEmpty() ? byFile.remove(file) : byFile.put(file, bytes);
      if (before != null) {
        before.forEach((name, count) -> change(used, name, -count));
      }
      bytes.forEach((name, count) -> change(used, name, count));
    } finally {
      lock.unlock();
    }
  }
}
