package dev.mallard.flight.get;

import dev.mallard.access.Caller;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The reads under way, also those that are still being opened, by the plan that they belong to, so
 * that a plan can be cancelled as a whole, by the name that reads it. Thread-safe.
 */
public final class RunningReads {
  /** A read that can be cancelled. */
  interface Read {
    void cancel();
  }

  private final ConcurrentHashMap<Plan, Set<Read>> byPlan = new ConcurrentHashMap<>();

  /** As one name reads it: several may, with tickets that they hand on. */
  private record Plan(String id, String reader) {}

  void add(@Nullable String plan, Caller reader, Read read) {
    if (plan != null) {
      byPlan.compute(
          new Plan(plan, reader.name()),
          (key, reads) -> {
            Set<Read> all = reads == null ? ConcurrentHashMap.newKeySet() : reads;
            all.add(read);
            return all;
          });
    }
  }

  void remove(@Nullable String plan, Caller reader, Read read) {
    if (plan != null) {
      byPlan.computeIfPresent(
          new Plan(plan, reader.name()),
          (key, reads) -> {
            reads.remove(read);
            return reads.isEmpty() ? null : reads;
          });
    }
  }

  /**
   * Cancels the caller's own.
   *
   * @return whether there was anything to cancel
   */
  public boolean cancel(@Nullable String plan, Caller caller) {
    Set<Read> reads = plan == null ? null : byPlan.get(new Plan(plan, caller.name()));
    if (reads == null) {
      return false;
    }
    List.copyOf(reads).forEach(Read::cancel);
    return true;
  }
}
