package dev.mallard.duckdb;

import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Cancellation;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlDataset;
import dev.mallard.query.SqlDatasets;
import dev.mallard.query.SqlMetadata;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A view for each dataset that was asked for, over the files of exactly one version. Thread-safe.
 *
 * <p>Looking at a view's version and binding a statement to it must not be torn apart: a statement
 * is bound under the read lock, under which all views that it may use were seen to be of the
 * current versions. Views change under the write lock, and what takes long (links, conversions) is
 * done before it.
 */
final class DatasetViews implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DatasetViews.class);

  /** A dataset that is always replaced before it is bound to is not one to be read. */
  private static final int MOST_ATTEMPTS = 100;

  private final SqlDatasets datasets;
  private final ViewDefinitions definitions;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  /** By folded name. Written under the write lock. */
  private final Map<DatasetTable, View> views = new HashMap<>();

  /**
   * @param connection of its own; closed with it
   */
  DatasetViews(SqlDatasets datasets, DuckDBConnection connection) {
    this.datasets = datasets;
    this.definitions = new ViewDefinitions(connection);
  }

  /**
   * @param name how it is called in DuckDB
   * @param dataset the view's own hold
   */
  record View(DatasetTable name, SqlDataset dataset) {}

  /** What is done while no view changes. */
  interface Binding<T> {
    /**
     * @param hold taken over, unless it throws
     */
    T bind(Hold hold) throws SQLException;
  }

  /**
   * Binds a statement to the datasets among {@code names} as they are now.
   *
   * @param wanted those of them that have to have a view, even if the statement could be bound
   *     without
   */
  <T> T bind(Collection<DatasetTable> names, Collection<DatasetTable> wanted, Binding<T> binding)
      throws SQLException {
    Map<DatasetTable, DatasetTable> found = known(names);
    wanted.forEach(name -> found.put(name, name));
    try {
      return bindCurrent(found, names, binding, new HashMap<>());
    } catch (SQLException e) {
      // A name that is not known may be that of a dataset which nobody has asked for yet.
      Map<DatasetTable, DatasetTable> all = DuckErrors.mayWantView(e) ? find(names) : Map.of();
      if (all.isEmpty()) {
        throw e;
      }
      return bindAgain(all, names, binding);
    }
  }

  /** What to open, by the names that views are to have: the datasets' own, where SQL allows. */
  private Map<DatasetTable, DatasetTable> find(Collection<DatasetTable> names) {
    Map<DatasetTable, DatasetTable> found = new LinkedHashMap<>();
    datasets
        .find(names)
        .forEach(
            (name, dataset) ->
                found.put(name.folded().equals(dataset.folded()) ? dataset : name, dataset));
    return found;
  }

  private <T> T bindAgain(
      Map<DatasetTable, DatasetTable> found, Collection<DatasetTable> names, Binding<T> binding)
      throws SQLException {
    Map<DatasetTable, Failure> failures = new HashMap<>();
    try {
      return bindCurrent(found, names, binding, failures);
    } catch (SQLException e) {
      for (Failure failure : failures.values()) {
        if (DuckErrors.isUnknownName(e, failure.name())) {
          throw failure.problem();
        }
      }
      throw e;
    }
  }

  /** A dataset that cannot have a view. */
  private record Failure(DatasetTable name, Optional<String> version, MallardException problem) {}

  /**
   * @param wanted what to open, by the names that views are to have
   * @param failures by folded name; added to
   */
  private <T> T bindCurrent(
      Map<DatasetTable, DatasetTable> wanted,
      Collection<DatasetTable> names,
      Binding<T> binding,
      Map<DatasetTable, Failure> failures)
      throws SQLException {
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      lock.readLock().lock();
      try {
        if (wanted.entrySet().stream()
            .allMatch(name -> isCurrent(name.getKey(), name.getValue(), failures))) {
          return bindNow(names, binding);
        }
      } finally {
        lock.readLock().unlock();
      }
      for (Map.Entry<DatasetTable, DatasetTable> name : wanted.entrySet()) {
        if (!isCurrent(name.getKey(), name.getValue(), failures)) {
          renew(name.getKey(), name.getValue(), failures);
        }
      }
    }
    throw tooFast();
  }

  /** Binds a statement to the views among {@code names}, whether or not they are current. */
  <T> T bindKnown(Collection<DatasetTable> names, Binding<T> binding) throws SQLException {
    lock.readLock().lock();
    try {
      return bindNow(names, binding);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Under the read lock. */
  private <T> T bindNow(Collection<DatasetTable> names, Binding<T> binding) throws SQLException {
    try (Closer onFailure = new Closer()) {
      Hold hold =
          onFailure.add(
              Hold.of(
                  names.stream()
                      .map(name -> views.get(name.folded()))
                      .filter(Objects::nonNull)
                      .distinct()
                      .toList()));
      try {
        T bound = binding.bind(hold);
        onFailure.release();
        return bound;
      } catch (SQLException e) {
        throw new BindingException(e, hold.datasets());
      }
    }
  }

  /**
   * Binds to views of all datasets as they are now, under their own names, and to no other views;
   * those that cannot be used are left out.
   *
   * @param most if there are more without a view, those stay without
   */
  <T> T bindAll(int most, Binding<T> binding) throws SQLException {
    Map<DatasetTable, Failure> failures = new HashMap<>();
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      Changes changes;
      lock.readLock().lock();
      try {
        changes = changes(datasets.versions(), most, failures);
        if (changes.isEmpty()) {
          return bindNow(List.copyOf(views.keySet()), binding);
        }
      } finally {
        lock.readLock().unlock();
      }
      for (DatasetTable name : changes.renewed()) {
        renew(name, name, failures);
      }
      for (DatasetTable name : changes.dropped()) {
        drop(name);
      }
    }
    throw tooFast();
  }

  private static MallardException tooFast() {
    return new MallardException(
        ErrorCode.UNAVAILABLE, "SQL: the datasets change too fast; try again");
  }

  /** What there is to do until views and datasets are the same. */
  private record Changes(List<DatasetTable> renewed, List<DatasetTable> dropped) {
    boolean isEmpty() {
      return renewed.isEmpty() && dropped.isEmpty();
    }
  }

  /** Under the read lock. */
  private Changes changes(
      Map<DatasetTable, String> versions, int most, Map<DatasetTable, Failure> failures) {
    Map<DatasetTable, View> others = new HashMap<>(views);
    Set<DatasetTable> seen = new HashSet<>();
    List<DatasetTable> missing = new ArrayList<>();
    List<DatasetTable> renewed = new ArrayList<>();
    versions.forEach(
        (name, version) -> {
          View view = others.remove(name.folded());
          if (!seen.add(name.folded())) {
            return; // SQL cannot tell it from another.
          }
          if (view == null) {
            Failure failure = failures.get(name.folded());
            if (failure == null || !failure.version().equals(Optional.of(version))) {
              missing.add(name);
            }
          } else if (!view.name().equals(name) || !view.dataset().version().equals(version)) {
            renewed.add(name);
          }
        });
    if (missing.size() <= most) {
      renewed.addAll(missing);
    }
    return new Changes(renewed, others.values().stream().map(View::name).toList());
  }

  /** Those among {@code names} that have views. */
  private Map<DatasetTable, DatasetTable> known(Collection<DatasetTable> names) {
    Map<DatasetTable, DatasetTable> known = new LinkedHashMap<>();
    lock.readLock().lock();
    try {
      for (DatasetTable name : names) {
        View view = views.get(name.folded());
        if (view != null) {
          known.put(view.name(), view.dataset().name());
        }
      }
    } finally {
      lock.readLock().unlock();
    }
    return known;
  }

  /** Whether there is a view of this name over the current version, or can be none. */
  private boolean isCurrent(
      DatasetTable name, DatasetTable dataset, Map<DatasetTable, Failure> failures) {
    Optional<String> version = datasets.version(dataset);
    Failure failure = failures.get(name.folded());
    lock.readLock().lock();
    try {
      View view = views.get(name.folded());
      if (view != null) {
        return version.equals(Optional.of(view.dataset().version()));
      }
      return failure != null
          ? failure.version().equals(version)
          : version.isEmpty() && !datasets.exists(dataset);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Makes, replaces or drops a view. Better no view than one of what is not there any more. */
  private void renew(DatasetTable name, DatasetTable dataset, Map<DatasetTable, Failure> failures)
      throws SQLException {
    failures.remove(name.folded());
    Optional<String> version = datasets.version(dataset);
    if (version.isEmpty() && !datasets.exists(dataset)) {
      drop(name);
      return;
    }
    try (Closer onFailure = new Closer()) {
      SqlDataset opened = onFailure.add(datasets.open(dataset));
      opened.makeReady(new Cancellation());
      if (put(new View(name, opened))) {
        onFailure.release();
      }
    } catch (MallardException e) {
      LOG.debug("dataset '{}' cannot be used in SQL", dataset.dataset(), e);
      failures.put(name.folded(), new Failure(name, version, e));
      drop(name);
    }
  }

  /**
   * @return whether the view has taken its dataset over; not if there was one of that version
   */
  private boolean put(View view) throws SQLException {
    lock.writeLock().lock();
    try {
      View before = views.get(view.name().folded());
      if (before != null
          && before.name().equals(view.name())
          && before.dataset().version().equals(view.dataset().version())) {
        return false;
      }
      try {
        definitions.replace(view);
      } catch (SQLException e) {
        throw FileErrors.unusable(DuckErrors.text(e), e, view.dataset());
      }
      views.put(view.name().folded(), view);
      if (before != null) {
        before.dataset().close();
      }
      return true;
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void drop(DatasetTable name) throws SQLException {
    lock.writeLock().lock();
    try {
      View view = views.remove(name.folded());
      if (view != null) {
        definitions.drop(view);
        view.dataset().close();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Whether the datasets that are held are still of their current versions. */
  boolean isCurrent(Hold hold) {
    return hold.datasets().stream()
        .allMatch(
            dataset -> datasets.version(dataset.name()).equals(Optional.of(dataset.version())));
  }

  /** Whether the views that are held are still those that a statement would be bound to. */
  boolean isBound(Hold hold) {
    lock.readLock().lock();
    try {
      return hold.views().stream().allMatch(view -> view.equals(views.get(view.name().folded())));
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Lets go of the files of datasets that were replaced or dropped. */
  void dropStale() throws SQLException {
    for (View view : all()) {
      if (!datasets.version(view.dataset().name()).equals(Optional.of(view.dataset().version()))) {
        drop(view.name());
      }
    }
  }

  /**
   * Lets go of views that no statement is bound to and whose files are of these kinds. Those that
   * cannot be dropped right now, as somebody binds to views, stay.
   */
  void dropIdle(Set<SqlDataset.Form> forms) throws SQLException {
    if (!lock.writeLock().tryLock()) {
      return;
    }
    try {
      for (View view : List.copyOf(views.values())) {
        if (forms.contains(view.dataset().form()) && view.dataset().isIdle()) {
          drop(view.name());
        }
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private List<View> all() {
    lock.readLock().lock();
    try {
      return List.copyOf(views.values());
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Makes views for one connection only, whose transaction cannot see new ones. Only names in
   * {@code main} can be helped so.
   *
   * @param names those among them that are datasets get one
   * @param sql runs on that connection
   * @return keeps the files of what was made
   */
  Hold addTemporary(Collection<DatasetTable> names, ViewDefinitions.Sql sql) throws SQLException {
    try (Closer onFailure = new Closer()) {
      Map<DatasetTable, View> made = new LinkedHashMap<>();
      for (DatasetTable name : names) {
        if (name.schema().equals(SqlMetadata.MAIN) && datasets.exists(name)) {
          View view = new View(name, onFailure.add(datasets.open(name)));
          view.dataset().makeReady(new Cancellation());
          sql.execute(ViewDefinitions.temporary(view));
          made.put(name, view);
        }
      }
      Hold hold = Hold.taking(made.values());
      onFailure.release();
      return hold;
    }
  }

  /** Whether datasets are in this schema; then it can be in a search path. */
  boolean hasSchema(String schema) throws SQLException {
    if (all().stream().anyMatch(view -> view.name().schema().equals(schema))) {
      return true;
    }
    boolean exists = datasets.names().stream().anyMatch(name -> name.schema().equals(schema));
    if (exists) {
      lock.writeLock().lock();
      try {
        definitions.createSchema(schema);
      } finally {
        lock.writeLock().unlock();
      }
    }
    return exists;
  }

  @Override
  public void close() throws SQLException {
    definitions.close();
    all().forEach(view -> view.dataset().close());
  }
}
