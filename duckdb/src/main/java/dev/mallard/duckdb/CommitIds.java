package dev.mallard.duckdb;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * The ids that commits leave in a table of ours, so that whoever lost the engine meanwhile can be
 * told whether they were done. Thread-safe.
 */
final class CommitIds implements AutoCloseable {
  /** A schema that users do not see and cannot name. */
  static final String SCHEMA = "__mallard";

  private static final String TABLE = "mallard." + SCHEMA + ".commits";

  /** In UTC without a time zone's calendar, which would take longer than most inserts. */
  private static final String LEAVE =
      "INSERT INTO " + TABLE + " VALUES (?::UUID, make_timestamp(epoch_us(now())))";

  /** Nobody asks any more: an engine is there again long before. */
  private static final String OLD = "INTERVAL 10 MINUTE";

  private final DuckDBConnection connection;
  private final @Nullable CommitWitness witness;
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * @param connection of its own
   * @param witness null if nobody wants to know
   */
  CommitIds(DuckDBConnection connection, @Nullable CommitWitness witness) throws SQLException {
    this.connection = connection;
    this.witness = witness;
    if (witness != null) {
      try (Statement sql = connection.createStatement()) {
        sql.execute("CREATE SCHEMA IF NOT EXISTS mallard." + SCHEMA);
        sql.execute("CREATE TABLE IF NOT EXISTS " + TABLE + " (id UUID, since TIMESTAMP)");
      }
    }
  }

  /** Whether changes are to be transactions whose commits leave an id. */
  boolean areWanted() {
    return witness != null;
  }

  /**
   * In a transaction that has changed something, as the last of it but the commit.
   *
   * @param count as the witness is told
   */
  void leave(PooledConnection transaction, long count) throws SQLException {
    if (witness == null) {
      return;
    }
    String id = UUID.randomUUID().toString();
    transaction.executeKept(LEAVE, id);
    witness.committing(id, count);
  }

  boolean wasDone(String id) throws SQLException {
    if (witness == null) {
      return false;
    }
    lock.lock();
    try (PreparedStatement asked =
        connection.prepareStatement("SELECT 1 FROM " + TABLE + " WHERE id = ?::UUID")) {
      asked.setString(1, id);
      try (ResultSet found = asked.executeQuery()) {
        return found.next();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Deletes what nobody asks for any more. */
  void tidy() throws SQLException {
    if (witness == null) {
      return;
    }
    String old = TABLE + " WHERE since < (now() AT TIME ZONE 'UTC') - " + OLD;
    lock.lock();
    try (Statement sql = connection.createStatement()) {
      boolean some;
      try (ResultSet found = sql.executeQuery("SELECT count(*) > 0 FROM " + old)) {
        some = found.next() && found.getBoolean(1);
      }
      if (some) {
        sql.execute("DELETE FROM " + old);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
