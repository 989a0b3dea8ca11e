package dev.mallard.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Which versions have been promised to clients, and until when, and which are being read. Neither
 * are pruned when they are replaced, so that a plan's tickets stay good and a long read can open
 * its file again. Kept in memory: after a restart a ticket may find its version gone, and says so.
 * Thread-safe.
 *
 * <p>A version that is still there after it was leased or pinned stays for that long: see {@link
 * #unlessHeld}.
 */
public final class VersionLeases {
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final Duration length;
  private final Clock clock;
  private final ConcurrentMap<Key, Hold> holds = new ConcurrentHashMap<>();

  /** When it is looked next for what is over. */
  private volatile Instant nextLook = Instant.MIN;

  private record Key(String file, String version) {}

  /** What holds a version. Guarded by the computation of its key. */
  private static final class Hold {
    private int readers;

    /** The end of each lease, by its holder. All are as long, so the first is over first. */
    private final Map<String, Instant> leases = new LinkedHashMap<>();

    /** To be forgotten when it is over. */
    @Nullable Hold unlessOver(Instant now) {
      Iterator<Instant> ends = leases.values().iterator();
      while (ends.hasNext() && !ends.next().isAfter(now)) {
        ends.remove();
      }
      return readers == 0 && leases.isEmpty() ? null : this;
    }
  }

  public VersionLeases(Duration length, Clock clock) {
    this.length = length;
    this.clock = clock;
  }

  /**
   * Promises a version for another lease's length and returns when it ends.
   *
   * @param holder who may give it back: others' leases of the same version are their own
   */
  public Instant renew(String file, String version, String holder) {
    Instant now = clock.instant();
    forgetOld(now);
    Instant end = now.plus(length);
    holds.compute(
        new Key(file, version),
        (key, hold) -> {
          Hold held = hold == null ? new Hold() : hold;
          held.leases.remove(holder); // It goes to the end.
          held.leases.put(holder, end);
          return held;
        });
    return end;
  }

  private void forgetOld(Instant now) {
    if (now.isBefore(nextLook)) {
      return;
    }
    nextLook = now.plus(BETWEEN_LOOKS);
    for (Key key : holds.keySet()) {
      holds.computeIfPresent(key, (same, hold) -> hold.unlessOver(now));
    }
  }

  /**
   * @return whether there was a lease
   */
  public boolean release(String file, String version, String holder) {
    Instant now = clock.instant();
    boolean[] leased = {false};
    holds.computeIfPresent(
        new Key(file, version),
        (key, hold) -> {
          Instant end = hold.leases.remove(holder);
          leased[0] = end != null && end.isAfter(now);
          return hold.unlessOver(now);
        });
    return leased[0];
  }

  /** A read of a version begins; it ends with {@link #unpin}. */
  public void pin(String file, String version) {
    holds.compute(
        new Key(file, version),
        (key, hold) -> {
          Hold held = hold == null ? new Hold() : hold;
          held.readers++;
          return held;
        });
  }

  public void unpin(String file, String version) {
    Instant now = clock.instant();
    holds.computeIfPresent(
        new Key(file, version),
        (key, hold) -> {
          hold.readers--;
          return hold.unlessOver(now);
        });
  }

  /** What ends a version. */
  interface Removal {
    void run() throws IOException;
  }

  /** Removes a version unless it is leased or read; no lease or pin comes in between. */
  void unlessHeld(String file, String version, Removal removal) throws IOException {
    Instant now = clock.instant();
    try {
      holds.compute(
          new Key(file, version),
          (key, hold) -> {
            Hold held = hold == null ? null : hold.unlessOver(now);
            if (held == null) {
              run(removal);
            }
            return held;
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void run(Removal removal) {
    try {
      removal.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
