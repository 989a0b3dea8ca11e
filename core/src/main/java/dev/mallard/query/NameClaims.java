package dev.mallard.query;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The names that tables or datasets are about to take, which share one namespace: each side claims
 * a name, then looks whether the other has it, and lets go of the claim when what it made can be
 * seen. So of two who come at once not both can have it. Thread-safe.
 */
public final class NameClaims {
  /** Who wants a name. Several of one kind do not disturb each other here. */
  public enum Taker {
    TABLE,
    DATASET
  }

  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock; by folded name. */
  private final Map<DatasetTable, Claimed> claimed = new HashMap<>();

  private record Claimed(Taker taker, int claims) {}

  /** Once or more often closed by whoever made it. */
  public interface Claim extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * @return empty if the other kind has claimed it
   */
  public Optional<Claim> claim(DatasetTable name, Taker taker) {
    DatasetTable folded = name.folded();
    lock.lock();
    try {
      Claimed before = claimed.get(folded);
      if (before != null && before.taker() != taker) {
        return Optional.empty();
      }
      claimed.put(folded, new Claimed(taker, before == null ? 1 : before.claims() + 1));
    } finally {
      lock.unlock();
    }
    AtomicBoolean closed = new AtomicBoolean();
    return Optional.of(
        () -> {
          if (closed.compareAndSet(false, true)) {
            release(folded);
          }
        });
  }

  private void release(DatasetTable folded) {
    lock.lock();
    try {
      claimed.computeIfPresent(
          folded,
          (name, now) -> now.claims() == 1 ? null : new Claimed(now.taker(), now.claims() - 1));
    } finally {
      lock.unlock();
    }
  }
}
