package dev.mallard.arrow;

import java.nio.ByteBuffer;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Checks the bytes of text columns, and the views of view columns. The bytes of a buffer are read
 * once as a whole; row by row only where that finds something that is not UTF-8, which may still be
 * in nobody's row.
 */
final class TextChecker {
  private static final int INLINE = 12;

  private final long viewedBytes;
  private long viewedLeft;

  /**
   * @param viewedBytes most bytes that the views of the message may stand for
   */
  TextChecker(long viewedBytes) {
    this.viewedBytes = viewedBytes;
    this.viewedLeft = viewedBytes;
  }

  /** Of a column whose offsets are known to be in order and within {@code data}. */
  void check(ColumnData column, ArrowBuf offsets, ArrowBuf data, Validity validity) {
    int width = column.layout().width();
    long from = IntegerScan.get(offsets, width, 0);
    long to = IntegerScan.get(offsets, width, column.length());
    Content content = content(data, from, to);
    if (content == Content.ASCII) {
      return;
    }
    if (content == Content.UTF8 && startsAreCharacters(column, offsets, data, to)) {
      return;
    }
    for (long row = 0; row < column.length(); row++) {
      long start = IntegerScan.get(offsets, width, row);
      long end = IntegerScan.get(offsets, width, row + 1);
      if (validity.isSet(row) && !isUtf8(data, start, end)) {
        throw notUtf8(column, row);
      }
    }
  }

  private static RuntimeException notUtf8(ColumnData column, long row) {
    return column.invalid("the text at row " + row + " is not UTF-8; send it as binary");
  }

  /** What a stretch of bytes holds as a whole. */
  private enum Content {
    ASCII,
    UTF8,
    OTHER
  }

  private static Content content(ArrowBuf data, long from, long to) {
    Content content = Content.ASCII;
    long at = from;
    while (at < to) {
      long end = characterStart(data, at, Math.min(to, at + Bits.VIEW_BYTES), to);
      ByteBuffer bytes = Bits.view(data, at, end - at);
      int ascii = Utf8.asciiEnd(bytes, 0, bytes.limit());
      if (ascii < bytes.limit()) {
        if (!Utf8.isValid(bytes, ascii, bytes.limit())) {
          return Content.OTHER;
        }
        content = Content.UTF8;
      }
      at = end;
    }
    return content;
  }

  /** Moves a cut back so that it does not go through a character. */
  private static long characterStart(ArrowBuf data, long from, long cut, long end) {
    long at = cut;
    while (at < end && at > from + 1 && cut - at < 4 && Utf8.isContinuation(data.getByte(at))) {
      at--;
    }
    return at;
  }

  private static boolean isUtf8(ArrowBuf data, long from, long to) {
    return from == to || content(data, from, to) != Content.OTHER;
  }

  private static boolean startsAreCharacters(
      ColumnData column, ArrowBuf offsets, ArrowBuf data, long to) {
    int width = column.layout().width();
    for (long row = 0; row < column.length(); row++) {
      long start = IntegerScan.get(offsets, width, row);
      if (start < to && Utf8.isContinuation(data.getByte(start))) {
        return false;
      }
    }
    return true;
  }

  /** Of a column whose view buffer is known to be long enough. */
  void checkViews(ColumnData column, ArrowBuf views, ArrowBuf[] data, Validity validity) {
    Content[] contents = new Content[data.length];
    for (long row = 0; row < column.length(); row++) {
      if (!validity.isSet(row)) {
        continue;
      }
      int length = views.getInt(16 * row);
      if (length < 0) {
        throw column.invalid("the view at row " + row + " has the length " + length);
      }
      if (length > INLINE) {
        checkView(column, views, row, data);
        checkViewedText(column, views, row, data, contents);
      } else if (column.layout().text() && !isInlineUtf8(views, row, length)) {
        throw notUtf8(column, row);
      }
    }
  }

  private static boolean isInlineUtf8(ArrowBuf views, long row, int length) {
    long bytes = views.getInt(16 * row + 4) | views.getLong(16 * row + 8);
    return (bytes & Utf8.HIGH_BITS) == 0 || isUtf8(views, 16 * row + 4, 16 * row + 4 + length);
  }

  private void checkView(ColumnData column, ArrowBuf views, long row, ArrowBuf[] data) {
    int length = views.getInt(16 * row);
    int index = views.getInt(16 * row + 8);
    int offset = views.getInt(16 * row + 12);
    if (index < 0 || index >= data.length) {
      throw column.invalid(
          "the view at row " + row + " is in data buffer " + index + " of " + data.length);
    }
    long size = data[index].readableBytes();
    if (offset < 0 || (long) offset + length > size) {
      throw column.invalid(
          "the view at row "
              + row
              + " (offset "
              + offset
              + ", length "
              + length
              + ") is not within the "
              + size
              + " bytes of its data buffer");
    }
    if (views.getInt(16 * row + 4) != data[index].getInt(offset)) {
      throw column.invalid("the view at row " + row + " has a prefix that its data does not have");
    }
    viewedLeft -= length;
    if (viewedLeft < 0) {
      throw ColumnRanges.exhausted(
          column, "its views stand for more than " + viewedBytes + " bytes");
    }
  }

  private static void checkViewedText(
      ColumnData column, ArrowBuf views, long row, ArrowBuf[] data, Content[] contents) {
    if (!column.layout().text()) {
      return;
    }
    int index = views.getInt(16 * row + 8);
    ArrowBuf bytes = data[index];
    if (contents[index] == null) {
      contents[index] = content(bytes, 0, bytes.readableBytes());
    }
    if (contents[index] == Content.ASCII) {
      return;
    }
    long start = views.getInt(16 * row + 12);
    long end = start + views.getInt(16 * row);
    boolean wholeCharacters =
        contents[index] == Content.UTF8
            ? !Utf8.isContinuation(bytes.getByte(start))
                && (end == bytes.readableBytes() || !Utf8.isContinuation(bytes.getByte(end)))
            : isUtf8(bytes, start, end);
    if (!wholeCharacters) {
      throw notUtf8(column, row);
    }
  }
}
