package dev.mallard.duckdb;

import java.util.List;

/** Tells statements that ask what tables there are, and so want to see all datasets. */
final class TableListing {
  private TableListing() {}

  static boolean isAskedFor(List<Token> tokens) {
    if (tokens.get(0).is("show")) {
      return true;
    }
    return tokens.stream()
        .filter(Token::isName)
        .map(Token::lower)
        .anyMatch(
            name ->
                name.equals("information_schema")
                    || name.equals("duckdb_tables")
                    || name.equals("duckdb_columns")
                    || name.equals("duckdb_schemas")
                    || name.startsWith("pg_"));
  }
}
