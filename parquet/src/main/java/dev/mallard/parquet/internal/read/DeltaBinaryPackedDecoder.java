package dev.mallard.parquet.internal.read;

/**
 * DELTA_BINARY_PACKED: blocks of miniblocks of bit-packed differences. The array must have {@link
 * Bytes#SLACK} bytes behind its contents.
 */
final class DeltaBinaryPackedDecoder {
  private static final int MAX_MINIBLOCKS = 1 << 12;

  private final byte[] in;
  private final int to;
  private int at;

  private final int valuesPerMiniblock;
  private final int miniblocks;
  private final int count;
  private int produced;
  private long last;

  private long minDelta;
  private final byte[] widths;
  private int miniblock;
  private int leftInMiniblock;
  private long bit;

  DeltaBinaryPackedDecoder(byte[] in, int from, int to) {
    this.in = in;
    this.at = from;
    this.to = to;
    long blockSize = readVarLong();
    long miniblockCount = readVarLong();
    long total = readVarLong();
    this.last = readZigZag();
    boolean sane =
        miniblockCount > 0
            && miniblockCount <= MAX_MINIBLOCKS
            && blockSize > 0
            && blockSize <= 1 << 24
            && blockSize % miniblockCount == 0
            && blockSize / miniblockCount % 8 == 0
            && total >= 0
            && total <= Integer.MAX_VALUE;
    if (!sane) {
      throw new CorruptPageException(
          total + " values in blocks of " + blockSize + " in " + miniblockCount + " parts");
    }
    this.miniblocks = (int) miniblockCount;
    this.valuesPerMiniblock = (int) (blockSize / miniblockCount);
    this.count = (int) total;
    this.widths = new byte[miniblocks];
    this.miniblock = miniblocks;
  }

  int count() {
    return count;
  }

  long next() {
    if (produced++ == 0) {
      return last;
    }
    if (leftInMiniblock == 0) {
      nextMiniblock();
    }
    int width = widths[miniblock];
    last += minDelta + unpack(width);
    bit += width;
    leftInMiniblock--;
    return last;
  }

  /** Where the encoded values end, once all have been taken. */
  int end() {
    return at;
  }

  private long unpack(int width) {
    if (width == 0) {
      return 0;
    }
    int index = (int) (bit >>> 3);
    int shift = (int) (bit & 7);
    long value = Bytes.getLong(in, index) >>> shift;
    if (shift + width > 64) {
      value |= (in[index + 8] & 0xFFL) << (64 - shift);
    }
    return width == 64 ? value : value & ((1L << width) - 1);
  }

  private void nextMiniblock() {
    if (++miniblock >= miniblocks) {
      nextBlock();
    }
    int width = widths[miniblock];
    long size = (long) width * valuesPerMiniblock / 8;
    // The last miniblock may be cut after the last value that counts.
    long needed = ((long) width * Math.min(valuesPerMiniblock, count - produced + 1) + 7) / 8;
    if (width < 0 || width > 64 || needed > to - at) {
      throw new CorruptPageException("differences of " + width + " bits behind the page's end");
    }
    leftInMiniblock = valuesPerMiniblock;
    bit = at * 8L;
    at += (int) Math.min(size, to - at);
  }

  private void nextBlock() {
    minDelta = readZigZag();
    if (miniblocks > to - at) {
      throw new CorruptPageException("bit widths behind the page's end");
    }
    System.arraycopy(in, at, widths, 0, miniblocks);
    at += miniblocks;
    miniblock = 0;
  }

  private long readZigZag() {
    long value = readVarLong();
    return (value >>> 1) ^ -(value & 1);
  }

  private long readVarLong() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (at >= to) {
        throw new CorruptPageException("a delta-packed page that is cut short");
      }
      byte next = in[at++];
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new CorruptPageException("a number of more than 64 bits");
  }
}
