package dev.mallard.parquet.read;

import dev.mallard.arrow.file.RowRange;
import java.util.List;
import org.apache.parquet.format.RowGroup;
import org.jspecify.annotations.Nullable;

/** Cuts the row groups of a range into batches. */
final class BatchCursor {
  /**
   * @param first whether it is the first of its row group
   * @param last likewise
   */
  record Batch(RowGroup group, int rows, boolean first, boolean last) {}

  private final List<RowGroup> groups;
  private final RowRange range;
  private final int batchRows;
  private int groupIndex;
  private long groupStart;
  private long rowInGroup;

  BatchCursor(ParquetFooter footer, RowRange range, int batchRows) {
    if (batchRows < 1) {
      throw new IllegalArgumentException("batchRows: " + batchRows + " (expected: >= 1)");
    }
    this.groups = footer.rowGroups();
    this.range = range;
    this.batchRows = batchRows;
    checkStart(footer);
  }

  private void checkStart(ParquetFooter footer) {
    for (long split : footer.splitPoints()) {
      if (range.from() == split) {
        return;
      }
    }
    if (range.from() < footer.rows()) {
      throw new IllegalArgumentException(
          "rows from " + range.from() + " (expected: a split point)");
    }
  }

  @Nullable Batch next() {
    while (groupIndex < groups.size()) {
      RowGroup group = groups.get(groupIndex);
      long rows = group.getNum_rows();
      boolean wanted = groupStart >= range.from() && groupStart < range.to();
      if (wanted && rowInGroup < rows) {
        int count = (int) Math.min(batchRows, rows - rowInGroup);
        boolean first = rowInGroup == 0;
        rowInGroup += count;
        return new Batch(group, count, first, rowInGroup == rows);
      }
      groupStart += rows;
      groupIndex++;
      rowInGroup = 0;
    }
    return null;
  }

  /** After a failure there is nothing more. */
  void end() {
    groupIndex = groups.size();
  }
}
