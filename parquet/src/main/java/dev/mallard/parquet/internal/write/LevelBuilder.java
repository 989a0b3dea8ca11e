package dev.mallard.parquet.internal.write;

import dev.mallard.error.MallardException;

/**
 * Collects the repetition and definition levels of one data page, and finds the values that belong
 * to them. One thread at a time.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/nestedencoding/">Nested encoding</a>
 */
interface LevelBuilder {
  /**
   * Adds the levels of rows {@code from} to {@code to} of the top-level vector and says in {@code
   * values} where their values are.
   *
   * @throws MallardException INVALID_ARGUMENT for a null where the schema has none, or for damaged
   *     offsets
   */
  void append(VectorView root, int from, int to, LeafSelection values);

  /** Levels so far: values, nulls and empty lists. */
  int entries();

  /** Writes the levels as a data page (version 1) begins. */
  void writeTo(OffHeapBuffer page, ByteSink scratch);

  /** Begins a new page. */
  void clear();

  static MallardException nullRefused(String path) {
    return MallardException.invalid(
        "column '" + path + "' is not nullable but has a null; declare it nullable");
  }
}
