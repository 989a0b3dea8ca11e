package dev.mallard.arrow;

import java.io.IOException;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Adds rows of columns to a message under construction, in normal form: offsets begin at 0,
 * children hold what the rows need and no more, bitmaps without nulls are left out. Reads from the
 * body only the ranges that it needs; buffers that need no change are not copied.
 */
final class ColumnSlicer {
  private final MessageBody body;
  private final BufferAllocator allocator;
  private final MessageBuilder builder;

  ColumnSlicer(MessageBody body, BufferAllocator allocator, MessageBuilder builder) {
    this.body = body;
    this.allocator = allocator;
    this.builder = builder;
  }

  /**
   * @throws IndexOutOfBoundsException if the rows are not there, or the batch is not valid
   */
  void slice(ColumnData column, long from, long to) throws IOException {
    Objects.checkFromToIndex(from, to, column.length());
    int node = builder.node(to - from, 0);
    if (column.layout().kind().hasValidity()) {
      validity(column, from, to, node);
    }
    switch (column.layout().kind()) {
      case NULL -> builder.nulls(node, column.nulls() == 0 ? 0 : to - from);
      case FIXED -> {
        long width = column.layout().width();
        part(column, 1, from * width, (to - from) * width);
      }
      case BITS -> {
        if ((from & 7) == 0) {
          part(column, 1, from >>> 3, Bits.bytes(to) - (from >>> 3));
        } else {
          builder.buffer(bits(column, 1, from, to));
        }
      }
      case VARIABLE -> {
        long[] range = offsets(column, from, to);
        part(column, 2, range[0], range[1] - range[0]);
      }
      case VIEW -> views(column, from, to);
      case LIST -> {
        long[] range = offsets(column, from, to);
        slice(column.children().get(0), range[0], range[1]);
      }
      case LIST_VIEW -> listViews(column, from, to);
      case FIXED_SIZE_LIST -> {
        long width = column.layout().width();
        slice(
            column.children().get(0),
            Math.multiplyExact(from, width),
            Math.multiplyExact(to, width));
      }
      case STRUCT -> children(column, from, to);
      case SPARSE_UNION -> {
        part(column, 0, from, to - from);
        children(column, from, to);
      }
      case DENSE_UNION -> denseUnion(column, from, to);
      case RUN_END_ENCODED -> runs(column, from, to);
    }
  }

  private void children(ColumnData column, long from, long to) throws IOException {
    for (ColumnData child : column.children()) {
      slice(child, from, to);
    }
  }

  private ArrowBuf read(ColumnData column, int buffer, long from, long size) throws IOException {
    Objects.checkFromIndexSize(from, size, column.size(buffer));
    return body.read(column.offset(buffer) + from, size, allocator);
  }

  /** Adds a buffer that goes into the message as it is, wherever it is. */
  private void part(ColumnData column, int buffer, long from, long size) throws IOException {
    Objects.checkFromIndexSize(from, size, column.size(buffer));
    builder.buffer(body.range(column.offset(buffer) + from, size, allocator), size);
  }

  private void validity(ColumnData column, long from, long to, int node) throws IOException {
    if (column.nulls() == 0 || column.size(0) == 0 || from == to) {
      builder.buffer(allocator.getEmpty());
      return;
    }
    ArrowBuf bitmap = bits(column, 0, from, to);
    long nulls = to - from - Bits.count(bitmap, to - from);
    if (nulls == 0) {
      bitmap.close();
      bitmap = allocator.getEmpty();
    }
    builder.buffer(bitmap);
    builder.nulls(node, nulls);
  }

  private ArrowBuf bits(ColumnData column, int buffer, long from, long to) throws IOException {
    long first = from >>> 3;
    ArrowBuf source = read(column, buffer, first, Bits.bytes(to) - first);
    if ((from & 7) == 0) {
      return source;
    }
    try (source) {
      ArrowBuf target = zeroed(Bits.bytes(to - from));
      Bits.copy(source, from & 7, target, 0, to - from);
      return target;
    }
  }

  private ArrowBuf zeroed(long size) {
    ArrowBuf buffer = allocated(size);
    buffer.setZero(0, size);
    return buffer;
  }

  private ArrowBuf allocated(long size) {
    ArrowBuf buffer = allocator.buffer(size);
    buffer.writerIndex(size);
    return buffer;
  }

  /** Adds the offsets, beginning at 0, and returns what range of values they stood for. */
  private long[] offsets(ColumnData column, long from, long to) throws IOException {
    int width = column.layout().width();
    if (from == to) {
      // Not left out, as some readers want the one 0 that the format asks for.
      builder.buffer(zeroed(width));
      return new long[] {0, 0};
    }
    ArrowBuf source = read(column, 1, from * width, (to - from + 1) * width);
    long first = IntegerScan.get(source, width, 0);
    long last = IntegerScan.get(source, width, to - from);
    if (first == 0) {
      builder.buffer(source);
    } else {
      try (source) {
        builder.buffer(shifted(source, width, to - from + 1, -first));
      }
    }
    return new long[] {first, last};
  }

  private ArrowBuf shifted(ArrowBuf source, int width, long count, long by) {
    ArrowBuf target = allocated(count * width);
    Offsets.addTo(source, target, 0, width, count, by);
    return target;
  }

  private void views(ColumnData column, long from, long to) throws IOException {
    try (ArrowBuf views = read(column, 1, 16 * from, 16 * (to - from));
        ArrowBuf bitmap = bitmap(column, from, to)) {
      new ViewSlicer(column, body, allocator, builder).slice(views, to - from, validity(bitmap));
    }
  }

  /** For looking at, apart from the one that goes into the message; empty if there are no nulls. */
  private ArrowBuf bitmap(ColumnData column, long from, long to) throws IOException {
    return column.nulls() == 0 || column.size(0) == 0
        ? allocator.getEmpty()
        : bits(column, 0, from, to);
  }

  private static Validity validity(ArrowBuf bitmap) {
    return bitmap.readableBytes() == 0 ? Validity.ALL : new Validity(bitmap);
  }

  private void listViews(ColumnData column, long from, long to) throws IOException {
    int width = column.layout().width();
    long rows = to - from;
    long least = Long.MAX_VALUE;
    long end = 0;
    try (ArrowBuf offsets = read(column, 1, from * width, rows * width);
        ArrowBuf sizes = read(column, 2, from * width, rows * width);
        ArrowBuf bitmap = bitmap(column, from, to)) {
      Validity validity = validity(bitmap);
      for (long row = 0; row < rows; row++) {
        long size = IntegerScan.get(sizes, width, row);
        if (validity.isSet(row) && size > 0) {
          long offset = IntegerScan.get(offsets, width, row);
          least = Math.min(least, offset);
          end = Math.max(end, Math.addExact(offset, size));
        }
      }
      least = Math.min(least, end);
      ArrowBuf newOffsets = zeroed(rows * width);
      builder.buffer(newOffsets);
      ArrowBuf newSizes = zeroed(rows * width);
      builder.buffer(newSizes);
      for (long row = 0; row < rows; row++) {
        long size = IntegerScan.get(sizes, width, row);
        if (validity.isSet(row) && size > 0) {
          long offset = IntegerScan.get(offsets, width, row);
          IntegerScan.put(newOffsets, width, row, offset - least);
          IntegerScan.put(newSizes, width, row, size);
        }
      }
    }
    slice(column.children().get(0), least, end);
  }

  private void denseUnion(ColumnData column, long from, long to) throws IOException {
    int members = column.children().size();
    int[] positions = new int[128];
    for (int i = 0; i < members; i++) {
      positions[column.layout().typeIds()[i]] = i;
    }
    long[] least = new long[members];
    long[] end = new long[members];
    java.util.Arrays.fill(least, Long.MAX_VALUE);
    ArrowBuf types = read(column, 0, from, to - from);
    builder.buffer(types);
    try (ArrowBuf offsets = read(column, 1, 4 * from, 4 * (to - from))) {
      for (long row = 0; row < to - from; row++) {
        int member = positions[types.getByte(row)];
        int offset = offsets.getInt(4 * row);
        least[member] = Math.min(least[member], offset);
        end[member] = Math.max(end[member], offset + 1L);
      }
      ArrowBuf target = allocated(4 * (to - from));
      builder.buffer(target);
      for (long row = 0; row < to - from; row++) {
        int member = positions[types.getByte(row)];
        target.setInt(4 * row, (int) (offsets.getInt(4 * row) - least[member]));
      }
    }
    for (int i = 0; i < members; i++) {
      slice(column.children().get(i), Math.min(least[i], end[i]), end[i]);
    }
  }

  private void runs(ColumnData column, long from, long to) throws IOException {
    ColumnData ends = column.children().get(0);
    ColumnData values = column.children().get(1);
    int width = column.layout().width();
    try (ArrowBuf source = read(ends, 1, 0, ends.length() * width)) {
      long first = from == to ? 0 : runOf(source, width, ends.length(), from);
      long end = from == to ? 0 : runOf(source, width, ends.length(), to - 1) + 1;
      builder.node(end - first, 0);
      builder.buffer(allocator.getEmpty());
      ArrowBuf target = allocated((end - first) * width);
      builder.buffer(target);
      for (long run = first; run < end; run++) {
        long runEnd = Math.min(to, IntegerScan.get(source, width, run));
        IntegerScan.put(target, width, run - first, runEnd - from);
      }
      slice(values, first, end);
    }
  }

  /** The run that a row is in: the first one that ends after it. */
  private static long runOf(ArrowBuf ends, int width, long runs, long row) {
    long low = 0;
    long high = runs - 1;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (IntegerScan.get(ends, width, middle) > row) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
