package dev.mallard.duckdb;

import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Cancellation;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlDataset;
import dev.mallard.query.SqlDatasets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.duckdb.DuckDBConnection;

/**
 * A view for each dataset that was asked for, over the files of exactly one version. Thread-safe.
 *
 * <p>A statement is bound to views that were seen to be of the current versions, all at one moment.
 * No lock is held meanwhile: it is bound again if one of them has changed by then ({@link
 * ViewRegistry}). Rows that have to be made first are waited for by those alone who want them.
 */
final class DatasetViews implements AutoCloseable {
  /** A dataset that is always replaced before it is bound to is not one to be read. */
  private static final int MOST_ATTEMPTS = 100;

  private final SqlDatasets datasets;
  private final ViewRegistry registry = new ViewRegistry();
  private final ViewChanges changes;
  private final ViewRenewal renewal;

  /**
   * @param connection of its own; closed with it
   */
  DatasetViews(SqlDatasets datasets, DuckDBConnection connection) {
    this.datasets = datasets;
    this.changes = new ViewChanges(new ViewDefinitions(connection), registry);
    this.renewal = new ViewRenewal(datasets, registry, changes);
  }

  /** What is done with views, once or more often. */
  interface Binding<T> {
    /**
     * @param hold of the views; taken over, unless it throws
     */
    T bind(Hold hold) throws SQLException;

    /** Takes back what {@link #bind} gave: a view has changed meanwhile. */
    void undo(T bound) throws SQLException;
  }

  /**
   * Which datasets a statement is about.
   *
   * @param names what may be a dataset's name in it
   * @param wanted those of them that have to have a view, even if it could be bound without
   * @param rows whether it reads them; types alone cost nothing
   */
  record Request(
      Collection<DatasetTable> names,
      Collection<DatasetTable> wanted,
      boolean rows,
      Cancellation cancellation) {}

  /** Binds a statement to the datasets among its names as they are now. */
  <T> T bind(Request request, Binding<T> binding) throws SQLException {
    Map<DatasetTable, DatasetTable> found = known(request.names());
    request.wanted().forEach(name -> found.put(name, name));
    try {
      return bindCurrent(found, request, binding, new HashMap<>());
    } catch (SQLException e) {
      // A name that is not known may be that of a dataset which nobody has asked for yet.
      Map<DatasetTable, DatasetTable> all =
          DuckErrors.mayWantView(e) ? find(request.names()) : Map.of();
      if (all.isEmpty()) {
        throw e;
      }
      return bindAgain(all, request, binding);
    }
  }

  /** Those among {@code names} that have views, and what these are of. */
  private Map<DatasetTable, DatasetTable> known(Collection<DatasetTable> names) {
    Map<DatasetTable, DatasetTable> known = new LinkedHashMap<>();
    registry.find(names).forEach(view -> known.put(view.name(), view.dataset().name()));
    return known;
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
      Map<DatasetTable, DatasetTable> found, Request request, Binding<T> binding)
      throws SQLException {
    Map<DatasetTable, ViewRenewal.Failure> failures = new HashMap<>();
    try {
      return bindCurrent(found, request, binding, failures);
    } catch (SQLException e) {
      for (ViewRenewal.Failure failure : failures.values()) {
        if (DuckErrors.isUnknownName(e, failure.name())) {
          throw failure.answer();
        }
      }
      throw e;
    }
  }

  /**
   * @param wanted what to open, by the names that views are to have
   * @param failures by folded name; added to
   */
  private <T> T bindCurrent(
      Map<DatasetTable, DatasetTable> wanted,
      Request request,
      Binding<T> binding,
      Map<DatasetTable, ViewRenewal.Failure> failures)
      throws SQLException {
    Map<DatasetTable, String> moment =
        renewal.makeCurrent(wanted, failures, request.cancellation());
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      ViewRegistry.Seen seen = registry.see(request.names(), request.cancellation());
      if (!seen.isOf(moment)) {
        // Replaced since, and dropped or renewed for another: then the others may be older.
        seen.hold().close();
        moment = renewal.makeCurrent(wanted, failures, request.cancellation());
        continue;
      }
      if (request.rows() && !makeReady(seen, request.cancellation())) {
        continue;
      }
      try (Closer unlessBound = new Closer()) {
        unlessBound.add(seen.hold());
        T bound = bindSeen(seen, binding);
        if (registry.isStill(seen)) {
          unlessBound.release();
          return bound;
        }
        binding.undo(bound);
        unlessBound.release();
      } catch (SQLException e) {
        if (registry.isStill(seen)) {
          throw e;
        }
      }
      request.cancellation().check();
    }
    throw tooFast();
  }

  private static <T> T bindSeen(ViewRegistry.Seen seen, Binding<T> binding) throws SQLException {
    try {
      return binding.bind(seen.hold());
    } catch (SQLException e) {
      throw new BindingException(e, seen.hold().datasets());
    }
  }

  /**
   * Waits for the rows of what was seen.
   *
   * @return whether its views are good for them; if not, it is closed
   */
  private boolean makeReady(ViewRegistry.Seen seen, Cancellation cancellation) {
    try (Closer unlessGood = new Closer()) {
      unlessGood.add(seen.hold());
      seen.hold().datasets().forEach(dataset -> dataset.makeReady(cancellation));
      boolean good = true;
      for (View view : seen.hold().views()) {
        if (view.isOutdated()) {
          changes.put(View.of(view.name(), view.dataset().hold()));
          good = false;
        }
      }
      if (good) {
        unlessGood.release();
      }
      return good;
    }
  }

  /** Makes views of all datasets, so that they can be listed. */
  void refresh(Cancellation cancellation) throws SQLException {
    renewal.refresh(cancellation);
  }

  /** Binds to views of all datasets as they are now; those that cannot be used are left out. */
  <T> T bindAll(Cancellation cancellation, Binding<T> binding) throws SQLException {
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      long generation = renewal.refreshExactly(cancellation);
      ViewRegistry.Seen seen = registry.seeAll(cancellation);
      try (Closer unlessBound = new Closer()) {
        unlessBound.add(seen.hold());
        if (seen.generation() == generation) {
          T bound = bindSeen(seen, binding);
          unlessBound.release();
          if (registry.isUnchanged(generation)) {
            return bound;
          }
          binding.undo(bound);
        }
      }
      cancellation.check();
    }
    throw tooFast();
  }

  static MallardException tooFast() {
    return new MallardException(
        ErrorCode.UNAVAILABLE, "SQL: the datasets change too fast; try again");
  }

  /** Whether the datasets that are held are still of their current versions. */
  boolean isCurrent(Hold hold) {
    if (hold.isEmpty()) {
      return true;
    }
    Map<DatasetTable, String> versions =
        datasets.versions(hold.datasets().stream().map(SqlDataset::name).toList());
    return hold.datasets().stream()
        .allMatch(dataset -> dataset.version().equals(versions.get(dataset.name())));
  }

  /** Whether the views that are held are still those that a statement would be bound to. */
  boolean isBound(Hold hold) {
    return registry.has(hold.views());
  }

  /** Lets go of the files of datasets that were replaced or dropped. Waits for nobody. */
  void dropStale() throws SQLException {
    List<View> views = registry.all();
    Map<DatasetTable, String> versions =
        datasets.versions(views.stream().map(view -> view.dataset().name()).toList());
    for (View view : views) {
      if (!view.dataset().version().equals(versions.get(view.dataset().name()))) {
        changes.dropIfThere(view);
      }
    }
  }

  /**
   * Lets go of views that no statement is bound to and whose files are of these kinds. Waits for
   * nobody: those that cannot be dropped right now stay.
   */
  void dropIdle(Set<SqlDataset.Form> forms) throws SQLException {
    for (View view : registry.all()) {
      if (forms.contains(view.dataset().form())) {
        changes.dropIfIdle(view);
      }
    }
  }

  /**
   * Opens datasets for one connection only, whose transaction cannot see new views.
   *
   * @param names exactly datasets'
   * @param versions what they may be: those that the transaction has
   * @param sql runs on that connection
   * @return keeps the files of what was made
   */
  Hold addTemporary(
      Collection<DatasetTable> names,
      Set<String> versions,
      ViewDefinitions.Sql sql,
      Cancellation cancellation)
      throws SQLException {
    List<View> made = new ArrayList<>();
    try (Closer onFailure = new Closer()) {
      for (DatasetTable name : names) {
        SqlDataset opened = datasets.open(name);
        if (!versions.contains(opened.version())) {
          opened.close();
          continue;
        }
        onFailure.add(opened);
        opened.makeReady(cancellation);
        View view = View.of(name, opened);
        sql.execute(changes.temporary(view));
        made.add(view);
      }
      onFailure.release();
      return Hold.taking(made);
    }
  }

  /** Whether datasets are in this schema; then it can be in a search path. */
  boolean hasSchema(String schema) throws SQLException {
    if (registry.all().stream().anyMatch(view -> view.name().schema().equals(schema))) {
      return true;
    }
    boolean exists = datasets.names().stream().anyMatch(name -> name.schema().equals(schema));
    if (exists) {
      changes.createSchema(schema);
    }
    return exists;
  }

  @Override
  public void close() throws SQLException {
    changes.close();
  }
}
