package dev.mallard.parquet.internal.read;

import org.apache.arrow.memory.util.MemoryUtil;

/** Moves dense values apart, in place, so that each stands in its slot; empty slots become 0. */
final class Spreading {
  private Spreading() {}

  /**
   * @param address of memory for {@code slots} values, the first {@code count} of them filled
   */
  static void spread(long address, int width, int count, int slots, BitmapWriter present) {
    if (present.ones() != count || present.length() != slots) {
      throw new CorruptPageException("a page holds another number of values than it says");
    }
    switch (width) {
      case 4 -> spreadInts(address, count, slots, present.bytes());
      case 8 -> spreadLongs(address, count, slots, present.bytes());
      default -> spreadOthers(address, width, count, slots, present);
    }
  }

  private static void spreadInts(long address, int count, int slots, byte[] bits) {
    int from = count;
    for (int i = slots - 1; i >= from; i--) {
      int value = 0;
      if ((bits[i >>> 3] >>> (i & 7) & 1) != 0) {
        value = MemoryUtil.getInt(address + 4L * --from);
      }
      MemoryUtil.putInt(address + 4L * i, value);
    }
  }

  private static void spreadLongs(long address, int count, int slots, byte[] bits) {
    int from = count;
    for (int i = slots - 1; i >= from; i--) {
      long value = 0;
      if ((bits[i >>> 3] >>> (i & 7) & 1) != 0) {
        value = MemoryUtil.getLong(address + 8L * --from);
      }
      MemoryUtil.putLong(address + 8L * i, value);
    }
  }

  private static void spreadOthers(
      long address, int width, int count, int slots, BitmapWriter present) {
    int from = count;
    for (int i = slots - 1; i >= from; i--) {
      if (present.get(i)) {
        from--;
        MemoryUtil.copyMemory(address + (long) from * width, address + (long) i * width, width);
      } else {
        MemoryUtil.setMemory(address + (long) i * width, width, (byte) 0);
      }
    }
  }
}
