package dev.mallard.arrow;

import static dev.mallard.arrow.ColumnRanges.bytes;
import static dev.mallard.arrow.ColumnRanges.require;

import java.io.IOException;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Checks the columns of one uncompressed body against each other and against the body: after it,
 * every offset, index, id and length that a reader may follow leads to something that is there.
 */
final class ColumnChecker {
  private final ColumnRanges ranges;
  private final Map<Long, Long> dictionaryLengths;
  private final IntegerScan scan;
  private final TextChecker texts;
  private final NestedChecker nested;

  /**
   * @param dictionaryLengths values in each dictionary that has arrived
   * @param oldVersion whether the message is of version V4
   */
  ColumnChecker(
      MessageBody body,
      BufferAllocator allocator,
      CheckLimits limits,
      Map<Long, Long> dictionaryLengths,
      IntegerScan scan,
      boolean oldVersion) {
    this.ranges = new ColumnRanges(body, allocator, limits);
    this.dictionaryLengths = dictionaryLengths;
    this.scan = scan;
    this.texts = new TextChecker(limits.messageBytes());
    this.nested = new NestedChecker(ranges, scan, oldVersion);
  }

  /**
   * @param masked whether a parent has nulls, under which a child may be null though it must not
   */
  void check(ColumnData column, boolean masked) throws IOException {
    ranges.checkNode(column);
    for (int i = 0; i < column.ranges().length / 2; i++) {
      ranges.checkRange(column, i);
    }
    if (!column.layout().kind().hasValidity()) {
      checkValues(column, Validity.ALL);
      checkChildren(column, masked);
      return;
    }
    try (ArrowBuf bitmap = ranges.buffer(column, 0)) {
      Validity validity = validity(column, bitmap, masked);
      checkValues(column, validity);
    }
    checkChildren(column, masked || column.nulls() != 0);
  }

  private void checkChildren(ColumnData column, boolean masked) throws IOException {
    for (ColumnData child : column.children()) {
      check(child, masked);
    }
  }

  private Validity validity(ColumnData column, ArrowBuf bitmap, boolean masked) {
    if (bitmap.readableBytes() == 0) {
      if (column.nulls() > 0) {
        throw column.invalid(column.nulls() + " nulls are declared, but there is no bitmap");
      }
      return Validity.ALL;
    }
    require(column, 0, Bits.bytes(column.length()), "validity bitmap");
    long nulls = column.length() - Bits.count(bitmap, column.length());
    if (column.nulls() != -1 && column.nulls() != nulls) {
      throw column.invalid(column.nulls() + " nulls are declared, but there are " + nulls);
    }
    if (nulls > 0 && !masked && !column.layout().nullable()) {
      throw column.invalid(
          "it has " + nulls + " nulls, but its schema says that it has none; make it nullable");
    }
    return nulls == 0 ? Validity.ALL : new Validity(bitmap);
  }

  private void checkValues(ColumnData column, Validity validity) throws IOException {
    ColumnLayout layout = column.layout();
    switch (layout.kind()) {
      case NULL -> {
        // Nothing but a length.
      }
      case FIXED -> {
        require(column, 1, bytes(column, column.length(), layout.width()), "data");
        checkIndices(column, validity);
      }
      case BITS -> require(column, 1, Bits.bytes(column.length()), "data");
      case VARIABLE -> checkVariable(column, validity);
      case VIEW -> checkViews(column, validity);
      case LIST -> {
        try (ArrowBuf offsets = ranges.buffer(column, 1)) {
          checkOffsets(column, offsets, column.children().get(0).length(), "values");
        }
      }
      case LIST_VIEW -> nested.checkListViews(column, validity);
      case FIXED_SIZE_LIST ->
          NestedChecker.requireChild(column, 0, bytes(column, column.length(), layout.width()));
      case STRUCT -> NestedChecker.requireChildren(column);
      case SPARSE_UNION -> {
        nested.checkUnion(column);
        NestedChecker.requireChildren(column);
      }
      case DENSE_UNION -> nested.checkUnion(column);
      case RUN_END_ENCODED -> nested.checkRunEnds(column);
    }
  }

  private void checkIndices(ColumnData column, Validity validity) throws IOException {
    var dictionary = column.layout().dictionary();
    if (dictionary == null || column.length() == 0) {
      return;
    }
    Long values = dictionaryLengths.get(dictionary.getId());
    if (values == null) {
      throw column.invalid(
          "its dictionary " + dictionary.getId() + " has not been sent before its indices");
    }
    int width = column.layout().width();
    boolean signed = dictionary.getIndexType().getIsSigned();
    try (ArrowBuf data = ranges.buffer(column, 1)) {
      long row = scan.firstOutside(data, width, signed, column.length(), values, validity);
      if (row >= 0) {
        throw column.invalid(
            "index "
                + IntegerScan.get(data, width, row)
                + " at row "
                + row
                + " is not in the dictionary of "
                + values
                + " values");
      }
    }
  }

  /** Returns the first and the last offset, or nothing for a column without rows. */
  private long[] checkOffsets(ColumnData column, ArrowBuf offsets, long end, String what) {
    int width = column.layout().width();
    if (column.length() == 0 && offsets.readableBytes() < width) {
      return new long[] {0, 0};
    }
    require(column, 1, bytes(column, column.length() + 1, width), "offset buffer");
    long at = scan.firstDisorder(offsets, width, column.length() + 1, false);
    if (at >= 0) {
      long offset = IntegerScan.get(offsets, width, at);
      throw column.invalid(
          "offset "
              + offset
              + " at row "
              + at
              + (offset < 0 ? " is negative" : " is smaller than the one before it"));
    }
    long first = IntegerScan.get(offsets, width, 0);
    long last = IntegerScan.get(offsets, width, column.length());
    if (last > end) {
      throw column.invalid("offset " + last + " is beyond the " + end + " " + what + " there are");
    }
    return new long[] {first, last};
  }

  private void checkVariable(ColumnData column, Validity validity) throws IOException {
    try (ArrowBuf offsets = ranges.buffer(column, 1)) {
      long[] used = checkOffsets(column, offsets, column.size(2), "bytes");
      if (column.layout().text() && used[1] > used[0]) {
        try (ArrowBuf data = ranges.buffer(column, 2)) {
          texts.check(column, offsets, data, validity);
        }
      }
    }
  }

  private void checkViews(ColumnData column, Validity validity) throws IOException {
    require(column, 1, bytes(column, column.length(), 16), "view buffer");
    ArrowBuf[] data = new ArrowBuf[column.dataBuffers()];
    try (ArrowBuf views = ranges.buffer(column, 1)) {
      for (int i = 0; i < data.length; i++) {
        data[i] = ranges.buffer(column, 2 + i);
      }
      texts.checkViews(column, views, data, validity);
    } finally {
      for (ArrowBuf one : data) {
        if (one != null) {
          one.close();
        }
      }
    }
  }
}
