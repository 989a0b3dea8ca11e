package dev.mallard.parquet.internal.write;

import org.apache.arrow.memory.util.MemoryUtil;

/** Makes FIXED_LEN_BYTE_ARRAY values of what lies in Arrow memory. */
final class FixedBytesGather {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long MAX_UINT32 = 0xFFFF_FFFFL;

  private FixedBytesGather() {}

  /** Appends the selected values to {@code out}. */
  static void gather(WriterColumn column, LeafSelection selection, OffHeapBuffer out) {
    int length = column.type().length();
    long bytes = (long) selection.count * length;
    if (bytes == 0) {
      return;
    }
    long target = out.reserve(bytes);
    switch (column.type().source()) {
      case FIXED_BYTES -> copy(selection, length, target);
      case DECIMAL -> decimals(column, selection, length, target);
      default -> intervals(column, selection, target);
    }
    out.advance(bytes);
  }

  private static void copy(LeafSelection selection, int length, long target) {
    long data = selection.leaf.data();
    int count = selection.count;
    if (selection.contiguous) {
      MemoryUtil.copyMemory(data + (long) selection.first * length, target, (long) count * length);
      return;
    }
    for (int i = 0; i < count; i++) {
      MemoryUtil.copyMemory(
          data + (long) selection.positions[i] * length, target + (long) i * length, length);
    }
  }

  /** From little-endian, padded by its sign, to big-endian of the least length. */
  private static void decimals(
      WriterColumn column, LeafSelection selection, int length, long target) {
    int width = column.type().sourceWidth();
    long data = selection.leaf.data();
    for (int i = 0; i < selection.count; i++) {
      long value = data + (long) selection.position(i) * width;
      long end = target + (long) (i + 1) * length;
      for (int b = 0; b < length; b++) {
        MemoryUtil.putByte(end - 1 - b, MemoryUtil.getByte(value + b));
      }
      byte sign = (byte) (MemoryUtil.getByte(value + length - 1) >> 7);
      for (int b = length; b < width; b++) {
        if (MemoryUtil.getByte(value + b) != sign) {
          throw LongGather.refused(column, "has a decimal with more digits than its type says");
        }
      }
    }
  }

  private static void intervals(WriterColumn column, LeafSelection selection, long target) {
    int width = column.type().sourceWidth();
    long data = selection.leaf.data();
    for (int i = 0; i < selection.count; i++) {
      long value = data + (long) selection.position(i) * width;
      long out = target + i * 12L;
      switch (column.type().source()) {
        case INTERVAL_MONTHS -> put(column, out, MemoryUtil.getInt(value), 0, 0);
        case INTERVAL_DAY_TIME ->
            put(column, out, 0, MemoryUtil.getInt(value), MemoryUtil.getInt(value + 4));
        default -> monthDayNano(column, value, out);
      }
    }
  }

  private static void monthDayNano(WriterColumn column, long value, long out) {
    long nanos = MemoryUtil.getLong(value + 8);
    if (nanos % NANOS_PER_MILLI != 0) {
      throw LongGather.refused(
          column, "has an interval finer than a millisecond, which Parquet cannot hold");
    }
    put(
        column,
        out,
        MemoryUtil.getInt(value),
        MemoryUtil.getInt(value + 4),
        nanos / NANOS_PER_MILLI);
  }

  private static void put(WriterColumn column, long out, int months, int days, long millis) {
    if (months < 0 || days < 0 || millis < 0 || millis > MAX_UINT32) {
      throw LongGather.refused(
          column, "has an interval that is negative or too long, which Parquet cannot hold");
    }
    MemoryUtil.putInt(out, months);
    MemoryUtil.putInt(out + 4, days);
    MemoryUtil.putInt(out + 8, (int) millis);
  }
}
