package dev.mallard.duckdb;

import dev.mallard.access.Caller;
import dev.mallard.access.Right;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.DatasetTable;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What users may send: an allow-list of statements, and a list of functions that reach for files,
 * the network, other databases or the server's settings. This is the first fence; the second is
 * DuckDB's own, which {@link DuckInstance} locks: behind it no file can be opened but those that
 * the server links into a folder with a secret name.
 */
final class StatementRules {
  /** Tables of the engine that show the server's paths or other users' SQL. */
  private static final Set<String> HIDDEN_TABLES =
      Set.of(
          "duckdb_views",
          "duckdb_databases",
          "duckdb_settings",
          "duckdb_logs",
          "duckdb_secrets",
          "duckdb_extensions",
          "duckdb_temporary_files",
          "duckdb_external_file_cache",
          "duckdb_prepared_statements",
          "duckdb_variables",
          "pragma_database_list",
          "sqlite_master",
          "sqlite_schema",
          "sqlite_temp_master",
          "sqlite_temp_schema",
          "pg_views",
          "pg_settings",
          "pg_prepared_statements");

  /** Table functions that only compute, or show what a user may know. */
  private static final Set<String> HARMLESS_TABLE_FUNCTIONS =
      Set.of(
          "range",
          "generate_series",
          "unnest",
          "repeat",
          "repeat_row",
          "summary",
          "histogram",
          "histogram_values",
          "json_each",
          "json_tree",
          "test_all_types",
          "collations",
          "icu_calendar_names",
          "pg_timezone_names",
          "duckdb_columns",
          "duckdb_constraints",
          "duckdb_dependencies",
          "duckdb_functions",
          "duckdb_indexes",
          "duckdb_keywords",
          "duckdb_optimizers",
          "duckdb_schemas",
          "duckdb_sequences",
          "duckdb_tables",
          "duckdb_types",
          "pragma_collations",
          "pragma_table_info",
          "pragma_version",
          "pragma_show",
          // A pragma, but a scalar function, too.
          "version");

  /** Functions that are not table functions and are refused all the same. */
  private static final Set<String> REFUSED_SCALARS =
      Set.of(
          "current_setting",
          "getenv",
          "write_log",
          "parse_duckdb_log_message",
          "json_execute_serialized_sql",
          "set_config",
          "sleep_ms");

  /** What a query changes something with. */
  private static final Set<String> CHANGING_FUNCTIONS = Set.of("nextval", "setval");

  private final Set<String> refusedFunctions;
  private final boolean allowFileAccess;
  private final boolean readOnly;

  /**
   * @param tableFunctions all that the engine has, pragmas included, in lower case
   */
  StatementRules(Set<String> tableFunctions, boolean allowFileAccess, boolean readOnly) {
    this.allowFileAccess = allowFileAccess;
    this.readOnly = readOnly;
    Set<String> refused = new java.util.HashSet<>(tableFunctions);
    refused.removeAll(HARMLESS_TABLE_FUNCTIONS);
    refused.addAll(REFUSED_SCALARS);
    if (allowFileAccess) {
      refused.removeIf(StatementRules::readsFiles);
    }
    this.refusedFunctions = Set.copyOf(refused);
  }

  private static boolean readsFiles(String function) {
    return function.startsWith("read_")
        || function.startsWith("parquet_")
        || function.equals("glob")
        || function.equals("sniff_csv");
  }

  /**
   * @param tokens one statement's
   * @throws MallardException PERMISSION_DENIED, or INVALID_ARGUMENT with what to do instead
   */
  StatementKind check(List<Token> tokens, Caller caller) {
    StatementKind kind = new StatementKinds(allowFileAccess).of(tokens);
    if (kind == StatementKind.CHANGE || kind == StatementKind.DEFINITION) {
      caller.require(
          Right.WRITE,
          "run " + tokens.get(0).text().toUpperCase(Locale.ROOT) + " if that changes something");
      if (readOnly) {
        throw readOnly();
      }
    }
    for (int i = 0; i < tokens.size(); i++) {
      checkNames(tokens, i);
    }
    return kind;
  }

  private void checkNames(List<Token> tokens, int i) {
    Token token = tokens.get(i);
    if (!token.isName()) {
      return;
    }
    String name = token.lower();
    boolean isCall = i + 1 < tokens.size() && tokens.get(i + 1).isSymbol("(");
    if (isCall && refusedFunctions.contains(name)) {
      throw StatementKinds.refused(
          "the function '" + name + "'", readsFiles(name) ? StatementKinds.REMEDY : "");
    }
    boolean isInformationSchemaViews =
        name.equals("views")
            && i >= 2
            && tokens.get(i - 1).isSymbol(".")
            && tokens.get(i - 2).lower().equals("information_schema");
    if (HIDDEN_TABLES.contains(name) || isInformationSchemaViews) {
      throw StatementKinds.refused(
          "'" + name + "'", "; information_schema.tables, duckdb_tables() and DESCRIBE are");
    }
  }

  /**
   * Refuses queries that change something by what they call, themselves or by way of a view or a
   * macro. A column of that name is refused as well.
   *
   * @param names all that a statement may mean by a name
   */
  static void checkCalls(Set<DatasetTable> names, Caller caller) {
    for (DatasetTable name : names) {
      if (CHANGING_FUNCTIONS.contains(name.table().toLowerCase(Locale.ROOT))) {
        caller.require(Right.WRITE, "call " + name.table() + ", which changes a sequence");
      }
    }
  }

  static MallardException readOnly() {
    return new MallardException(
        ErrorCode.PERMISSION_DENIED,
        "this server is read-only: start it without --read-only to change tables");
  }
}
