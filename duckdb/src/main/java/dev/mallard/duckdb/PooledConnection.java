package dev.mallard.duckdb;

import java.sql.SQLException;
import java.sql.Statement;
import org.duckdb.DuckDBConnection;

/** A connection with what has been set on it, so that nothing is set twice. One owner at a time. */
final class PooledConnection {
  private final DuckDBConnection jdbc;
  private String searchPath = "";
  private boolean streaming = true;

  PooledConnection(DuckDBConnection jdbc) {
    this.jdbc = jdbc;
  }

  DuckDBConnection jdbc() {
    return jdbc;
  }

  void setSearchPath(String path) throws SQLException {
    if (!path.equals(searchPath)) {
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

  void execute(String sql) throws SQLException {
    try (Statement statement = jdbc.createStatement()) {
      statement.execute(sql);
    }
  }
}
