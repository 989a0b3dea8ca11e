package dev.mallard.duckdb;

import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlMetadata;
import java.sql.SQLException;
import java.sql.Statement;
import org.duckdb.DuckDBConnection;

/** Writes datasets' views into DuckDB's catalog of them. One thread at a time. */
final class ViewDefinitions implements AutoCloseable {
  private final DuckDBConnection connection;

  /**
   * @param connection closed with it
   */
  ViewDefinitions(DuckDBConnection connection) {
    this.connection = connection;
  }

  /** Runs SQL on somebody's connection. */
  interface Sql {
    void execute(String sql) throws SQLException;
  }

  void replace(DatasetViews.View view) throws SQLException {
    createSchema(view.name().schema());
    execute(
        "CREATE OR REPLACE VIEW "
            + SqlNames.quoted(view.name())
            + " AS "
            + DatasetSelect.of(view.dataset()));
  }

  void drop(DatasetViews.View view) throws SQLException {
    execute("DROP VIEW IF EXISTS " + SqlNames.quoted(view.name()));
  }

  void createSchema(String schema) throws SQLException {
    execute(
        "CREATE SCHEMA IF NOT EXISTS "
            + SqlNames.quote(SqlMetadata.DATASETS)
            + "."
            + SqlNames.quote(schema));
  }

  /** What makes a view that one connection sees. */
  static String temporary(DatasetViews.View view) {
    DatasetTable name = view.name();
    return "CREATE OR REPLACE TEMP VIEW "
        + SqlNames.quote(name.table())
        + " AS "
        + DatasetSelect.of(view.dataset());
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
