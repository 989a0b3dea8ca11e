package dev.mallard.duckdb.fence;

import java.util.Arrays;

/** What DuckDB's parser says that a statement is, before anything is bound. */
enum StatementType {
  SELECT(1),
  INSERT(2),
  UPDATE(3),
  CREATE(4),
  /** And TRUNCATE. */
  DELETE(5),
  /** And COMMENT ON. */
  ALTER(8),
  COPY(10),
  EXPLAIN(14),
  DROP(15),
  EXPORT(16),
  /** And IMPORT DATABASE. */
  PRAGMA(17),
  ATTACH(25),
  DETACH(26),
  /** Written as one, run as several: what pivots by columns that are not listed. */
  MULTI(27),
  COPY_DATABASE(28),
  MERGE(30),
  /** Any that is never let through. */
  OTHER(-1);

  private final int number;

  StatementType(int number) {
    this.number = number;
  }

  /**
   * @param number of the enumeration DUCKDB_V2_STATEMENT_TYPE
   */
  static StatementType of(int number) {
    return Arrays.stream(values()).filter(type -> type.number == number).findFirst().orElse(OTHER);
  }
}
