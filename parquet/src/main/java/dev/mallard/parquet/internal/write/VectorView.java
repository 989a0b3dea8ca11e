package dev.mallard.parquet.internal.write;

import org.apache.arrow.memory.util.MemoryUtil;
import org.jspecify.annotations.Nullable;

/**
 * Where the parts of one Arrow vector lie in memory. Buffers were found large enough for {@code
 * count} values when the view was made; offsets, codes and views that stand IN the buffers are
 * checked where they are followed. The memory is kept by the {@link RetainedBatch}.
 *
 * @param validity address of the bitmap, or 0 if every value is there
 * @param allNull a vector of the null type
 * @param data values, indices, or 16-byte views
 * @param dataBytes size of {@code data}
 * @param offsets address of list or binary offsets, or 0
 * @param dictionary what the values are indices into, or null
 * @param blocks variadic buffers of a view vector
 */
record VectorView(
    int count,
    long validity,
    boolean allNull,
    long data,
    long dataBytes,
    long offsets,
    OffsetKind offsetKind,
    int fixedSize,
    VectorView[] children,
    @Nullable Codes codes,
    @Nullable VectorView dictionary,
    Block[] blocks) {

  static final VectorView[] NO_CHILDREN = {};
  static final Block[] NO_BLOCKS = {};

  enum OffsetKind {
    NONE,
    INT,
    LONG,
    /** Every list has {@code fixedSize} elements. */
    FIXED
  }

  /** Form of dictionary indices. */
  record Codes(int width, boolean signed) {}

  /** One buffer of a view vector. */
  record Block(long address, long size) {}

  /** First element of value {@code index}, or end of value {@code index - 1}. */
  long offset(int index) {
    return switch (offsetKind) {
      case INT -> MemoryUtil.getInt(offsets + index * 4L);
      case LONG -> MemoryUtil.getLong(offsets + index * 8L);
      case FIXED -> (long) index * fixedSize;
      case NONE -> index;
    };
  }

  /** The dictionary index at {@code index}, not checked against the dictionary. */
  long code(int index, Codes form) {
    return switch (form.width()) {
      case 1 -> {
        byte code = MemoryUtil.getByte(data + index);
        yield form.signed() ? code : code & 0xFF;
      }
      case 2 -> {
        short code = MemoryUtil.getShort(data + index * 2L);
        yield form.signed() ? code : code & 0xFFFF;
      }
      case 4 -> {
        int code = MemoryUtil.getInt(data + index * 4L);
        yield form.signed() ? code : code & 0xFFFF_FFFFL;
      }
      default -> MemoryUtil.getLong(data + index * 8L);
    };
  }
}
