package dev.mallard.duckdb;

import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Cancellation;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlDataset;
import dev.mallard.query.SqlMetadata;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The transaction of a connection, if it is in one. */
final class DuckTransaction {
  private final DuckEngine engine;
  private final PooledConnection connection;
  private final StatementBinder binder;

  /** What it sees: the first as it began, then what was found by name. */
  private final List<Hold> holds = new ArrayList<>();

  /** Names of tables that it has made. */
  private final Closer claims = new Closer();

  private final Set<DatasetTable> claimed = new HashSet<>();

  private boolean open;
  private boolean aborted;
  private boolean definitionsChanged;
  private boolean changed;

  /** What is temporary lives as long as the connection. */
  private boolean used;

  DuckTransaction(DuckEngine engine, PooledConnection connection, StatementBinder binder) {
    this.engine = engine;
    this.connection = connection;
    this.binder = binder;
  }

  boolean isOpen() {
    return open;
  }

  boolean wasUsed() {
    return used;
  }

  /** Whether it has made, changed or dropped tables, views, macros and so on. */
  boolean hasDefined() {
    return open && definitionsChanged;
  }

  void requireAlive() {
    if (aborted) {
      throw new MallardException(
          ErrorCode.FAILED_PRECONDITION,
          "the transaction was rolled back because something in it failed; begin another");
    }
  }

  /** Everything is seen as it is now. */
  void begin(Cancellation cancellation) throws SQLException {
    holds.add(
        engine
            .views()
            .bindAll(
                cancellation,
                new DatasetViews.Binding<>() {
                  @Override
                  public Hold bind(Hold all) throws SQLException {
                    binder.begin();
                    return all;
                  }

                  @Override
                  public void undo(Hold all) throws SQLException {
                    all.close();
                    connection.execute("ROLLBACK");
                  }
                }));
    opened();
  }

  /** For what reads no dataset. */
  void beginWithoutDatasets() throws SQLException {
    binder.begin();
    opened();
  }

  private void opened() {
    open = true;
    used = true;
    changed = false;
  }

  /**
   * Binds a statement to what it sees. A name that DuckDB does not know would end it, so datasets
   * are looked for beforehand.
   *
   * @throws MallardException FAILED_PRECONDITION for a dataset that came or was replaced since
   */
  Bound bind(ParsedStatement parsed, Cancellation cancellation) throws SQLException {
    Set<DatasetTable> unseen =
        parsed.names().stream()
            .filter(name -> holds.stream().noneMatch(hold -> hold.dataset(name).isPresent()))
            .collect(Collectors.toSet());
    Collection<DatasetTable> later = find(unseen, cancellation);
    Hold named = Hold.of(views(parsed.names()));
    try (Closer onFailure = new Closer()) {
      onFailure.add(named);
      if (!parsed.describes()) {
        makeReady(named, cancellation);
      }
      Bound bound = binder.bindToKnown(parsed, named);
      onFailure.release();
      return bound;
    } catch (SQLException e) {
      for (DatasetTable name : later) {
        if (DuckErrors.isUnknownName(e, name)) {
          throw tooLate(name, e);
        }
      }
      throw e;
    }
  }

  private List<View> views(Collection<DatasetTable> names) {
    Set<DatasetTable> folded = names.stream().map(DatasetTable::folded).collect(Collectors.toSet());
    return holds.stream()
        .flatMap(hold -> hold.views().stream())
        .filter(view -> folded.contains(view.name().folded()))
        .toList();
  }

  private static void makeReady(Hold named, Cancellation cancellation) {
    for (View view : named.views()) {
      view.dataset().makeReady(cancellation);
      if (view.isOutdated()) {
        throw new MallardException(
            ErrorCode.FAILED_PRECONDITION,
            "dataset '"
                + view.dataset().name().dataset()
                + "' has a column with values that SQL cannot hold, as was found out since the transaction"
                + " began; roll it back and begin another");
      }
    }
  }

  /**
   * Datasets by other names than their views have.
   *
   * @return those that have come or were replaced since it began
   */
  private Collection<DatasetTable> find(Set<DatasetTable> names, Cancellation cancellation)
      throws SQLException {
    if (names.isEmpty()) {
      return List.of();
    }
    Map<DatasetTable, String> there = engine.datasets().versions(names);
    Set<String> seen =
        holds.stream()
            .flatMap(hold -> hold.datasets().stream())
            .map(SqlDataset::version)
            .collect(Collectors.toSet());
    List<DatasetTable> same = new ArrayList<>();
    List<DatasetTable> later = new ArrayList<>();
    there.forEach(
        (name, version) -> {
          boolean isSame = seen.contains(version) && name.schema().equals(SqlMetadata.MAIN);
          (isSame ? same : later).add(name);
        });
    Hold found = engine.views().addTemporary(same, seen, connection::execute, cancellation);
    if (!found.isEmpty()) {
      holds.add(found);
    }
    return later;
  }

  private MallardException tooLate(DatasetTable name, SQLException error) {
    try {
      engine.datasets().open(name).close();
    } catch (MallardException e) {
      return e; // Nothing that it was before either.
    }
    return new MallardException(
        ErrorCode.FAILED_PRECONDITION,
        "dataset '"
            + name.dataset()
            + "' is not as it was when the transaction began; end it and begin another",
        error);
  }

  /** Keeps a name from datasets until it ends, for a table that it makes. */
  void claim(DatasetTable name) {
    claims.add(engine.datasets().claim(name));
    claimed.add(name);
  }

  void definitionChanged() {
    definitionsChanged = true;
    if (!open) {
      engine.definitions().changed();
    }
  }

  void noteChange() {
    changed = true;
  }

  /**
   * @param count of rows, as whoever hears of commits is told
   */
  void commit(long count) throws SQLException {
    requireAlive();
    requireUnharmed();
    try {
      // Files may have appeared by themselves since.
      claimed.forEach(name -> engine.datasets().claim(name).close());
    } catch (MallardException e) {
      abort();
      throw e;
    }
    if (open && changed) {
      leaveId(count);
    }
    end("COMMIT");
  }

  /**
   * DuckDB commits a transaction in which something has failed without a word, and nothing of it.
   */
  private void requireUnharmed() throws SQLException {
    try {
      connection.execute("SELECT 1");
    } catch (SQLException e) {
      if (!DuckErrors.isAborted(e)) {
        throw e;
      }
      abort();
      requireAlive();
    }
  }

  private void leaveId(long count) throws SQLException {
    try {
      engine.commits().leave(connection, count);
    } catch (SQLException e) {
      rollback();
      throw e;
    }
  }

  /** Also of one that was rolled back because something in it failed. */
  void rollback() throws SQLException {
    end("ROLLBACK");
  }

  private void end(String how) throws SQLException {
    if (!open) {
      return;
    }
    open = false;
    try {
      connection.execute(how);
    } finally {
      holds.forEach(Hold::close);
      holds.clear();
      claims.close();
      claimed.clear();
      if (definitionsChanged) {
        engine.definitions().changed();
      }
    }
  }

  /** What failed half-way cannot be undone alone: it is over. */
  void abort() throws SQLException {
    rollback();
    aborted = true;
  }
}
