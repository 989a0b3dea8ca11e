package dev.mallard.arrow;

import dev.mallard.error.Closer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Values of a column of any type as bytes: two values are the same if and only if their bytes are.
 * Floating-point numbers are compared by their bits. Holds the column's buffers until it is closed.
 */
final class ValueKeys implements AutoCloseable {
  private static final int INLINE = 12;

  private final ColumnData column;
  private final List<ArrowBuf> buffers = new ArrayList<>();
  private final List<ValueKeys> children = new ArrayList<>();

  /** Of a column in normal form. */
  ValueKeys(ColumnData column, MessageBody body, BufferAllocator allocator) throws IOException {
    this.column = column;
    try (Closer onFailure = new Closer()) {
      onFailure.add(this);
      for (int i = 0; i < column.ranges().length / 2; i++) {
        buffers.add(body.read(column.offset(i), column.size(i), allocator));
      }
      for (ColumnData child : column.children()) {
        children.add(new ValueKeys(child, body, allocator));
      }
      onFailure.release();
    }
  }

  ByteBuffer key(long row) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(row, out);
    return ByteBuffer.wrap(out.toByteArray());
  }

  private void write(long row, ByteArrayOutputStream out) {
    ColumnLayout layout = column.layout();
    if (layout.kind().hasValidity()) {
      boolean present = column.nulls() == 0 || Bits.get(buffers.get(0), row);
      out.write(present ? 1 : 0);
      if (!present) {
        return;
      }
    }
    int width = layout.width();
    switch (layout.kind()) {
      case NULL -> out.write(0);
      case FIXED -> bytes(buffers.get(1), row * width, width, out);
      case BITS -> out.write(Bits.get(buffers.get(1), row) ? 1 : 0);
      case VARIABLE -> {
        long start = IntegerScan.get(buffers.get(1), width, row);
        long end = IntegerScan.get(buffers.get(1), width, row + 1);
        length(end - start, out);
        bytes(buffers.get(2), start, end - start, out);
      }
      case VIEW -> view(row, out);
      case LIST -> {
        long start = IntegerScan.get(buffers.get(1), width, row);
        items(start, IntegerScan.get(buffers.get(1), width, row + 1) - start, out);
      }
      case LIST_VIEW ->
          items(
              IntegerScan.get(buffers.get(1), width, row),
              IntegerScan.get(buffers.get(2), width, row),
              out);
      case FIXED_SIZE_LIST -> items(row * width, width, out);
      case STRUCT -> children.forEach(child -> child.write(row, out));
      case SPARSE_UNION, DENSE_UNION -> union(row, out);
      case RUN_END_ENCODED -> children.get(1).write(run(row), out);
    }
  }

  private void view(long row, ByteArrayOutputStream out) {
    ArrowBuf views = buffers.get(1);
    int length = views.getInt(16 * row);
    length(length, out);
    if (length <= INLINE) {
      bytes(views, 16 * row + 4, length, out);
    } else {
      int index = views.getInt(16 * row + 8);
      bytes(buffers.get(2 + index), views.getInt(16 * row + 12), length, out);
    }
  }

  private void items(long start, long size, ByteArrayOutputStream out) {
    length(size, out);
    for (long i = start; i < start + size; i++) {
      children.get(0).write(i, out);
    }
  }

  private void union(long row, ByteArrayOutputStream out) {
    int id = buffers.get(0).getByte(row);
    out.write(id);
    boolean dense = column.layout().kind() == ColumnLayout.Kind.DENSE_UNION;
    for (int i = 0; i < children.size(); i++) {
      if (column.layout().typeIds()[i] == id) {
        children.get(i).write(dense ? buffers.get(1).getInt(4 * row) : row, out);
      }
    }
  }

  private long run(long row) {
    ValueKeys ends = children.get(0);
    long run = 0;
    while (IntegerScan.get(ends.buffers.get(1), column.layout().width(), run) <= row) {
      run++;
    }
    return run;
  }

  private static void length(long length, ByteArrayOutputStream out) {
    for (int shift = 0; shift < 64; shift += 8) {
      out.write((int) (length >>> shift));
    }
  }

  private static void bytes(ArrowBuf source, long from, long size, ByteArrayOutputStream out) {
    byte[] copy = new byte[Math.toIntExact(size)];
    source.getBytes(from, copy);
    out.writeBytes(copy);
  }

  @Override
  public void close() {
    buffers.forEach(ArrowBuf::close);
    buffers.clear();
    children.forEach(ValueKeys::close);
    children.clear();
  }
}
