package dev.mallard.parquet.internal.read;

import org.apache.arrow.memory.util.MemoryUtil;

/**
 * Elements of Arrow's view layout.
 *
 * @see <a
 *     href="https://arrow.apache.org/docs/format/Columnar.html#variable-size-binary-view-layout">Variable-size
 *     binary view layout</a>
 */
final class ViewBuffers {
  private static final int INLINE = 12;

  private ViewBuffers() {}

  /**
   * Writes the view of {@code length} bytes that lie at {@code offset} of the first data buffer.
   */
  static void put(long view, long value, int offset, int length) {
    MemoryUtil.putLong(view, length);
    MemoryUtil.putLong(view + 8, 0);
    if (length <= INLINE) {
      MemoryUtil.copyMemory(value, view + 4, length);
      return;
    }
    MemoryUtil.copyMemory(value, view + 4, 4);
    MemoryUtil.putInt(view + 12, offset);
  }
}
