package dev.mallard.parquet.internal.write;

import org.apache.arrow.memory.util.MemoryUtil;

/**
 * BYTE_STREAM_SPLIT of 8-byte values: all their first bytes, then all second bytes, and so on.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/data-pages/encodings/">Encodings</a>
 */
final class ByteStreamSplit {
  private static final int WIDTH = 8;

  private ByteStreamSplit() {}

  static void write(long[] values, int count, OffHeapBuffer page) {
    long out = page.reserve((long) count * WIDTH);
    long[] block = new long[WIDTH];
    int whole = count & -WIDTH;
    for (int i = 0; i < whole; i += WIDTH) {
      System.arraycopy(values, i, block, 0, WIDTH);
      transpose(block);
      for (int stream = 0; stream < WIDTH; stream++) {
        MemoryUtil.putLong(out + (long) stream * count + i, block[stream]);
      }
    }
    for (int i = whole; i < count; i++) {
      for (int stream = 0; stream < WIDTH; stream++) {
        MemoryUtil.putByte(
            out + (long) stream * count + i, (byte) (values[i] >>> stream * Byte.SIZE));
      }
    }
    page.advance((long) count * WIDTH);
  }

  /** Transposes 8 by 8 bytes: swaps quarters, then pairs in them, then single bytes. */
  private static void transpose(long[] rows) {
    swap(rows, 4, 32, 0x0000_0000_FFFF_FFFFL);
    swap(rows, 2, 16, 0x0000_FFFF_0000_FFFFL);
    swap(rows, 1, 8, 0x00FF_00FF_00FF_00FFL);
  }

  private static void swap(long[] rows, int distance, int shift, long mask) {
    for (int i = 0; i < WIDTH; i++) {
      if ((i & distance) == 0) {
        long upper = rows[i];
        long lower = rows[i + distance];
        long moved = (upper >>> shift ^ lower) & mask;
        rows[i] = upper ^ moved << shift;
        rows[i + distance] = lower ^ moved;
      }
    }
  }
}
