package dev.mallard.generate;

import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A table that is computed instead of stored. A row depends on the table's seed and on the row's
 * number alone, so any range of rows can be made in any order and in any batches, and is the same
 * on every machine.
 *
 * <p>Immutable; any number of threads may fill roots of their own at the same time.
 */
public interface SampleTable {
  /** The dataset name to store it under, such as {@code my_app/user_sessions}. */
  String name();

  /** Without dictionaries: its message form is its memory form. */
  Schema schema();

  /** How many rows there are. */
  long rows();

  /**
   * Puts the rows from {@code firstRow} (counted from 0) on into {@code root}. Allocates the
   * vectors' buffers anew; the root stays the caller's to close, also when this throws.
   *
   * @param root of this table's schema
   * @throws IndexOutOfBoundsException if the table has no such rows
   */
  void fill(VectorSchemaRoot root, long firstRow, int rows);
}
