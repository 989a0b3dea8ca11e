package dev.mallard.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
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
  private final Duration length;
  private final Clock clock;
  private final ConcurrentMap<Key, Hold> holds = new ConcurrentHashMap<>();

  private record Key(String file, String version) {}

  /**
   * @param leases the end of each, by its holder; one that is over may be among them
   */
  private record Hold(int readers, Map<String, Instant> leases) {
    static final Hold NONE = new Hold(0, Map.of());

    boolean isOver(Instant now) {
      return readers == 0 && leases.values().stream().noneMatch(until -> until.isAfter(now));
    }

    boolean isLeased(String holder, Instant now) {
      Instant until = leases.get(holder);
      return until != null && until.isAfter(now);
    }

    Hold leased(String holder, Instant end, Instant now) {
      Map<String, Instant> others = withoutLease(holder, now);
      others.put(holder, end);
      return new Hold(readers, others);
    }

    Hold released(String holder, Instant now) {
      return new Hold(readers, withoutLease(holder, now));
    }

    private Map<String, Instant> withoutLease(String holder, Instant now) {
      Map<String, Instant> others = new HashMap<>(leases);
      others.remove(holder);
      others.values().removeIf(until -> !until.isAfter(now));
      return others;
    }

    /** To be forgotten when it is over. */
    @Nullable Hold unlessOver(Instant now) {
      return isOver(now) ? null : this;
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
    holds.values().removeIf(hold -> hold.isOver(now));
    Instant end = now.plus(length);
    holds.compute(
        new Key(file, version),
        (key, hold) -> {
          Hold before = hold == null ? Hold.NONE : hold;
          return before.leased(holder, end, now);
        });
    return end;
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
          leased[0] = hold.isLeased(holder, now);
          return hold.released(holder, now).unlessOver(now);
        });
    return leased[0];
  }

  /** A read of a version begins; it ends with {@link #unpin}. */
  public void pin(String file, String version) {
    holds.compute(
        new Key(file, version),
        (key, hold) -> {
          Hold before = hold == null ? Hold.NONE : hold;
          return new Hold(before.readers() + 1, before.leases());
        });
  }

  public void unpin(String file, String version) {
    Instant now = clock.instant();
    holds.computeIfPresent(
        new Key(file, version),
        (key, hold) -> new Hold(hold.readers() - 1, hold.leases()).unlessOver(now));
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
