package dev.mallard.duckdb;

import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlDataset;
import dev.mallard.query.SqlMetadata;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
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
        "CREATE OR REPLACE VIEW " + SqlNames.quoted(view.name()) + " AS " + select(view.dataset()));
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
        + select(view.dataset());
  }

  /** What reads a dataset's files. */
  static String select(SqlDataset dataset) {
    String files =
        dataset.files().stream()
            .map(file -> SqlNames.literal(file.toString()))
            .collect(Collectors.joining(", "));
    List<Field> partitions = dataset.partitionColumns();
    String hive = "hive_partitioning = " + !partitions.isEmpty();
    if (!partitions.isEmpty()) {
      hive +=
          ", hive_types = {"
              + partitions.stream()
                  .map(field -> SqlNames.literal(field.getName()) + ": " + hiveType(field))
                  .collect(Collectors.joining(", "))
              + "}";
    }
    return "SELECT * FROM read_parquet([" + files + "], " + hive + ")";
  }

  private static String hiveType(Field field) {
    return field.getType() instanceof ArrowType.Int ? "BIGINT" : "VARCHAR";
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
