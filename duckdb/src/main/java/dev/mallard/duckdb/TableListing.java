package dev.mallard.duckdb;

import dev.mallard.duckdb.fence.Token;
import java.util.List;
import java.util.Set;

/**
 * Tells statements that ask what tables there are, and so want to see all datasets, and those that
 * ask for types alone.
 */
final class TableListing {
  /** DuckDB's tables about tables. */
  private static final Set<String> LISTS =
      Set.of(
          "information_schema",
          "duckdb_columns",
          "duckdb_dependencies",
          "duckdb_schemas",
          "duckdb_tables",
          "duckdb_views",
          "sqlite_master",
          "sqlite_schema",
          "pg_catalog",
          "pg_attribute",
          "pg_class",
          "pg_namespace",
          "pg_tables",
          "pg_type",
          "pg_views");

  private static final Set<String> SHOW = Set.of("show", "describe", "desc");

  private TableListing() {}

  static boolean isAskedFor(List<Token> tokens) {
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.isName() && LISTS.contains(token.lower())) {
        return true;
      }
      if (token.isName() && SHOW.contains(token.lower()) && listsAfter(tokens, i + 1)) {
        return true;
      }
    }
    return false;
  }

  /** {@code SHOW}, {@code SHOW TABLES FROM …}, {@code SHOW ALL TABLES}. */
  private static boolean listsAfter(List<Token> tokens, int next) {
    return next == tokens.size()
        || !tokens.get(next).isName()
        || tokens.get(next).is("tables")
        || tokens.get(next).is("all")
        || tokens.get(next).is("schemas")
        || tokens.get(next).is("databases");
  }

  /** {@code DESCRIBE sales}: nothing of it is run. */
  static boolean describes(List<Token> tokens) {
    return SHOW.contains(tokens.get(0).lower());
  }
}
