package dev.mallard.parquet.internal.read;

import java.util.Arrays;
import org.apache.parquet.format.Encoding;

/**
 * Rewrites a page of one of the rarer encodings as PLAIN, so that the rest of the reader knows only
 * PLAIN and dictionary indices. The result is valid until the next call.
 */
final class PageTranscoder {
  private final int width;
  private final HeapBudget heap;
  private byte[] out = new byte[Bytes.SLACK];
  private int length;
  private int position;

  /**
   * @param width bytes a value, or 0 for BYTE_ARRAY
   */
  PageTranscoder(int width, HeapBudget heap) {
    this.heap = heap;
    this.width = width;
  }

  HeapBudget heap() {
    return heap;
  }

  byte[] bytes() {
    return out;
  }

  int length() {
    return length;
  }

  void toPlain(Encoding encoding, byte[] in, int from, int to) {
    length = 0;
    if (from == to) {
      return;
    }
    switch (encoding) {
      case DELTA_BINARY_PACKED -> deltaBinaryPacked(in, from, to);
      case DELTA_LENGTH_BYTE_ARRAY -> deltaLength(in, from, to);
      case DELTA_BYTE_ARRAY -> deltaByteArray(in, from, to);
      case BYTE_STREAM_SPLIT -> byteStreamSplit(in, from, to);
      default -> throw new CorruptPageException("the encoding " + encoding + " in this column");
    }
  }

  /** BYTE_ARRAY decimals as PLAIN little-endian numbers of {@code arrowWidth} bytes. */
  void decimalsToFixed(byte[] in, int from, int to, int arrowWidth) {
    byte[] source = in == out ? Arrays.copyOfRange(in, from, to) : in;
    int at = in == out ? 0 : from;
    int end = in == out ? to - from : to;
    length = 0;
    while (at < end) {
      int size = end - at < 4 ? -1 : Bytes.getInt(source, at);
      if (size < 0 || size > end - at - 4) {
        throw new CorruptPageException("a value of " + size + " bytes");
      }
      reserve(arrowWidth);
      FixedConversions.fromBigEndian(source, at + 4, size, out, length, arrowWidth);
      length += arrowWidth;
      at += 4 + size;
    }
  }

  private void byteStreamSplit(byte[] in, int from, int to) {
    int size = to - from;
    if (width == 0 || size % width != 0) {
      throw new CorruptPageException("split streams of " + size + " bytes");
    }
    reserve(size);
    int count = size / width;
    for (int stream = 0; stream < width; stream++) {
      int source = from + stream * count;
      for (int i = 0, target = stream; i < count; i++, target += width) {
        out[target] = in[source + i];
      }
    }
    length = size;
  }

  private void deltaBinaryPacked(byte[] in, int from, int to) {
    if (width != 4 && width != 8) {
      throw new CorruptPageException("delta-packed integers in a column of another type");
    }
    DeltaBinaryPackedDecoder decoder = new DeltaBinaryPackedDecoder(in, from, to);
    int count = decoder.count();
    reserve((long) count * width);
    for (int i = 0; i < count; i++, length += width) {
      if (width == 4) {
        Bytes.putInt(out, length, (int) decoder.next());
      } else {
        Bytes.putLong(out, length, decoder.next());
      }
    }
  }

  /**
   * The lengths of a page in DELTA_LENGTH_BYTE_ARRAY, as they stand there; the bytes begin at
   * {@link #position}.
   */
  int[] byteArrayLengths(byte[] in, int from, int to) {
    checkByteArray();
    return lengths(in, from, to);
  }

  int position() {
    return position;
  }

  private void deltaLength(byte[] in, int from, int to) {
    int[] sizes = byteArrayLengths(in, from, to);
    int at = position;
    for (int size : sizes) {
      if (size < 0 || size > to - at) {
        throw new CorruptPageException("a value of " + size + " bytes");
      }
      append(in, at, size);
      at += size;
    }
  }

  private void deltaByteArray(byte[] in, int from, int to) {
    int[] prefixes = lengths(in, from, to);
    int[] suffixes = lengths(in, position, to);
    if (prefixes.length != suffixes.length) {
      throw new CorruptPageException("prefixes and suffixes that do not match");
    }
    int at = position;
    int previous = 0;
    int previousSize = 0;
    for (int i = 0; i < prefixes.length; i++) {
      int prefix = prefixes[i];
      int suffix = suffixes[i];
      if (prefix < 0 || prefix > previousSize || suffix < 0 || suffix > to - at) {
        throw new CorruptPageException("a value of " + prefix + " and " + suffix + " bytes");
      }
      int size = Math.addExact(prefix, suffix);
      if (width != 0 && size != width) {
        throw new CorruptPageException("a value of " + size + " bytes (expected: " + width + ")");
      }
      reserve(4L + size);
      if (width == 0) {
        Bytes.putInt(out, length, size);
        length += 4;
      }
      System.arraycopy(out, previous, out, length, prefix);
      System.arraycopy(in, at, out, length + prefix, suffix);
      previous = length;
      previousSize = size;
      length += size;
      at += suffix;
    }
  }

  private void checkByteArray() {
    if (width != 0) {
      throw new CorruptPageException("byte arrays in a column of fixed width");
    }
  }

  private int[] lengths(byte[] in, int from, int to) {
    DeltaBinaryPackedDecoder decoder = new DeltaBinaryPackedDecoder(in, from, to);
    if (decoder.count() > PageReader.MAX_PAGE_BYTES / 4) {
      throw new CorruptPageException("a page of " + decoder.count() + " values");
    }
    int[] lengths = new int[decoder.count()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = (int) decoder.next();
    }
    position = decoder.end();
    return lengths;
  }

  private void append(byte[] in, int at, int size) {
    reserve(4L + size);
    Bytes.putInt(out, length, size);
    System.arraycopy(in, at, out, length + 4, size);
    length += 4 + size;
  }

  private void reserve(long more) {
    long needed = length + more + Bytes.SLACK;
    if (needed > PageReader.MAX_PAGE_BYTES) {
      throw new CorruptPageException("a page that unpacks to " + needed + " bytes");
    }
    out = heap.grown(out, needed);
  }
}
