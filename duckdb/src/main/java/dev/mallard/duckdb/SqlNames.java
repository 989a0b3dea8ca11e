package dev.mallard.duckdb;

import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlMetadata;

/** Names and texts as SQL writes them. */
final class SqlNames {
  private SqlNames() {}

  static String quote(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A dataset's view, with its catalog. */
  static String quoted(DatasetTable view) {
    return quote(SqlMetadata.DATASETS) + "." + quote(view.schema()) + "." + quote(view.table());
  }

  static String literal(String text) {
    return '\'' + text.replace("'", "''") + '\'';
  }
}
