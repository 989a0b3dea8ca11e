package dev.mallard.duckdb.fence;

/** What a statement does, by its first words. */
public enum StatementKind {
  /** Only reads. */
  QUERY,
  /** A query whose text shows plans, which name files. */
  EXPLAIN,
  /** Changes rows. */
  CHANGE,
  /** Changes what tables there are. */
  DEFINITION
}
