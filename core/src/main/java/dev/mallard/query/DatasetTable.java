package dev.mallard.query;

import java.util.Locale;

/**
 * A dataset's name in SQL: its last segment is the table, what stands before it the schema; one
 * segment is in {@link SqlMetadata#MAIN}.
 */
public record DatasetTable(String schema, String table) {
  /** The dataset's name that this stands for: {@code my_app/user_sessions}. */
  public String dataset() {
    return schema.equalsIgnoreCase(SqlMetadata.MAIN) ? table : schema + "/" + table;
  }

  /** For look-ups: SQL does not tell upper case from lower. */
  public DatasetTable folded() {
    return new DatasetTable(schema.toLowerCase(Locale.ROOT), table.toLowerCase(Locale.ROOT));
  }
}
