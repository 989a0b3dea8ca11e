package dev.mallard.duckdb;

import dev.mallard.catalog.DatasetName;
import dev.mallard.query.SqlMetadata;
import java.util.List;
import java.util.Locale;

/**
 * A dataset's name in SQL: its last segment is the table, what stands before it the schema; one
 * segment is in {@code main}.
 */
record ViewName(String schema, String table) {
  static ViewName of(DatasetName dataset) {
    List<String> segments = dataset.segments();
    int last = segments.size() - 1;
    return new ViewName(
        last == 0 ? SqlMetadata.MAIN : String.join("/", segments.subList(0, last)),
        segments.get(last));
  }

  /** The dataset's name that this stands for. */
  String dataset() {
    return schema.equalsIgnoreCase(SqlMetadata.MAIN) ? table : schema + "/" + table;
  }

  /** For look-ups: SQL does not tell upper case from lower. */
  ViewName folded() {
    return new ViewName(schema.toLowerCase(Locale.ROOT), table.toLowerCase(Locale.ROOT));
  }

  /** With its catalog. */
  String quoted() {
    return SqlNames.quote(SqlMetadata.DATASETS)
        + "."
        + SqlNames.quote(schema)
        + "."
        + SqlNames.quote(table);
  }
}
