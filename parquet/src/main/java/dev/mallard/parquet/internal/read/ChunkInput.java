package dev.mallard.parquet.internal.read;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The bytes of one column chunk, read in order through a window: never the whole chunk, never past
 * its end.
 */
final class ChunkInput {
  /** Reads are cut so that the JDK's hidden copy through native memory stays small. */
  private static final int MAX_READ = 1 << 20;

  private final FileChannel file;
  private final int readAhead;
  private final HeapBudget heap;
  private long filePosition;
  private long unread;

  private byte[] window = new byte[Bytes.SLACK];
  private int from;
  private int to;

  ChunkInput(FileChannel file, int readAhead, HeapBudget heap) {
    this.heap = heap;
    this.file = file;
    this.readAhead = readAhead;
  }

  void open(long start, long length) {
    filePosition = start;
    unread = length;
    from = 0;
    to = 0;
  }

  /** Bytes of the chunk that have not been consumed. */
  long remaining() {
    return unread + (to - from);
  }

  byte[] window() {
    return window;
  }

  /** Where in the window the next byte is. */
  int position() {
    return from;
  }

  int available() {
    return to - from;
  }

  void consume(int count) {
    from += count;
  }

  /**
   * Makes {@code count} bytes available in the window, or all that are left if they are fewer; what
   * was consumed before is gone.
   */
  void fill(int count) throws IOException {
    if (to - from >= count || unread == 0) {
      return;
    }
    int wanted = (int) Math.min(Math.max(count, readAhead), remaining());
    byte[] target = heap.atLeast(window, wanted);
    System.arraycopy(window, from, target, 0, to - from);
    window = target;
    to -= from;
    from = 0;
    readUpTo(wanted);
  }

  private void readUpTo(int wanted) throws IOException {
    while (to < wanted) {
      int step = Math.min(wanted - to, MAX_READ);
      int read = file.read(ByteBuffer.wrap(window, to, step), filePosition);
      if (read <= 0) {
        throw new CorruptPageException("the file ends within a column");
      }
      to += read;
      filePosition += read;
      unread -= read;
    }
  }
}
