package dev.mallard.query;

import org.jspecify.annotations.Nullable;

/**
 * Where a bulk upload goes.
 *
 * @param catalog null for the default
 * @param schema null for the default
 * @param ifExists what to do with a table that is there
 * @param ifMissing what to do if there is none
 */
public record IngestTarget(
    @Nullable String catalog,
    @Nullable String schema,
    String table,
    IfExists ifExists,
    IfMissing ifMissing,
    boolean temporary) {

  /** What to do with a table that is there. */
  public enum IfExists {
    FAIL,
    APPEND,
    REPLACE
  }

  /** What to do if there is no such table. */
  public enum IfMissing {
    FAIL,
    CREATE
  }
}
