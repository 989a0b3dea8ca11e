package dev.mallard.duckdb.fence;

import dev.mallard.error.MallardException;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which of DuckDB's own views may be read: those that show neither a path, nor a setting, nor the
 * SQL of the views over the datasets' files, nor another's statement.
 */
final class SystemTables {
  private static final String INFORMATION_SCHEMA = "information_schema";

  private static final Set<String> ALLOWED =
      Set.of(
          "main.duckdb_columns",
          "main.duckdb_constraints",
          "main.duckdb_indexes",
          "main.duckdb_schemas",
          "main.duckdb_tables",
          "main.duckdb_types",
          "information_schema.character_sets",
          "information_schema.check_constraints",
          "information_schema.columns",
          "information_schema.constraint_column_usage",
          "information_schema.constraint_table_usage",
          "information_schema.key_column_usage",
          "information_schema.referential_constraints",
          "information_schema.schemata",
          "information_schema.table_constraints",
          "information_schema.tables",
          "pg_catalog.pg_am",
          "pg_catalog.pg_attrdef",
          "pg_catalog.pg_attribute",
          "pg_catalog.pg_class",
          "pg_catalog.pg_collation",
          "pg_catalog.pg_constraint",
          "pg_catalog.pg_database",
          "pg_catalog.pg_depend",
          "pg_catalog.pg_description",
          "pg_catalog.pg_enum",
          "pg_catalog.pg_index",
          "pg_catalog.pg_indexes",
          "pg_catalog.pg_namespace",
          "pg_catalog.pg_proc",
          "pg_catalog.pg_sequence",
          "pg_catalog.pg_sequences",
          "pg_catalog.pg_tables",
          "pg_catalog.pg_tablespace",
          "pg_catalog.pg_type");

  private static final Set<String> REFUSED =
      Set.of(
          "main.duckdb_databases",
          "main.duckdb_logs",
          "main.duckdb_views",
          "main.pragma_database_list",
          "main.sqlite_master",
          "main.sqlite_schema",
          "main.sqlite_temp_master",
          "main.sqlite_temp_schema",
          "information_schema.views",
          "pg_catalog.pg_prepared_statements",
          "pg_catalog.pg_settings",
          "pg_catalog.pg_views");

  private final Set<String> refused;

  /**
   * @param listed all views of DuckDB's own, with their schemas, in lower case
   */
  SystemTables(Set<String> listed) {
    Set<String> all = new java.util.HashSet<>(listed);
    all.removeAll(ALLOWED);
    all.addAll(REFUSED);
    this.refused = Set.copyOf(all);
  }

  /** Those that DuckDB lists and nobody has judged. */
  static Set<String> unjudged(Set<String> listed) {
    Set<String> unjudged = new TreeSet<>(listed);
    unjudged.removeIf(name -> ALLOWED.contains(name) != REFUSED.contains(name));
    return unjudged;
  }

  /**
   * @param schema empty if none is said
   * @throws MallardException PERMISSION_DENIED
   */
  void require(String schema, String table) {
    String name = table.toLowerCase(Locale.ROOT);
    boolean isInformationSchema = schema.equalsIgnoreCase(INFORMATION_SCHEMA);
    boolean isRefused =
        isInformationSchema
            ? refused.contains(INFORMATION_SCHEMA + "." + name)
            : refused.contains("main." + name) || refused.contains("pg_catalog." + name);
    if (isRefused) {
      throw Refusal.of(
          "'" + name + "'", "; information_schema.tables, duckdb_tables() and DESCRIBE are");
    }
  }
}
