package dev.mallard.arrow.feather;

import dev.mallard.arrow.file.RowRange;

/**
 * The record batches that a range of rows means.
 *
 * @param from the first
 * @param to the one behind the last
 */
record BatchSpan(int from, int to) {
  /**
   * Ranges that follow each other share no batch, and together have all, those without rows too: a
   * batch without rows belongs to the range that its position is in.
   *
   * @throws IllegalArgumentException if an end of the range is within a batch
   */
  static BatchSpan of(FeatherFooter footer, RowRange rows) {
    int count = footer.batchCount();
    if (rows.isEmpty() || (rows.from() >= footer.rows() && rows.from() > 0)) {
      return new BatchSpan(count, count);
    }
    int from = firstStartingAt(footer, rows.from());
    int to = rows.to() >= footer.rows() ? count : firstStartingAt(footer, rows.to());
    return new BatchSpan(from, to);
  }

  private static int firstStartingAt(FeatherFooter footer, long row) {
    int low = 0;
    int high = footer.batchCount();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (footer.start(middle) < row) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (footer.start(low) != row) {
      throw new IllegalArgumentException("row: " + row + " (expected: the first of a batch)");
    }
    return low;
  }
}
