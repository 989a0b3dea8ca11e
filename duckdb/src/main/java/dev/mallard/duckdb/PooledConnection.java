package dev.mallard.duckdb;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.RunningQuery;

/** A connection with what has been set on it, so that nothing is set twice. One owner at a time. */
final class PooledConnection {
  private static final String UNKNOWN = "";

  private final DuckDBConnection jdbc;
  private String searchPath = UNKNOWN;
  private boolean streaming = true;

  /** Of ours, prepared once, by text. */
  private final Map<String, DuckDBPreparedStatement> kept = new HashMap<>();

  /** Set by whoever uses it, read when it is given back. */
  private volatile boolean spoiled;

  PooledConnection(DuckDBConnection jdbc) {
    this.jdbc = jdbc;
  }

  DuckDBConnection jdbc() {
    return jdbc;
  }

  /** Something failed on it half-way: nobody knows what is still open, so nobody else gets it. */
  void spoil() {
    spoiled = true;
  }

  boolean isSpoiled() {
    return spoiled;
  }

  /** Whether another may have it: nothing of its last user is open. */
  boolean isClean() {
    return !spoiled && RunningQuery.isIdle(jdbc, kept.size());
  }

  void setSearchPath(String path) throws SQLException {
    if (!path.equals(searchPath)) {
      searchPath = UNKNOWN;
      execute("SET search_path = " + SqlNames.literal(path));
      searchPath = path;
    }
  }

  void setStreaming(boolean wanted) throws SQLException {
    if (wanted != streaming) {
      execute("SET jdbc_stream_results = " + wanted);
      streaming = wanted;
    }
  }

  /**
   * Runs a statement of ours that is run again and again.
   *
   * @param text its parameter
   */
  void executeKept(String sql, String text) throws SQLException {
    DuckDBPreparedStatement statement = kept.get(sql);
    if (statement == null) {
      statement = jdbc.prepare(sql);
      kept.put(sql, statement);
    }
    statement.setString(1, text);
    statement.execute();
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = jdbc.createStatement()) {
      statement.execute(sql);
    }
  }
}
