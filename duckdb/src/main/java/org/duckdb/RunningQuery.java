package org.duckdb;

import java.sql.SQLException;

/**
 * What the driver keeps to itself and a server needs: stopping and watching what a connection runs,
 * from another thread, without the lock that the running call holds. The caller sees to it that the
 * connection is not closed meanwhile.
 */
public final class RunningQuery {
  private RunningQuery() {}

  /** Makes what runs fail with an INTERRUPT error; nothing if nothing runs. */
  public static void interrupt(DuckDBConnection connection) {
    if (connection.connRef != null) {
      DuckDBNative.duckdb_jdbc_interrupt(connection.connRef);
    }
  }

  /** From 0 to 1; −1 if it is not known. */
  public static double progress(DuckDBConnection connection) throws SQLException {
    if (connection.connRef == null) {
      return -1;
    }
    double percentage = DuckDBNative.duckdb_jdbc_query_progress(connection.connRef).getPercentage();
    return percentage < 0 ? -1 : percentage / 100;
  }

  /**
   * Whether nothing runs on a connection, and no more statements are open than these.
   *
   * @param kept how many stay open
   */
  public static boolean isIdle(DuckDBConnection connection, int kept) {
    connection.connRefLock.lock();
    try {
      return connection.connRef != null
          && connection.preparedStatements.size() <= kept
          && connection.pendingQueries.isEmpty()
          && !connection.transactionRunning;
    } finally {
      connection.connRefLock.unlock();
    }
  }

  /** What a prepared statement gives back: rows, a count of changed rows, or nothing. */
  public static StatementReturnType returnType(DuckDBPreparedStatement statement)
      throws SQLException {
    return ((DuckDBResultSetMetaData) statement.getMetaData()).getReturnType();
  }

  /** The types of the result's columns, as SQL writes them. */
  public static String[] columnTypes(DuckDBPreparedStatement statement) throws SQLException {
    return ((DuckDBResultSetMetaData) statement.getMetaData()).column_types_string;
  }
}
