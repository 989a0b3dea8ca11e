package dev.mallard.duckdb;

import java.util.List;

/** Statements that ask what tables there are, and so want to see all datasets. */
final class Catalogues {
  private Catalogues() {}

  static boolean isAboutTables(List<Token> tokens) {
    Token first = tokens.get(0);
    if (first.is("show")) {
      return true;
    }
    return tokens.stream()
        .filter(Token::isName)
        .map(Token::lower)
        .anyMatch(
            name ->
                name.equals("information_schema")
                    || name.equals("pg_catalog")
                    || name.equals("duckdb_tables")
                    || name.equals("duckdb_columns")
                    || name.equals("duckdb_schemas")
                    || name.startsWith("pg_"));
  }
}
