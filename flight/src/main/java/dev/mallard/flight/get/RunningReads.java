package dev.mallard.flight.get;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The reads under way, also those that are still being opened, by the plan that they belong to, so
 * that a plan can be cancelled as a whole. Thread-safe.
 */
public final class RunningReads {
  /** A read that can be cancelled. */
  interface Read {
    void cancel();
  }

  private final ConcurrentHashMap<String, Set<Read>> byPlan = new ConcurrentHashMap<>();

  void add(@Nullable String plan, Read read) {
    if (plan != null) {
      byPlan.compute(
          plan,
          (key, reads) -> {
            Set<Read> all = reads == null ? ConcurrentHashMap.newKeySet() : reads;
            all.add(read);
            return all;
          });
    }
  }

  void remove(@Nullable String plan, Read read) {
    if (plan != null) {
      byPlan.computeIfPresent(
          plan,
          (key, reads) -> {
            reads.remove(read);
            return reads.isEmpty() ? null : reads;
          });
    }
  }

  /**
   * @return whether there was anything to cancel
   */
  public boolean cancel(@Nullable String plan) {
    Set<Read> reads = plan == null ? null : byPlan.get(plan);
    if (reads == null) {
      return false;
    }
    List.copyOf(reads).forEach(Read::cancel);
    return true;
  }
}
