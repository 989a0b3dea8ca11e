package dev.mallard.parquet.internal.read;

import java.util.Arrays;

/**
 * PLAIN values one by one, as slices of bytes in Arrow's form: for dictionaries, where values are
 * looked up and not laid out.
 */
final class PlainValues {
  private final ColumnType type;
  private byte[] bytes = new byte[Bytes.SLACK];
  private int[] starts = new int[0];
  private int[] lengths = new int[0];

  /**
   * @param type after transcoding
   */
  PlainValues(ColumnType type) {
    this.type = type;
  }

  byte[] bytes() {
    return bytes;
  }

  int start(int i) {
    return starts[i];
  }

  int length(int i) {
    return lengths[i];
  }

  /** How many values a section of a page holds at most. */
  int countIn(byte[] source, int from, int to) {
    if (type instanceof ColumnType.Fixed fixed) {
      return (to - from) / fixed.physicalWidth();
    }
    int count = 0;
    for (int at = from; to - at >= 4; count++) {
      int length = Bytes.getInt(source, at);
      if (length < 0 || length > to - at - 4) {
        throw new CorruptPageException("a value of " + length + " bytes");
      }
      at += 4 + length;
    }
    return count;
  }

  /**
   * Loads values; they are good until the next call or until {@code source} changes.
   *
   * @param bit of booleans: the first one's place in {@code source}
   * @return where the value after the last one begins (not for booleans)
   */
  int load(byte[] source, int from, int to, long bit, int count) {
    if (count > mostIn(to - from)) {
      throw ValueSink.tooFew();
    }
    if (starts.length < count) {
      starts = new int[count];
      lengths = new int[count];
    }
    if (type instanceof ColumnType.Fixed fixed) {
      return loadFixed(fixed, source, from, count);
    }
    if (type instanceof ColumnType.Bool) {
      loadBits(source, to, bit, count);
      return from;
    }
    return loadVariable(source, from, to, count);
  }

  private long mostIn(int length) {
    if (type instanceof ColumnType.Fixed fixed) {
      return length / fixed.physicalWidth();
    }
    return type instanceof ColumnType.Bool ? length * 8L : length / 4;
  }

  private int loadFixed(ColumnType.Fixed fixed, byte[] source, int from, int count) {
    FixedConversion conversion = fixed.conversion();
    int base = from;
    bytes = source;
    if (conversion != null) {
      long size = (long) count * fixed.arrowWidth();
      if (size > PageReader.MAX_PAGE_BYTES) {
        throw new CorruptPageException("a page of " + count + " values");
      }
      bytes = new byte[(int) size + Bytes.SLACK];
      base = 0;
      conversion.convert(source, from, bytes, 0, count);
    }
    Arrays.fill(lengths, 0, count, fixed.arrowWidth());
    for (int i = 0; i < count; i++) {
      starts[i] = base + i * fixed.arrowWidth();
    }
    return from + count * fixed.physicalWidth();
  }

  private void loadBits(byte[] source, int to, long bit, int count) {
    if (bit + count > to * 8L) {
      throw ValueSink.tooFew();
    }
    bytes = new byte[count + Bytes.SLACK];
    for (int i = 0; i < count; i++) {
      long at = bit + i;
      bytes[i] = (byte) (source[(int) (at >>> 3)] >>> (at & 7) & 1);
      starts[i] = i;
      lengths[i] = 1;
    }
  }

  private int loadVariable(byte[] source, int from, int to, int count) {
    bytes = source;
    int at = from;
    for (int i = 0; i < count; i++) {
      int length = to - at < 4 ? -1 : Bytes.getInt(source, at);
      if (length < 0 || length > to - at - 4) {
        throw new CorruptPageException("a value of " + length + " bytes");
      }
      starts[i] = at + 4;
      lengths[i] = length;
      at += 4 + length;
    }
    return at;
  }
}
