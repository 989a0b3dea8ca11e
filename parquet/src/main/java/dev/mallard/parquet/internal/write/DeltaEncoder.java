package dev.mallard.parquet.internal.write;

/**
 * DELTA_BINARY_PACKED: blocks of 128 values in 4 miniblocks, as Arrow C++ and parquet-java write
 * them.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/data-pages/encodings/">Encodings</a>
 */
final class DeltaEncoder {
  private static final int BLOCK = 128;
  private static final int MINIBLOCKS = 4;
  private static final int MINIBLOCK = BLOCK / MINIBLOCKS;

  private final long[] deltas = new long[BLOCK];
  private final int[] widths = new int[MINIBLOCKS];

  /**
   * @param narrow for INT32, whose differences wrap around at 32 bits
   */
  void encode(long[] values, int from, int count, boolean narrow, ByteSink out) {
    out.putVarInt(BLOCK);
    out.putVarInt(MINIBLOCKS);
    out.putVarInt(count);
    out.putVarLong(zigZag(count == 0 ? 0 : signed(values[from], narrow)));
    for (int done = 1; done < count; done += BLOCK) {
      encodeBlock(values, from + done, Math.min(BLOCK, count - done), narrow, out);
    }
  }

  private static long signed(long value, boolean narrow) {
    return narrow ? (int) value : value;
  }

  private static long zigZag(long value) {
    return value << 1 ^ value >> 63;
  }

  private void encodeBlock(long[] values, int from, int count, boolean narrow, ByteSink out) {
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (int i = 0; i < count; i++) {
      long delta = signed(values[from + i] - values[from + i - 1], narrow);
      deltas[i] = delta;
      min = Math.min(min, delta);
      max = Math.max(max, delta);
    }
    out.putVarLong(zigZag(min));
    if (min == max) {
      out.ensure(MINIBLOCKS);
      out.putPartOfLong(0, MINIBLOCKS);
      return;
    }
    subtract(min, count, narrow);
    out.ensure(MINIBLOCKS + BLOCK * 8);
    for (int i = 0; i < MINIBLOCKS; i++) {
      widths[i] = width(i * MINIBLOCK, Math.min(count, (i + 1) * MINIBLOCK));
      out.putPartOfLong(widths[i], 1);
    }
    for (int i = 0; i * MINIBLOCK < count; i++) {
      pack(i * MINIBLOCK, widths[i], out);
    }
  }

  private void subtract(long min, int count, boolean narrow) {
    long mask = narrow ? 0xFFFF_FFFFL : -1L;
    for (int i = 0; i < count; i++) {
      deltas[i] = (deltas[i] - min) & mask;
    }
    for (int i = count; i < BLOCK; i++) {
      deltas[i] = 0;
    }
  }

  private int width(int from, int to) {
    long all = 0;
    for (int i = from; i < to; i++) {
      all |= deltas[i];
    }
    return 64 - Long.numberOfLeadingZeros(all);
  }

  private void pack(int from, int width, ByteSink out) {
    if (width == 0) {
      return;
    }
    long packed = 0;
    int bits = 0;
    for (int i = from; i < from + MINIBLOCK; i++) {
      long value = deltas[i];
      packed |= value << bits;
      bits += width;
      if (bits >= 64) {
        out.putPartOfLong(packed, 8);
        bits -= 64;
        packed = bits == 0 ? 0 : value >>> (width - bits);
      }
    }
    if (bits > 0) {
      out.putPartOfLong(packed, bits / 8);
    }
  }
}
