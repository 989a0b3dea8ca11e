package dev.mallard.arrow;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Adds some views of a view column to a message, with only the part of each data buffer that they
 * use; if even of that they use little, with a copy of just their bytes.
 */
final class ViewSlicer {
  private static final int INLINE = 12;

  private final ColumnData column;
  private final MessageBody body;
  private final BufferAllocator allocator;
  private final MessageBuilder builder;
  private final long[] least;
  private final long[] end;
  private long viewed;

  ViewSlicer(
      ColumnData column, MessageBody body, BufferAllocator allocator, MessageBuilder builder) {
    this.column = column;
    this.body = body;
    this.allocator = allocator;
    this.builder = builder;
    this.least = new long[column.dataBuffers()];
    this.end = new long[column.dataBuffers()];
    Arrays.fill(least, Long.MAX_VALUE);
  }

  void slice(ArrowBuf views, long rows, Validity validity) throws IOException {
    measure(views, rows, validity);
    long spanned = 0;
    for (int i = 0; i < least.length; i++) {
      spanned += Math.max(0, end[i] - least[i]);
    }
    ArrowBuf target = allocator.buffer(16 * rows);
    builder.buffer(target);
    target.setZero(0, 16 * rows);
    target.writerIndex(16 * rows);
    if (spanned > 2 * viewed && viewed <= Integer.MAX_VALUE) {
      copyValues(views, rows, validity, target);
    } else {
      sliceBuffers(views, rows, validity, target);
    }
  }

  private static boolean isLong(ArrowBuf views, long row, Validity validity) {
    return validity.isSet(row) && views.getInt(16 * row) > INLINE;
  }

  private void measure(ArrowBuf views, long rows, Validity validity) {
    for (long row = 0; row < rows; row++) {
      if (isLong(views, row, validity)) {
        int length = views.getInt(16 * row);
        int index = views.getInt(16 * row + 8);
        int offset = views.getInt(16 * row + 12);
        least[index] = Math.min(least[index], offset);
        end[index] = Math.max(end[index], (long) offset + length);
        viewed += length;
      }
    }
  }

  private void sliceBuffers(ArrowBuf views, long rows, Validity validity, ArrowBuf target)
      throws IOException {
    int[] newIndex = new int[least.length];
    int used = 0;
    for (int i = 0; i < least.length; i++) {
      if (end[i] > 0) {
        newIndex[i] = used++;
        long size = end[i] - least[i];
        builder.buffer(body.range(position(i, least[i], size), size, allocator), size);
      }
    }
    builder.variadicCount(used);
    for (long row = 0; row < rows; row++) {
      if (!validity.isSet(row)) {
        continue;
      }
      target.setBytes(16 * row, views, 16 * row, 16);
      if (isLong(views, row, validity)) {
        int index = views.getInt(16 * row + 8);
        target.setInt(16 * row + 8, newIndex[index]);
        target.setInt(16 * row + 12, (int) (views.getInt(16 * row + 12) - least[index]));
      }
    }
  }

  private void copyValues(ArrowBuf views, long rows, Validity validity, ArrowBuf target)
      throws IOException {
    ArrowBuf data = allocator.buffer(viewed);
    builder.buffer(data);
    builder.variadicCount(1);
    int position = 0;
    for (long row = 0; row < rows; row++) {
      if (!validity.isSet(row)) {
        continue;
      }
      target.setBytes(16 * row, views, 16 * row, 16);
      if (isLong(views, row, validity)) {
        int length = views.getInt(16 * row);
        int index = views.getInt(16 * row + 8);
        try (ArrowBuf value = read(index, views.getInt(16 * row + 12), length)) {
          data.setBytes(position, value, 0, length);
        }
        target.setInt(16 * row + 8, 0);
        target.setInt(16 * row + 12, position);
        position += length;
      }
    }
    data.writerIndex(position);
  }

  private ArrowBuf read(int index, long from, long size) throws IOException {
    return body.read(position(index, from, size), size, allocator);
  }

  /** In the body. */
  private long position(int index, long from, long size) {
    Objects.checkFromIndexSize(from, size, column.size(2 + index));
    return column.offset(2 + index) + from;
  }
}
