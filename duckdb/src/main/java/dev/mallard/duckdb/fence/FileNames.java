package dev.mallard.duckdb.fence;

import java.util.Locale;
import java.util.Set;

/** Names that DuckDB takes for files' if no table has them. */
final class FileNames {
  /** {@code FROM sales.csv} is schema and table, and a file. */
  private static final Set<String> ENDINGS =
      Set.of(
          "arrow", "avro", "csv", "db", "duckdb", "feather", "gz", "ipc", "json", "jsonl", "lance",
          "ndjson", "orc", "parquet", "shp", "sqlite", "tsv", "txt", "vortex", "xlsx", "zst");

  private FileNames() {}

  static boolean looksLikeOne(Facts.Table table) {
    return table.name().chars().anyMatch(c -> "./\\:*?[{~".indexOf(c) >= 0)
        || (!table.schema().isEmpty() && ENDINGS.contains(table.name().toLowerCase(Locale.ROOT)));
  }
}
