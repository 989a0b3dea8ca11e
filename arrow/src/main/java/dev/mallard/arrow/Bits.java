package dev.mallard.arrow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.memory.ArrowBuf;

/** Bitmaps: least significant bit first. */
final class Bits {
  /** Below what a ByteBuffer can address, and a multiple of every width. */
  static final int VIEW_BYTES = 1 << 30;

  private Bits() {}

  static long bytes(long bits) {
    return (bits + 7) >>> 3;
  }

  static boolean get(ArrowBuf bitmap, long index) {
    return (bitmap.getByte(index >>> 3) >>> (index & 7) & 1) == 1;
  }

  /** Bits that are set among the first {@code length}. */
  static long count(ArrowBuf bitmap, long length) {
    long count = 0;
    long fullBytes = length >>> 3;
    for (long start = 0; start < fullBytes; start += VIEW_BYTES) {
      count += countBytes(view(bitmap, start, Math.min(VIEW_BYTES, fullBytes - start)));
    }
    int rest = (int) (length & 7);
    if (rest > 0) {
      count += Integer.bitCount(bitmap.getByte(fullBytes) & ((1 << rest) - 1));
    }
    return count;
  }

  private static long countBytes(ByteBuffer bytes) {
    long count = 0;
    int i = 0;
    for (int words = bytes.limit() - 7; i < words; i += 8) {
      count += Long.bitCount(bytes.getLong(i));
    }
    for (; i < bytes.limit(); i++) {
      count += Integer.bitCount(bytes.get(i) & 0xff);
    }
    return count;
  }

  /** Copies {@code length} bits to {@code target}, which must be zero from there on. */
  static void copy(ArrowBuf source, long from, ArrowBuf target, long to, long length) {
    if (((from | to) & 7) == 0) {
      target.setBytes(to >>> 3, source, from >>> 3, length >>> 3);
      long done = length & ~7L;
      copySlowly(source, from + done, target, to + done, length - done);
      return;
    }
    // Up to a whole byte of the target, then byte by byte, then the rest.
    long head = Math.min(length, (8 - (to & 7)) & 7);
    copySlowly(source, from, target, to, head);
    long at = head;
    int shift = (int) ((from + at) & 7);
    for (; at + 8 <= length; at += 8) {
      long index = (from + at) >>> 3;
      int low = (source.getByte(index) & 0xff) >>> shift;
      int high = shift == 0 ? 0 : (source.getByte(index + 1) & 0xff) << (8 - shift);
      target.setByte((to + at) >>> 3, (byte) (low | high));
    }
    copySlowly(source, from + at, target, to + at, length - at);
  }

  private static void copySlowly(
      ArrowBuf source, long from, ArrowBuf target, long to, long length) {
    for (long i = 0; i < length; i++) {
      if (get(source, from + i)) {
        set(target, to + i);
      }
    }
  }

  static void set(ArrowBuf target, long index) {
    long at = index >>> 3;
    target.setByte(at, (byte) (target.getByte(at) | 1 << (index & 7)));
  }

  /** Sets {@code length} bits of a target that is zero there. */
  static void fill(ArrowBuf target, long to, long length) {
    long i = 0;
    for (; i < length && ((to + i) & 7) != 0; i++) {
      set(target, to + i);
    }
    long full = (length - i) >>> 3;
    target.setOne((to + i) >>> 3, full);
    for (i += 8 * full; i < length; i++) {
      set(target, to + i);
    }
  }

  /** A little-endian view of part of a buffer that is not longer than {@link #VIEW_BYTES}. */
  static ByteBuffer view(ArrowBuf buffer, long start, long length) {
    return buffer.nioBuffer(start, Math.toIntExact(length)).slice().order(ByteOrder.LITTLE_ENDIAN);
  }
}
