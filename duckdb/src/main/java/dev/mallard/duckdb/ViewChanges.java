package dev.mallard.duckdb;

import dev.mallard.error.MallardException;
import dev.mallard.query.DatasetTable;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

/**
 * Changes views in DuckDB's catalog and in the registry, one after the other. Each change is a
 * matter of moments: what takes long has been done before. Thread-safe.
 */
final class ViewChanges implements AutoCloseable {
  /** So many views are made in one transaction. */
  private static final int BATCH = 100;

  private final ViewDefinitions definitions;
  private final ViewRegistry registry;
  private final ReentrantLock lock = new ReentrantLock();

  ViewChanges(ViewDefinitions definitions, ViewRegistry registry) {
    this.definitions = definitions;
    this.registry = registry;
  }

  /**
   * Makes a view or replaces it.
   *
   * @param view its dataset is taken over, also if this throws
   * @throws MallardException if DuckDB cannot read the dataset
   */
  void put(View view) {
    lock.lock();
    try {
      Optional<View> before = registry.find(view.name());
      if (before.isPresent() && before.get().isAs(view)) {
        view.dataset().close();
        return;
      }
      registry.begin(view.name());
      boolean done = false;
      try {
        definitions.replace(view);
        done = true;
      } catch (SQLException e) {
        throw FileErrors.unusable(DuckErrors.text(e), e, view.dataset());
      } finally {
        registry.end(view.name(), done ? view : before.orElse(null));
        (done ? before : Optional.of(view)).ifPresent(other -> other.dataset().close());
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * As {@link #put}, of many.
   *
   * @param failed hears of those that DuckDB cannot read
   */
  void putAll(List<View> views, BiConsumer<View, MallardException> failed) {
    for (int from = 0; from < views.size(); from += BATCH) {
      List<View> batch = views.subList(from, Math.min(from + BATCH, views.size()));
      if (!putBatch(batch)) {
        for (View view : batch) {
          try {
            put(view);
          } catch (MallardException e) {
            failed.accept(view, e);
          }
        }
      }
    }
  }

  /**
   * @return false if nothing was done: one of them cannot be made
   */
  private boolean putBatch(List<View> views) {
    lock.lock();
    try {
      List<Optional<View>> before = views.stream().map(view -> registry.find(view.name())).toList();
      views.forEach(view -> registry.begin(view.name()));
      boolean done = false;
      try {
        definitions.replaceAll(views);
        done = true;
      } catch (SQLException e) {
        return false; // One by one they say which it is.
      } finally {
        for (int i = 0; i < views.size(); i++) {
          registry.end(views.get(i).name(), done ? views.get(i) : before.get(i).orElse(null));
        }
      }
      before.forEach(view -> view.ifPresent(old -> old.dataset().close()));
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Drops a view, if there is one. Statements that are bound to it keep their files. */
  void drop(DatasetTable name) throws SQLException {
    lock.lock();
    try {
      Optional<View> view = registry.find(name);
      if (view.isPresent()) {
        registry.begin(name);
        dropBegun(view.get());
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Drops a view that no statement is bound to, if that can be done at once: otherwise, or if
   * somebody changes views at the moment, it stays.
   */
  void dropIfIdle(View view) throws SQLException {
    if (!lock.tryLock()) {
      return;
    }
    try {
      if (registry.beginIfIdle(view)) {
        dropBegun(view);
      }
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #drop}, unless another has taken its place, or somebody changes views. */
  void dropIfThere(View view) throws SQLException {
    if (!lock.tryLock()) {
      return;
    }
    try {
      if (registry.has(List.of(view))) {
        registry.begin(view.name());
        dropBegun(view);
      }
    } finally {
      lock.unlock();
    }
  }

  private void dropBegun(View view) throws SQLException {
    boolean done = false;
    try {
      definitions.drop(view);
      done = true;
    } finally {
      registry.end(view.name(), done ? null : view);
    }
    view.dataset().close();
  }

  /** What makes a view that one connection sees. */
  String temporary(View view) throws SQLException {
    lock.lock();
    try {
      return definitions.temporary(view);
    } finally {
      lock.unlock();
    }
  }

  void createSchema(String schema) throws SQLException {
    lock.lock();
    try {
      definitions.createSchema(schema);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws SQLException {
    definitions.close();
    registry.all().forEach(view -> view.dataset().close());
  }
}
