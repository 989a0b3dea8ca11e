package dev.mallard.duckdb;

/** Names and texts as SQL writes them. */
final class SqlNames {
  private SqlNames() {}

  static String quote(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  static String literal(String text) {
    return '\'' + text.replace("'", "''") + '\'';
  }
}
