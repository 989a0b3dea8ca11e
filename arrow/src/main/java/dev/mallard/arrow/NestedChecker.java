package dev.mallard.arrow;

import static dev.mallard.arrow.ColumnRanges.bytes;
import static dev.mallard.arrow.ColumnRanges.require;

import java.io.IOException;
import java.util.Arrays;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Checks what columns say of their children: how many values they need, and which of them a row
 * leads to. Lists by offsets are {@link ColumnChecker}'s, as strings are.
 */
final class NestedChecker {
  private final ColumnRanges ranges;
  private final IntegerScan scan;
  private final boolean oldVersion;

  /**
   * @param oldVersion whether the message is of version V4
   */
  NestedChecker(ColumnRanges ranges, IntegerScan scan, boolean oldVersion) {
    this.ranges = ranges;
    this.scan = scan;
    this.oldVersion = oldVersion;
  }

  static void requireChildren(ColumnData column) {
    for (int i = 0; i < column.children().size(); i++) {
      requireChild(column, i, column.length());
    }
  }

  static void requireChild(ColumnData column, int child, long needed) {
    ColumnData data = column.children().get(child);
    if (data.length() < needed) {
      throw data.invalid(
          "it has "
              + data.length()
              + " values; its parent's "
              + column.length()
              + " rows need "
              + needed);
    }
  }

  void checkListViews(ColumnData column, Validity validity) throws IOException {
    int width = column.layout().width();
    long needed = bytes(column, column.length(), width);
    require(column, 1, needed, "offset buffer");
    require(column, 2, needed, "size buffer");
    long values = column.children().get(0).length();
    long total = 0;
    try (ArrowBuf offsets = ranges.buffer(column, 1);
        ArrowBuf sizes = ranges.buffer(column, 2)) {
      for (long row = 0; row < column.length(); row++) {
        long offset = IntegerScan.get(offsets, width, row);
        long size = IntegerScan.get(sizes, width, row);
        if (!validity.isSet(row)) {
          continue;
        }
        if (offset < 0 || size < 0 || offset > values || size > values - offset) {
          throw column.invalid(
              "the list at row "
                  + row
                  + " (offset "
                  + offset
                  + ", size "
                  + size
                  + ") is not within the "
                  + values
                  + " values there are");
        }
        total += size;
        ranges.requireWithinMessage(column, total);
      }
    }
  }

  void checkUnion(ColumnData column) throws IOException {
    if (oldVersion) {
      throw column.invalid("unions need metadata version V5");
    }
    boolean dense = column.layout().kind() == ColumnLayout.Kind.DENSE_UNION;
    require(column, 0, column.length(), "type id buffer");
    long[] lengths = new long[128];
    Arrays.fill(lengths, -1);
    for (int i = 0; i < column.children().size(); i++) {
      lengths[column.layout().typeIds()[i]] = column.children().get(i).length();
    }
    if (dense) {
      require(column, 1, bytes(column, column.length(), 4), "offset buffer");
    }
    try (ArrowBuf types = ranges.buffer(column, 0);
        ArrowBuf offsets = ranges.buffer(column, dense ? 1 : 0)) {
      for (long row = 0; row < column.length(); row++) {
        int type = types.getByte(row);
        if (type < 0 || lengths[type] < 0) {
          throw column.invalid("type id " + type + " at row " + row + " is not one of the union's");
        }
        if (dense) {
          int offset = offsets.getInt(4 * row);
          if (offset < 0 || offset >= lengths[type]) {
            throw column.invalid(
                "offset "
                    + offset
                    + " at row "
                    + row
                    + " is not within the "
                    + lengths[type]
                    + " values of type id "
                    + type);
          }
        }
      }
    }
  }

  void checkRunEnds(ColumnData column) throws IOException {
    ColumnData ends = column.children().get(0);
    ColumnData values = column.children().get(1);
    // The child itself is checked later, but is needed now.
    ranges.checkNode(ends);
    ranges.checkRange(ends, 1);
    if (ends.nulls() > 0 || ends.nulls() < 0 && ends.size(0) > 0) {
      throw ends.invalid("run ends must not be null");
    }
    if (values.length() < ends.length()) {
      throw column.invalid(ends.length() + " run ends, but " + values.length() + " values");
    }
    int width = column.layout().width();
    require(ends, 1, bytes(ends, ends.length(), width), "data");
    try (ArrowBuf data = ranges.buffer(ends, 1)) {
      long at = scan.firstDisorder(data, width, ends.length(), true);
      if (at >= 0) {
        throw column.invalid(
            "run end "
                + IntegerScan.get(data, width, at)
                + " at run "
                + at
                + (at == 0 ? " is not above 0" : " is not above the one before it"));
      }
      long last = ends.length() == 0 ? 0 : IntegerScan.get(data, width, ends.length() - 1);
      if (last < column.length()) {
        throw column.invalid(
            "the last run ends at " + last + ", before the " + column.length() + " rows do");
      }
    }
  }
}
