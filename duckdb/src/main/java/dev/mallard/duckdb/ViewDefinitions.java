package dev.mallard.duckdb;

import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlMetadata;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.stream.Collectors;
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

  void replace(View view) throws SQLException {
    createSchema(view.name().schema());
    execute(creation(view));
  }

  /** All or none. */
  void replaceAll(Collection<View> views) throws SQLException {
    execute("BEGIN TRANSACTION");
    try {
      for (String schema :
          views.stream().map(view -> view.name().schema()).collect(Collectors.toSet())) {
        createSchema(schema);
      }
      execute(views.stream().map(ViewDefinitions::creation).collect(Collectors.joining(";\n")));
      execute("COMMIT");
    } catch (SQLException e) {
      execute("ROLLBACK");
      throw e;
    }
  }

  private static String creation(View view) {
    return "CREATE OR REPLACE VIEW "
        + SqlNames.quoted(view.name())
        + " AS "
        + DatasetSelect.of(view.dataset());
  }

  void drop(View view) throws SQLException {
    execute("DROP VIEW IF EXISTS " + SqlNames.quoted(view.name()));
  }

  void createSchema(String schema) throws SQLException {
    if (schema.equals(SqlMetadata.MAIN)) {
      return;
    }
    execute(
        "CREATE SCHEMA IF NOT EXISTS "
            + SqlNames.quote(SqlMetadata.DATASETS)
            + "."
            + SqlNames.quote(schema));
  }

  /** What makes a view that one connection sees. */
  static String temporary(View view) {
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
