package dev.mallard.parquet.internal.write;

import org.apache.arrow.memory.util.MemoryUtil;

/** Reads bitmaps in memory, 64 bits at a time and never beyond their last byte. */
final class Bits {
  private Bits() {}

  /**
   * Up to 64 bits from bit {@code from} on, lowest first; higher bits are 0.
   *
   * @param end number of bits in the bitmap: bytes after it are not touched
   */
  static long word(long bitmap, long from, int count, long end) {
    long first = from >>> 3;
    long bytes = (end + 7) >>> 3;
    int shift = (int) (from & 7);
    long word;
    if (first + 9 <= bytes) {
      word = MemoryUtil.getLong(bitmap + first) >>> shift;
      if (shift != 0) {
        word |= (long) MemoryUtil.getByte(bitmap + first + 8) << (64 - shift);
      }
    } else {
      word = lastBytes(bitmap, first, bytes, shift);
    }
    return count == 64 ? word : word & ((1L << count) - 1);
  }

  private static long lastBytes(long bitmap, long first, long bytes, int shift) {
    long word = 0;
    for (long at = first; at < bytes && at < first + 9; at++) {
      long value = MemoryUtil.getByte(bitmap + at) & 0xFFL;
      int position = (int) (at - first) * 8 - shift;
      word |= position < 0 ? value >>> -position : value << position;
    }
    return word;
  }

  static boolean isSet(long bitmap, long index) {
    return (MemoryUtil.getByte(bitmap + (index >>> 3)) >>> (index & 7) & 1) != 0;
  }

  static int count(long bitmap, int from, int to, long end) {
    int total = 0;
    for (int at = from; at < to; at += 64) {
      total += Long.bitCount(word(bitmap, at, Math.min(64, to - at), end));
    }
    return total;
  }
}
