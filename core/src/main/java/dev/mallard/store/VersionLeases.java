package dev.mallard.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which versions have been promised to clients, and until when, and which are being read: neither
 * are pruned when they are replaced, so that a plan's tickets stay good and a long read can open
 * its file again. Kept in memory: after a restart a ticket may find its version gone, and says so.
 * Thread-safe.
 */
public final class VersionLeases {
  private final Duration length;
  private final Clock clock;
  private final Map<Key, Instant> expiry = new ConcurrentHashMap<>();
  private final Map<Key, Integer> readers = new ConcurrentHashMap<>();

  private record Key(String file, String version) {}

  public VersionLeases(Duration length, Clock clock) {
    this.length = length;
    this.clock = clock;
  }

  /** Promises a version for another lease's length and returns when it ends. */
  public Instant renew(String file, String version) {
    Instant now = clock.instant();
    expiry.values().removeIf(end -> end.isBefore(now));
    Instant end = now.plus(length);
    expiry.merge(new Key(file, version), end, (a, b) -> a.isAfter(b) ? a : b);
    return end;
  }

  /**
   * @return whether there was a lease
   */
  public boolean release(String file, String version) {
    return expiry.remove(new Key(file, version)) != null;
  }

  /** A read of a version begins; it ends with {@link #unpin}. */
  public void pin(String file, String version) {
    readers.merge(new Key(file, version), 1, Integer::sum);
  }

  public void unpin(String file, String version) {
    readers.computeIfPresent(new Key(file, version), (key, count) -> count == 1 ? null : count - 1);
  }

  boolean holds(String file, String version) {
    Key key = new Key(file, version);
    Instant end = expiry.get(key);
    return readers.containsKey(key) || (end != null && end.isAfter(clock.instant()));
  }
}
