package dev.mallard.parquet.internal.read;

import java.util.Arrays;

/** Appends bits to a growing bitmap, least significant bit first as Arrow and Parquet have them. */
final class BitmapWriter {
  private byte[] bits = new byte[1024];
  private int length;
  private int ones;

  void clear() {
    Arrays.fill(bits, 0, byteLength(), (byte) 0);
    length = 0;
    ones = 0;
  }

  int length() {
    return length;
  }

  int ones() {
    return ones;
  }

  int zeros() {
    return length - ones;
  }

  int byteLength() {
    return (length + 7) >>> 3;
  }

  /** The bitmap; bits behind {@link #length()} are 0, and at least 8 bytes may be read there. */
  byte[] bytes() {
    return bits;
  }

  boolean get(int at) {
    return (bits[at >>> 3] >>> (at & 7) & 1) != 0;
  }

  void append(boolean bit) {
    reserve(1);
    if (bit) {
      bits[length >>> 3] |= (byte) (1 << (length & 7));
      ones++;
    }
    length++;
  }

  void appendRun(boolean bit, int count) {
    reserve(count);
    if (bit) {
      setOnes(count);
      ones += count;
    }
    length += count;
  }

  private void setOnes(int count) {
    int at = length;
    int end = length + count;
    while (at < end && (at & 7) != 0) {
      bits[at >>> 3] |= (byte) (1 << (at & 7));
      at++;
    }
    int wholeBytes = (end - at) >>> 3;
    Arrays.fill(bits, at >>> 3, (at >>> 3) + wholeBytes, (byte) 0xFF);
    at += wholeBytes * 8;
    while (at < end) {
      bits[at >>> 3] |= (byte) (1 << (at & 7));
      at++;
    }
  }

  /**
   * Appends bits of an array that has {@link Bytes#SLACK} bytes behind its contents; that the
   * contents hold these bits is the caller's business.
   */
  void appendBits(byte[] source, long fromBit, int count) {
    reserve(count);
    int done = 0;
    while (done < count) {
      long from = fromBit + done;
      int step = Math.min(56, count - done);
      long word = Bytes.getLong(source, (int) (from >>> 3)) >>> (from & 7);
      word &= -1L >>> (64 - step);
      int at = length >>> 3;
      int shift = length & 7;
      Bytes.putLong(bits, at, Bytes.getLong(bits, at) | word << shift);
      if (shift + step > 64) {
        bits[at + 8] |= (byte) (word >>> (64 - shift));
      }
      ones += Long.bitCount(word);
      length += step;
      done += step;
    }
  }

  private void reserve(int count) {
    long needed = (((long) length + count + 7) >>> 3) + Bytes.SLACK;
    if (needed > bits.length) {
      bits = Arrays.copyOf(bits, (int) Math.min(1 << 30, Math.max(needed, bits.length * 2L)));
    }
  }
}
