package dev.mallard.query;

import java.util.List;

/** What there is to query. Each answer is a picture of the moment. Callers filter. Thread-safe. */
public interface SqlMetadata {
  /** The catalog of the server's own SQL tables, where {@code CREATE TABLE} goes. */
  String TABLES = "mallard";

  /** The catalog of the datasets' views. */
  String DATASETS = "datasets";

  /** The schema of names that have one segment. */
  String MAIN = "main";

  List<SchemaName> schemas();

  /** All tables, views and datasets, sorted by catalog, schema and name. */
  List<TableInfo> tables();

  /** Those of {@link #TABLES} alone, sorted by schema and name: no dataset is looked at. */
  List<TableInfo> ownTables();

  /**
   * Whether there is a table or view of this name among {@link #TABLES}; upper and lower case are
   * the same.
   */
  boolean hasTable(String schema, String table);

  List<PrimaryKey> primaryKeys();

  List<ForeignKey> foreignKeys();

  /** Names of the scalar and aggregate functions that a user may call, sorted. */
  List<String> functions();

  /** Reserved words, sorted. */
  List<String> keywords();

  /** As in {@code DuckDB 2.0.0}. */
  String engineVersion();
}
