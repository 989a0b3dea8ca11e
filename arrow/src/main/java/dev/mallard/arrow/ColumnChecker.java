package dev.mallard.arrow;

import dev.mallard.error.MallardException;
import java.io.IOException;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Checks the columns of one uncompressed body against each other and against the body: after it,
 * every offset, index, id and length that a reader may follow leads to something that is there.
 */
final class ColumnChecker {
  private final MessageBody body;
  private final BufferAllocator allocator;
  private final CheckLimits limits;
  private final Map<Long, Long> dictionaryLengths;
  private final IntegerScan scan;
  private final TextChecker texts;
  private final boolean oldVersion;

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
    this.body = body;
    this.allocator = allocator;
    this.limits = limits;
    this.dictionaryLengths = dictionaryLengths;
    this.scan = scan;
    this.texts = new TextChecker(limits.messageBytes());
    this.oldVersion = oldVersion;
  }

  /**
   * @param masked whether a parent has nulls, under which a child may be null though it must not
   */
  void check(ColumnData column, boolean masked) throws IOException {
    checkNode(column);
    for (int i = 0; i < column.ranges().length / 2; i++) {
      checkRange(column, i);
    }
    if (!column.layout().kind().hasValidity()) {
      checkValues(column, Validity.ALL);
      checkChildren(column, masked);
      return;
    }
    try (ArrowBuf bitmap = buffer(column, 0)) {
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

  private void checkNode(ColumnData column) {
    if (column.length() < 0 || column.length() > Integer.MAX_VALUE) {
      throw column.invalid("length: " + column.length() + " (expected: 0 to 2147483647)");
    }
    if (column.length() > limits.rows() && takesNoBytes(column.layout())) {
      throw exhausted(column, column.length() + " values (at most " + limits.rows() + ")");
    }
    if (column.nulls() < -1 || column.nulls() > column.length()) {
      throw column.invalid(
          "null count: " + column.nulls() + " (expected: 0 to " + column.length() + ")");
    }
  }

  /** Values that cost their sender nothing, but whoever reads them one by one. */
  private static boolean takesNoBytes(ColumnLayout layout) {
    return switch (layout.kind()) {
      case NULL, RUN_END_ENCODED -> true;
      case FIXED, FIXED_SIZE_LIST -> layout.width() == 0;
      case STRUCT -> layout.children().isEmpty();
      default -> false;
    };
  }

  private void checkRange(ColumnData column, int buffer) {
    long offset = column.offset(buffer);
    long size = column.size(buffer);
    if (offset < 0 || size < 0 || offset > body.length() || size > body.length() - offset) {
      throw column.invalid(
          "buffer "
              + buffer
              + " (offset "
              + offset
              + ", length "
              + size
              + ") is not within the "
              + body.length()
              + " bytes of the message's body");
    }
    if ((offset & 7) != 0 && size > 0) {
      throw column.invalid("buffer " + buffer + " does not start at a multiple of 8 bytes");
    }
  }

  private ArrowBuf buffer(ColumnData column, int index) throws IOException {
    return body.read(column.offset(index), column.size(index), allocator);
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

  private static void require(ColumnData column, int buffer, long needed, String name) {
    if (column.size(buffer) < needed) {
      throw column.invalid(
          "the "
              + name
              + " has "
              + column.size(buffer)
              + " bytes; "
              + column.length()
              + " rows need "
              + needed);
    }
  }

  private static long bytes(ColumnData column, long count, long width) {
    try {
      return Math.multiplyExact(count, width);
    } catch (ArithmeticException e) {
      throw column.invalid("it is too long for its width");
    }
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
        try (ArrowBuf offsets = buffer(column, 1)) {
          checkOffsets(column, offsets, column.children().get(0).length(), "values");
        }
      }
      case LIST_VIEW -> checkListViews(column, validity);
      case FIXED_SIZE_LIST ->
          requireChild(column, 0, bytes(column, column.length(), layout.width()));
      case STRUCT -> requireChildren(column);
      case SPARSE_UNION -> {
        checkUnion(column);
        requireChildren(column);
      }
      case DENSE_UNION -> checkUnion(column);
      case RUN_END_ENCODED -> checkRunEnds(column);
    }
  }

  private static void requireChildren(ColumnData column) {
    for (int i = 0; i < column.children().size(); i++) {
      requireChild(column, i, column.length());
    }
  }

  private static void requireChild(ColumnData column, int child, long needed) {
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
    try (ArrowBuf data = buffer(column, 1)) {
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
    try (ArrowBuf offsets = buffer(column, 1)) {
      long[] used = checkOffsets(column, offsets, column.size(2), "bytes");
      if (column.layout().text() && used[1] > used[0]) {
        try (ArrowBuf data = buffer(column, 2)) {
          texts.check(column, offsets, data, validity);
        }
      }
    }
  }

  private void checkViews(ColumnData column, Validity validity) throws IOException {
    require(column, 1, bytes(column, column.length(), 16), "view buffer");
    ArrowBuf[] data = new ArrowBuf[column.dataBuffers()];
    try (ArrowBuf views = buffer(column, 1)) {
      for (int i = 0; i < data.length; i++) {
        data[i] = buffer(column, 2 + i);
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

  private void checkListViews(ColumnData column, Validity validity) throws IOException {
    int width = column.layout().width();
    long needed = bytes(column, column.length(), width);
    require(column, 1, needed, "offset buffer");
    require(column, 2, needed, "size buffer");
    long values = column.children().get(0).length();
    long total = 0;
    try (ArrowBuf offsets = buffer(column, 1);
        ArrowBuf sizes = buffer(column, 2)) {
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
        if (total > limits.messageBytes()) {
          throw exhausted(column, "its lists overlap so much that they hold too many values");
        }
      }
    }
  }

  static MallardException exhausted(ColumnData column, String what) {
    return new MallardException(
        dev.mallard.error.ErrorCode.RESOURCE_EXHAUSTED,
        "column '" + column.layout().path() + "': " + what + "; send smaller batches");
  }

  private void checkUnion(ColumnData column) throws IOException {
    if (oldVersion) {
      throw column.invalid("unions need metadata version V5");
    }
    boolean dense = column.layout().kind() == ColumnLayout.Kind.DENSE_UNION;
    require(column, 0, column.length(), "type id buffer");
    long[] lengths = new long[128];
    java.util.Arrays.fill(lengths, -1);
    for (int i = 0; i < column.children().size(); i++) {
      lengths[column.layout().typeIds()[i]] = column.children().get(i).length();
    }
    if (dense) {
      require(column, 1, bytes(column, column.length(), 4), "offset buffer");
    }
    try (ArrowBuf types = buffer(column, 0);
        ArrowBuf offsets = dense ? buffer(column, 1) : allocator.getEmpty()) {
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

  private void checkRunEnds(ColumnData column) throws IOException {
    ColumnData ends = column.children().get(0);
    ColumnData values = column.children().get(1);
    // The child itself is checked later, but is needed now.
    checkNode(ends);
    checkRange(ends, 1);
    if (ends.nulls() > 0 || ends.nulls() < 0 && ends.size(0) > 0) {
      throw ends.invalid("run ends must not be null");
    }
    if (values.length() < ends.length()) {
      throw column.invalid(ends.length() + " run ends, but " + values.length() + " values");
    }
    int width = column.layout().width();
    require(ends, 1, bytes(ends, ends.length(), width), "data");
    try (ArrowBuf data = buffer(ends, 1)) {
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
