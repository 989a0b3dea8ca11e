package dev.mallard.duckdb;

import dev.mallard.query.SqlDataset;
import java.sql.SQLException;
import java.util.Optional;
import org.duckdb.DuckDBPreparedStatement;

/**
 * A statement that DuckDB has prepared, and what it reads.
 *
 * @param sql as it was prepared
 * @param whole the dataset of which it asks for all rows
 */
record Bound(DuckDBPreparedStatement statement, String sql, Hold hold, Optional<SqlDataset> whole) {

  void close() throws SQLException {
    try {
      statement.close();
    } finally {
      hold.close();
    }
  }
}
