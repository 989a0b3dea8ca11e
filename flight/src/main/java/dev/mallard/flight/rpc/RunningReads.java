package dev.mallard.flight.rpc;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The reads under way, by the plan that they belong to, so that a plan can be cancelled as a whole.
 * Thread-safe.
 */
final class RunningReads {
  private final ConcurrentHashMap<String, Set<StreamPump>> byPlan = new ConcurrentHashMap<>();

  void add(@Nullable String plan, StreamPump read) {
    if (plan != null) {
      byPlan.compute(
          plan,
          (key, reads) -> {
            Set<StreamPump> all = reads == null ? ConcurrentHashMap.newKeySet() : reads;
            all.add(read);
            return all;
          });
    }
  }

  void remove(@Nullable String plan, StreamPump read) {
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
  boolean cancel(String plan) {
    Set<StreamPump> reads = byPlan.get(plan);
    if (reads == null) {
      return false;
    }
    reads.forEach(StreamPump::cancel);
    return true;
  }
}
