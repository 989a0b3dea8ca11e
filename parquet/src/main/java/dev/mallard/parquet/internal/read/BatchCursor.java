package dev.mallard.parquet.internal.read;

import java.util.List;
import org.apache.parquet.format.RowGroup;
import org.jspecify.annotations.Nullable;

/** Cuts row groups into batches. */
final class BatchCursor {
  /**
   * @param first whether it is the first of its row group
   * @param last likewise
   */
  record Batch(RowGroup group, int rows, boolean first, boolean last) {}

  private final List<RowGroup> groups;
  private final int batchRows;
  private int groupIndex;
  private long rowInGroup;

  BatchCursor(List<RowGroup> groups, int batchRows) {
    if (batchRows < 1) {
      throw new IllegalArgumentException("batchRows: " + batchRows + " (expected: >= 1)");
    }
    this.groups = groups;
    this.batchRows = batchRows;
  }

  @Nullable Batch next() {
    while (groupIndex < groups.size()) {
      RowGroup group = groups.get(groupIndex);
      long rows = group.getNum_rows();
      if (rowInGroup < rows) {
        int count = (int) Math.min(batchRows, rows - rowInGroup);
        boolean first = rowInGroup == 0;
        rowInGroup += count;
        return new Batch(group, count, first, rowInGroup == rows);
      }
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
