package dev.mallard.arrow;

import dev.mallard.error.MallardException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Adds one column after another, of the same layout, to a message under construction. The columns
 * must be in the normal form that {@link ColumnSlicer} gives them.
 */
final class ColumnJoiner {
  /** A column and the body that it is in. */
  record Part(ColumnData column, MessageBody body) {
    long length() {
      return column.length();
    }

    Part child(int index) {
      return new Part(column.children().get(index), body);
    }

    ArrowBuf read(int buffer, BufferAllocator allocator) throws IOException {
      return body.read(column.offset(buffer), column.size(buffer), allocator);
    }
  }

  private final BufferAllocator allocator;
  private final MessageBuilder builder;

  ColumnJoiner(BufferAllocator allocator, MessageBuilder builder) {
    this.allocator = allocator;
    this.builder = builder;
  }

  void join(List<Part> parts) throws IOException {
    ColumnLayout layout = parts.get(0).column().layout();
    long total = 0;
    long nulls = 0;
    for (Part part : parts) {
      total += part.length();
      nulls += part.column().nulls();
    }
    builder.node(total, nulls);
    if (layout.kind().hasValidity()) {
      builder.buffer(nulls == 0 ? allocator.getEmpty() : bits(parts, 0, total));
    }
    switch (layout.kind()) {
      case NULL -> {
        // Nothing but a length.
      }
      case FIXED -> builder.buffer(concatenated(parts, 1));
      case BITS -> builder.buffer(bits(parts, 1, total));
      case VARIABLE -> {
        offsets(parts, total);
        builder.buffer(concatenated(parts, 2));
      }
      case VIEW -> views(parts, total);
      case LIST -> {
        offsets(parts, total);
        joinChild(parts, 0);
      }
      case LIST_VIEW -> {
        builder.buffer(shifted(parts, 1, total, 0));
        builder.buffer(concatenated(parts, 2));
        joinChild(parts, 0);
      }
      case FIXED_SIZE_LIST -> joinChild(parts, 0);
      case STRUCT -> joinChildren(parts);
      case SPARSE_UNION -> {
        builder.buffer(concatenated(parts, 0));
        joinChildren(parts);
      }
      case DENSE_UNION -> denseUnion(parts, total);
      case RUN_END_ENCODED -> runs(parts);
    }
  }

  private void joinChildren(List<Part> parts) throws IOException {
    for (int i = 0; i < parts.get(0).column().children().size(); i++) {
      joinChild(parts, i);
    }
  }

  private void joinChild(List<Part> parts, int child) throws IOException {
    List<Part> children = new ArrayList<>(parts.size());
    for (Part part : parts) {
      children.add(part.child(child));
    }
    join(children);
  }

  private ArrowBuf zeroed(long size) {
    ArrowBuf buffer = allocator.buffer(size);
    buffer.setZero(0, size);
    buffer.writerIndex(size);
    return buffer;
  }

  private ArrowBuf concatenated(List<Part> parts, int buffer) throws IOException {
    long total = 0;
    for (Part part : parts) {
      total += part.column().size(buffer);
    }
    ArrowBuf target = zeroed(total);
    long position = 0;
    for (Part part : parts) {
      try (ArrowBuf source = part.read(buffer, allocator)) {
        target.setBytes(position, source, source.readerIndex(), source.readableBytes());
        position += source.readableBytes();
      }
    }
    return target;
  }

  /** An empty bitmap stands for bits that are all set. */
  private ArrowBuf bits(List<Part> parts, int buffer, long total) throws IOException {
    ArrowBuf target = zeroed(Bits.bytes(total));
    long position = 0;
    for (Part part : parts) {
      try (ArrowBuf source = part.read(buffer, allocator)) {
        if (source.readableBytes() == 0) {
          Bits.fill(target, position, part.length());
        } else {
          Bits.copy(source, 0, target, position, part.length());
        }
      }
      position += part.length();
    }
    return target;
  }

  private void offsets(List<Part> parts, long total) throws IOException {
    int width = parts.get(0).column().layout().width();
    ArrowBuf target = zeroed((total + 1) * width);
    builder.buffer(target);
    long row = 0;
    long base = 0;
    for (Part part : parts) {
      if (part.length() == 0) {
        continue;
      }
      try (ArrowBuf source = part.read(1, allocator)) {
        Offsets.addTo(source, target, row, width, part.length() + 1, base);
        base += IntegerScan.get(source, width, part.length());
      }
      checkFits(base, width, part.column());
      row += part.length();
    }
  }

  private static void checkFits(long value, int width, ColumnData column) {
    long most = width == 8 ? Long.MAX_VALUE : (1L << (8 * width - 1)) - 1;
    if (value > most) {
      throw MallardException.invalid(
          "column '%s': its dictionary becomes too large for %d-bit offsets; use a wider type"
              .formatted(column.layout().path(), 8 * width));
    }
  }

  /** Offsets into the one child, each part's moved behind the ones before. */
  private ArrowBuf shifted(List<Part> parts, int buffer, long total, int child) throws IOException {
    int width = parts.get(0).column().layout().width();
    ArrowBuf target = zeroed(total * width);
    long row = 0;
    long base = 0;
    for (Part part : parts) {
      try (ArrowBuf source = part.read(buffer, allocator)) {
        Offsets.addTo(source, target, row, width, part.length(), base);
      }
      row += part.length();
      base += part.child(child).length();
    }
    return target;
  }

  private void views(List<Part> parts, long total) throws IOException {
    ArrowBuf target = zeroed(16 * total);
    builder.buffer(target);
    long row = 0;
    int buffers = 0;
    for (Part part : parts) {
      try (ArrowBuf views = part.read(1, allocator)) {
        target.setBytes(16 * row, views, 0, 16 * part.length());
        for (long i = 0; i < part.length(); i++) {
          // Views of nulls are zero in normal form.
          if (views.getInt(16 * i) > 12) {
            target.setInt(16 * (row + i) + 8, views.getInt(16 * i + 8) + buffers);
          }
        }
      }
      row += part.length();
      for (int i = 0; i < part.column().dataBuffers(); i++) {
        builder.buffer(part.read(2 + i, allocator));
      }
      buffers += part.column().dataBuffers();
    }
    builder.variadicCount(buffers);
  }

  private void denseUnion(List<Part> parts, long total) throws IOException {
    ColumnLayout layout = parts.get(0).column().layout();
    int[] positions = new int[128];
    for (int i = 0; i < layout.typeIds().length; i++) {
      positions[layout.typeIds()[i]] = i;
    }
    long[] bases = new long[layout.children().size()];
    ArrowBuf types = concatenated(parts, 0);
    builder.buffer(types);
    ArrowBuf target = zeroed(4 * total);
    builder.buffer(target);
    long row = 0;
    for (Part part : parts) {
      try (ArrowBuf offsets = part.read(1, allocator)) {
        for (long i = 0; i < part.length(); i++, row++) {
          long moved = offsets.getInt(4 * i) + bases[positions[types.getByte(row)]];
          target.setInt(4 * row, (int) moved);
        }
      }
      for (int i = 0; i < bases.length; i++) {
        bases[i] += part.child(i).length();
        checkFits(bases[i], 4, part.column());
      }
    }
    joinChildren(parts);
  }

  private void runs(List<Part> parts) throws IOException {
    int width = parts.get(0).column().layout().width();
    long total = 0;
    for (Part part : parts) {
      total += part.child(0).length();
    }
    builder.node(total, 0);
    builder.buffer(allocator.getEmpty());
    ArrowBuf target = zeroed(total * width);
    builder.buffer(target);
    long run = 0;
    long base = 0;
    for (Part part : parts) {
      try (ArrowBuf ends = part.child(0).read(1, allocator)) {
        for (long i = 0; i < part.child(0).length(); i++, run++) {
          IntegerScan.put(target, width, run, IntegerScan.get(ends, width, i) + base);
        }
      }
      base += part.length();
      checkFits(base, width, part.column());
    }
    joinChild(parts, 1);
  }
}
