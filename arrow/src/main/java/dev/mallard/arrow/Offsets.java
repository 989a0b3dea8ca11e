package dev.mallard.arrow;

import java.nio.ByteBuffer;
import org.apache.arrow.memory.ArrowBuf;

/** Moves whole offset buffers by a constant. */
final class Offsets {
  private Offsets() {}

  /**
   * Writes {@code count} values of {@code source} plus {@code by} to {@code target}, from its
   * position {@code at} (in values) on.
   */
  static void addTo(ArrowBuf source, ArrowBuf target, long at, int width, long count, long by) {
    long step = Bits.VIEW_BYTES / width;
    for (long start = 0; start < count; start += step) {
      int size = (int) Math.min(step, count - start);
      ByteBuffer from = Bits.view(source, start * width, (long) size * width);
      ByteBuffer to = Bits.view(target, (at + start) * width, (long) size * width);
      if (width == 4) {
        for (int i = 0; i < size; i++) {
          to.putInt(4 * i, (int) (from.getInt(4 * i) + by));
        }
      } else {
        for (int i = 0; i < size; i++) {
          to.putLong(8 * i, from.getLong(8 * i) + by);
        }
      }
    }
  }
}
