package dev.mallard.duckdb;

import dev.mallard.query.SqlMetadata;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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
      List<String> creations = new ArrayList<>();
      for (View view : views) {
        creations.add(creation(view));
      }
      execute(String.join(";\n", creations));
      execute("COMMIT");
    } catch (SQLException e) {
      execute("ROLLBACK");
      throw e;
    }
  }

  private String creation(View view) throws SQLException {
    return "CREATE OR REPLACE VIEW " + SqlNames.quoted(view.name()) + " AS " + select(view);
  }

  private String select(View view) throws SQLException {
    List<String> types = view.blank().isEmpty() ? List.of() : types(view);
    return DatasetSelect.of(view.dataset(), types);
  }

  private List<String> types(View view) throws SQLException {
    List<String> types = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("DESCRIBE FROM " + DatasetSelect.rows(view.dataset()))) {
      while (rows.next()) {
        types.add(rows.getString("column_type"));
      }
    }
    return types;
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
  String temporary(View view) throws SQLException {
    return "CREATE OR REPLACE TEMP VIEW "
        + SqlNames.quote(view.name().table())
        + " AS "
        + select(view);
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
