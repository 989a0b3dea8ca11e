package dev.mallard.arrow;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** What is checked of every column before its values: its length, and where its buffers are. */
final class ColumnRanges {
  private final MessageBody body;
  private final BufferAllocator allocator;
  private final CheckLimits limits;

  ColumnRanges(MessageBody body, BufferAllocator allocator, CheckLimits limits) {
    this.body = body;
    this.allocator = allocator;
    this.limits = limits;
  }

  void checkNode(ColumnData column) {
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

  void checkRange(ColumnData column, int buffer) {
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

  /** A buffer whose range is checked; the caller closes it. */
  ArrowBuf buffer(ColumnData column, int index) throws IOException {
    return body.read(column.offset(index), column.size(index), allocator);
  }

  static void require(ColumnData column, int buffer, long needed, String name) {
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

  static long bytes(ColumnData column, long count, long width) {
    try {
      return Math.multiplyExact(count, width);
    } catch (ArithmeticException e) {
      throw column.invalid("it is too long for its width");
    }
  }

  /** All that a sender may make its reader's memory hold. */
  void requireWithinMessage(ColumnData column, long values) {
    if (values > limits.messageBytes()) {
      throw exhausted(column, "its lists overlap so much that they hold too many values");
    }
  }

  static MallardException exhausted(ColumnData column, String what) {
    return new MallardException(
        ErrorCode.RESOURCE_EXHAUSTED,
        "column '" + column.layout().path() + "': " + what + "; send smaller batches");
  }
}
