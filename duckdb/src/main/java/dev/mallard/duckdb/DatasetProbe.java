package dev.mallard.duckdb;

import dev.mallard.query.SqlDataset;
import java.sql.SQLException;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;

/** Finds out whether it is for a dataset that a statement failed inside DuckDB. Thread-safe. */
final class DatasetProbe {
  private final DuckInstance instance;

  DatasetProbe(DuckInstance instance) {
    this.instance = instance;
  }

  /** Whether not even one of its rows can be had. */
  boolean fails(SqlDataset dataset) {
    try (DuckDBConnection connection = instance.connect();
        DuckDBPreparedStatement statement =
            connection.prepare("FROM " + DatasetSelect.rows(dataset) + " LIMIT 1")) {
      statement.query().close();
      return false;
    } catch (SQLException e) {
      return true;
    }
  }
}
