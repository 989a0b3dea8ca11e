package dev.mallard.duckdb;

import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.DatasetTable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The transaction of a connection, if it is in one. */
final class DuckTransaction {
  /** More datasets than this that were never asked for are left to be found by name. */
  private static final int MOST_NEW_VIEWS = 256;

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

  void requireAlive() {
    if (aborted) {
      throw new MallardException(
          ErrorCode.FAILED_PRECONDITION,
          "the transaction was rolled back because something in it failed; begin another");
    }
  }

  /** Everything is seen as it is now. */
  void begin() throws SQLException {
    Hold hold =
        engine
            .views()
            .bindAll(
                MOST_NEW_VIEWS,
                all -> {
                  binder.begin();
                  return all;
                });
    holds.add(hold);
    open = true;
    used = true;
  }

  /** A name that it does not know would end it, so datasets are looked for beforehand. */
  void find(Set<DatasetTable> names) throws SQLException {
    Set<DatasetTable> unseen =
        names.stream()
            .filter(name -> holds.stream().allMatch(hold -> hold.dataset(name).isEmpty()))
            .collect(Collectors.toSet());
    Hold found = engine.views().addTemporary(unseen, connection::execute);
    if (!found.isEmpty()) {
      holds.add(found);
    }
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

  void commit() throws SQLException {
    requireAlive();
    try {
      // Files may have appeared by themselves since.
      claimed.forEach(name -> engine.datasets().claim(name).close());
    } catch (MallardException e) {
      abort();
      throw e;
    }
    end("COMMIT");
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
