package dev.mallard.duckdb;

import dev.mallard.error.Closer;
import dev.mallard.query.Cancellation;
import java.sql.SQLException;

/**
 * A transaction of one run of one statement, in which nothing changes between its binding and its
 * run. Rolled back unless it is committed.
 */
final class OwnTransaction implements AutoCloseable {
  private final PooledConnection connection;
  private final DuckErrors errors;
  private final Bound bound;
  private final boolean isOwn;
  private boolean ended;

  private OwnTransaction(
      PooledConnection connection, DuckErrors errors, Bound bound, boolean isOwn) {
    this.connection = connection;
    this.errors = errors;
    this.bound = bound;
    this.isOwn = isOwn;
  }

  static OwnTransaction begin(
      PooledConnection connection,
      DuckErrors errors,
      StatementBinder binder,
      ParsedStatement text,
      Cancellation cancellation)
      throws SQLException {
    return new OwnTransaction(
        connection, errors, binder.bindInTransaction(text, cancellation), true);
  }

  /**
   * For what was bound before it, to no dataset: DuckDB may silently bind it anew, so whoever runs
   * it sees before the commit whether it would still be bound to the same.
   *
   * @param bound stays the caller's
   */
  static OwnTransaction around(Bound bound, PooledConnection connection, DuckErrors errors)
      throws SQLException {
    connection.execute("BEGIN TRANSACTION");
    return new OwnTransaction(connection, errors, bound, false);
  }

  /** What is to be run in it. */
  Bound bound() {
    return bound;
  }

  /**
   * What has changed something.
   *
   * @param count of rows
   */
  void commit(CommitIds ids, long count) throws SQLException {
    ids.leave(connection, count);
    ended = true;
    connection.execute("COMMIT");
  }

  @Override
  public void close() {
    try (Closer all = new Closer()) {
      if (!ended) {
        ended = true;
        all.add(() -> connection.execute("ROLLBACK"));
      }
      if (isOwn) {
        all.add(bound::close);
      }
    } catch (IllegalStateException e) {
      throw e.getCause() instanceof SQLException cause ? errors.translate(cause) : e;
    }
  }
}
