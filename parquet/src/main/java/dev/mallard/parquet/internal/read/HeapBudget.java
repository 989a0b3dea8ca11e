package dev.mallard.parquet.internal.read;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one reader may keep on the heap for pages, levels and dictionaries of all its columns: a few
 * bytes of a hostile file can claim to unpack to gigabytes, and many columns at once would exhaust
 * the heap even if no single one may. Arrays only grow and are kept, so nothing is given back.
 */
final class HeapBudget {
  private final AtomicLong left;
  private final long limit;

  HeapBudget() {
    this(Math.max(128L << 20, Runtime.getRuntime().maxMemory() / 3));
  }

  HeapBudget(long limit) {
    this.limit = limit;
    this.left = new AtomicLong(limit);
  }

  /**
   * Asks for room before it is allocated.
   *
   * @throws MallardException RESOURCE_EXHAUSTED
   */
  void take(long bytes) {
    if (bytes > 0 && left.addAndGet(-bytes) < 0) {
      left.addAndGet(bytes);
      throw new MallardException(
          ErrorCode.RESOURCE_EXHAUSTED,
          "reading the Parquet file takes more than "
              + (limit >> 20)
              + " MiB for its pages; write it with smaller pages, or give the server more memory");
    }
  }

  /** {@code old} if it has room for {@code length} bytes and slack, else a new, empty array. */
  byte[] atLeast(byte[] old, int length) {
    if (old.length >= length + Bytes.SLACK) {
      return old;
    }
    take(length + Bytes.SLACK - old.length);
    return new byte[length + Bytes.SLACK];
  }

  /** {@code old} if it has room for {@code size} bytes, else a longer copy. */
  byte[] grown(byte[] old, long size) {
    if (old.length >= size) {
      return old;
    }
    int length = (int) Math.max(size, Math.min(1 << 29, old.length * 2L));
    take(length - old.length);
    return Arrays.copyOf(old, length);
  }
}
