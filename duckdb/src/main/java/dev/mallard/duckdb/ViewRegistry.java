package dev.mallard.duckdb;

import dev.mallard.query.Cancellation;
import dev.mallard.query.DatasetTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which views there are. Thread-safe; its lock is held for moments, and for no work of DuckDB's.
 *
 * <p>Binding a statement and changing a view do not wait for each other: whoever binds sees first
 * what there is, and afterwards whether it is still the same; if not, he binds again. Whoever
 * changes a view in DuckDB says so before ({@link #begin}) and after ({@link #end}), so that a
 * change in between is never overlooked.
 */
final class ViewRegistry {
  private static final long LOOK_MILLIS = 50;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition settled = lock.newCondition();

  /** By folded name. All that follows is guarded by the lock. */
  private final Map<DatasetTable, View> views = new HashMap<>();

  private final Set<DatasetTable> changing = new HashSet<>();

  /** Counts beginnings of changes. */
  private long generation;

  /**
   * What there was at a moment, held.
   *
   * @param views by folded name
   */
  record Seen(Map<DatasetTable, Optional<View>> views, long generation, Hold hold) {
    /**
     * Whether there are views of just these versions.
     *
     * @param versions by folded name
     */
    boolean isOf(Map<DatasetTable, String> versions) {
      return versions.entrySet().stream()
          .allMatch(
              wanted ->
                  views
                      .getOrDefault(wanted.getKey(), Optional.empty())
                      .filter(view -> view.dataset().version().equals(wanted.getValue()))
                      .isPresent());
    }
  }

  /** Some names' views; waits while one of them is being changed, which is a matter of moments. */
  Seen see(Collection<DatasetTable> names, Cancellation cancellation) {
    Set<DatasetTable> folded = new HashSet<>();
    names.forEach(name -> folded.add(name.folded()));
    lock.lock();
    try {
      awaitSettled(folded::contains, cancellation);
      Map<DatasetTable, Optional<View>> seen = new HashMap<>();
      folded.forEach(name -> seen.put(name, Optional.ofNullable(views.get(name))));
      List<View> found = seen.values().stream().flatMap(Optional::stream).distinct().toList();
      return new Seen(seen, generation, Hold.of(found));
    } finally {
      lock.unlock();
    }
  }

  /** All views. */
  Seen seeAll(Cancellation cancellation) {
    lock.lock();
    try {
      awaitSettled(name -> true, cancellation);
      return new Seen(Map.of(), generation, Hold.of(List.copyOf(views.values())));
    } finally {
      lock.unlock();
    }
  }

  private void awaitSettled(Predicate<DatasetTable> wanted, Cancellation cancellation) {
    while (changing.stream().anyMatch(wanted)) {
      cancellation.check();
      try {
        if (!settled.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          cancellation.check();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        cancellation.cancel();
      }
    }
  }

  /** Whether what was seen of some names is still so, and has been all the time. */
  boolean isStill(Seen seen) {
    lock.lock();
    try {
      return generation == seen.generation()
          || seen.views().entrySet().stream()
              .allMatch(
                  entry ->
                      !changing.contains(entry.getKey())
                          && views.get(entry.getKey()) == entry.getValue().orElse(null));
    } finally {
      lock.unlock();
    }
  }

  /** Whether not one view has been changed since. */
  boolean isUnchanged(long sinceGeneration) {
    return generation() == sinceGeneration;
  }

  long generation() {
    lock.lock();
    try {
      return generation;
    } finally {
      lock.unlock();
    }
  }

  /** Whether these are the views that a statement would be bound to. */
  boolean has(Collection<View> wanted) {
    lock.lock();
    try {
      return wanted.stream()
          .allMatch(
              view ->
                  !changing.contains(view.name().folded())
                      && views.get(view.name().folded()) == view);
    } finally {
      lock.unlock();
    }
  }

  /** The view of this name, or what is being replaced. */
  Optional<View> find(DatasetTable name) {
    lock.lock();
    try {
      return Optional.ofNullable(views.get(name.folded()));
    } finally {
      lock.unlock();
    }
  }

  List<View> find(Collection<DatasetTable> names) {
    lock.lock();
    try {
      return names.stream()
          .map(name -> views.get(name.folded()))
          .filter(Objects::nonNull)
          .distinct()
          .toList();
    } finally {
      lock.unlock();
    }
  }

  List<View> all() {
    lock.lock();
    try {
      return new ArrayList<>(views.values());
    } finally {
      lock.unlock();
    }
  }

  /** Says that a view is about to be made, replaced or dropped. One changer at a time. */
  void begin(DatasetTable name) {
    lock.lock();
    try {
      generation++;
      changing.add(name.folded());
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #begin}, unless it is another view or a statement holds it. */
  boolean beginIfIdle(View view) {
    lock.lock();
    try {
      boolean idle = views.get(view.name().folded()) == view && view.dataset().isIdle();
      if (idle) {
        begin(view.name());
      }
      return idle;
    } finally {
      lock.unlock();
    }
  }

  /**
   * @param now the view that there is from here on
   */
  void end(DatasetTable name, @Nullable View now) {
    lock.lock();
    try {
      changing.remove(name.folded());
      if (now == null) {
        views.remove(name.folded());
      } else {
        views.put(name.folded(), now);
      }
      settled.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
