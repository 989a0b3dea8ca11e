package dev.mallard.parquet.internal.write;

/**
 * The RLE / bit-packing hybrid of levels and dictionary indices.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/data-pages/encodings/">Encodings</a>
 */
final class RleEncoder {
  private static final int GROUP = 8;

  private RleEncoder() {}

  /** Bits that hold every number from 0 to {@code max}; at least 1. */
  static int bitWidth(int max) {
    return Math.max(1, 32 - Integer.numberOfLeadingZeros(max));
  }

  static void encodeLevels(byte[] levels, int count, int width, ByteSink out) {
    int at = 0;
    int literals = 0;
    while (at < count) {
      int end = at + 1;
      if (at + GROUP <= count) {
        byte first = levels[at];
        while (end < count && levels[end] == first) {
          end++;
        }
      }
      if (end - at >= shortestRun(width)) {
        packLevels(levels, literals, at, width, out);
        writeRun(levels[at], end - at, width, out);
        at = end;
        literals = end;
      } else {
        at += GROUP;
      }
    }
    packLevels(levels, literals, count, width, out);
  }

  private static void packLevels(byte[] levels, int from, int to, int width, ByteSink out) {
    if (from == to) {
      return;
    }
    int groups = beginLiterals(from, to, width, out);
    for (int group = 0; group < groups; group++) {
      int base = from + group * GROUP;
      long packed = 0;
      for (int i = Math.min(GROUP, to - base) - 1; i >= 0; i--) {
        packed = packed << width | levels[base + i];
      }
      out.putPartOfLong(packed, width);
    }
  }

  static void encode(int[] values, int count, int width, ByteSink out) {
    int at = 0;
    int literals = 0;
    int shortest = shortestRun(width);
    while (at + GROUP <= count) {
      int end = at + 1;
      int first = values[at];
      while (end < count && values[end] == first) {
        end++;
      }
      if (end - at >= shortest) {
        pack(values, literals, at, width, out);
        writeRun(first, end - at, width, out);
        at = end;
        literals = end;
      } else {
        at += GROUP;
      }
    }
    pack(values, literals, count, width, out);
  }

  /** A run interrupts the literals, which costs two headers: with few bits it must be longer. */
  private static int shortestRun(int width) {
    return width <= 2 ? 32 : width <= 4 ? 16 : GROUP;
  }

  static void writeRun(int value, int length, int width, ByteSink out) {
    out.putVarInt(length << 1);
    out.ensure(4);
    out.putPartOfLong(value, (width + 7) / 8);
  }

  private static int beginLiterals(int from, int to, int width, ByteSink out) {
    int groups = (to - from + GROUP - 1) / GROUP;
    out.putVarInt(groups << 1 | 1);
    out.ensure((long) groups * width);
    return groups;
  }

  private static void pack(int[] values, int from, int to, int width, ByteSink out) {
    if (from == to) {
      return;
    }
    int groups = beginLiterals(from, to, width, out);
    int end = out.size() + groups * width;
    long packed = 0;
    int bits = 0;
    for (int i = from; i < to; i++) {
      long value = values[i];
      packed |= value << bits;
      bits += width;
      if (bits >= 64) {
        out.putPartOfLong(packed, 8);
        bits -= 64;
        packed = bits == 0 ? 0 : value >>> (width - bits);
      }
    }
    while (out.size() < end) {
      out.putPartOfLong(packed, Math.min(8, end - out.size()));
      packed = 0;
    }
  }
}
