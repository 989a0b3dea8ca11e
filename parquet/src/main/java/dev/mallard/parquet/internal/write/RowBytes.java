package dev.mallard.parquet.internal.write;

import dev.mallard.parquet.internal.write.VectorView.OffsetKind;
import org.apache.arrow.memory.util.MemoryUtil;
import org.jspecify.annotations.Nullable;

/**
 * How many Arrow bytes a range of a vector's values takes, so that row groups and pages can be cut
 * by size. Follows offsets, so it costs a few memory reads a column however long the range is.
 */
final class RowBytes {
  /** Below this a dictionary costs its column next to nothing, whatever refers to it. */
  private static final long SMALL_DICTIONARY = 1 << 20;

  private static final int ENTRY_BYTES = 4;

  private RowBytes() {}

  static long of(VectorView[] columns, int from, int to) {
    long total = 0;
    for (VectorView column : columns) {
      total += of(column, from, to);
    }
    return total;
  }

  static long of(VectorView view, long from, long to) {
    long rows = to - from;
    if (rows <= 0 || view.allNull()) {
      return 0;
    }
    long bytes = view.validity() == 0 ? 0 : rows / 8;
    if (view.children().length > 0) {
      return bytes + nested(view, from, to);
    }
    VectorView dictionary = view.dictionary();
    if (dictionary != null) {
      return bytes + rows * (view.dataBytes() / view.count() + averageBytes(dictionary));
    }
    if (view.offsetKind() != OffsetKind.NONE) {
      long width = view.offsetKind() == OffsetKind.LONG ? 8 : 4;
      // Offsets are not checked yet: keep to what is there.
      long length = view.offset((int) to) - view.offset((int) from);
      return bytes + rows * width + Math.max(0, Math.min(length, view.dataBytes()));
    }
    if (view.blocks().length > 0) {
      return bytes + rows * 16 + outOfLine(view, (int) from, (int) to);
    }
    return bytes + (long) ((double) view.dataBytes() / view.count() * rows);
  }

  /**
   * A measure of what a range of rows puts into a page of one leaf column: its values' bytes and
   * some for their levels and positions.
   */
  static long ofLeaf(WriterColumn column, VectorView root, int fromRow, int toRow) {
    VectorView view = root;
    long from = fromRow;
    long to = toRow;
    for (LevelStep step : column.steps()) {
      if (step instanceof LevelStep.Repetition && from < to) {
        int elements = view.children()[0].count();
        long first = view.offset((int) from);
        long end = view.offset((int) to);
        from = Math.max(0, Math.min(first, elements));
        to = Math.max(from, Math.min(end, elements));
      }
      if (step instanceof LevelStep.Repetition) {
        view = view.children()[0];
      } else if (step instanceof LevelStep.Child child) {
        view = view.children()[child.index()];
      }
    }
    return of(view, from, to) + (to - from) * ENTRY_BYTES;
  }

  private static long nested(VectorView view, long from, long to) {
    OffsetKind kind = view.offsetKind();
    long bytes =
        kind == OffsetKind.INT ? (to - from) * 4 : kind == OffsetKind.LONG ? (to - from) * 8 : 0;
    long first = view.offset((int) from);
    long end = view.offset((int) to);
    for (VectorView child : view.children()) {
      // Offsets are not checked yet: keep to what the child has.
      long childFrom = Math.max(0, Math.min(first, child.count()));
      long childTo = Math.max(childFrom, Math.min(end, child.count()));
      bytes += of(child, childFrom, childTo);
    }
    return bytes;
  }

  private static long averageBytes(@Nullable VectorView dictionary) {
    if (dictionary == null || dictionary.count() == 0) {
      return 0;
    }
    long total = of(dictionary, 0, dictionary.count());
    return total < SMALL_DICTIONARY ? 0 : total / dictionary.count();
  }

  private static long outOfLine(VectorView view, int from, int to) {
    long bytes = 0;
    for (int i = from; i < to; i++) {
      int length = MemoryUtil.getInt(view.data() + i * 16L);
      bytes += length > 12 ? length : 0;
    }
    return bytes;
  }
}
