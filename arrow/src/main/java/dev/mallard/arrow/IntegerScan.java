package dev.mallard.arrow;

import java.nio.ByteBuffer;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Tests over whole buffers of integers, at memory speed when they pass. Values are copied to an
 * array in pieces, because loops over arrays are what the compiler turns into vector code. Not
 * thread-safe.
 */
final class IntegerScan {
  private static final int PIECE = 4096;

  private final int[] ints = new int[PIECE];
  private final long[] longs = new long[PIECE];

  /**
   * The first position at which values are negative or smaller (or, if {@code strictly}, not
   * greater) than the one before, or −1.
   */
  long firstDisorder(ArrowBuf buffer, int width, long count, boolean strictly) {
    // Run ends begin above 0, offsets at 0 or above.
    long previous = 0;
    for (long start = 0; start < count; start += PIECE) {
      int size = (int) Math.min(PIECE, count - start);
      long at;
      if (width == 4) {
        load(buffer, start, size, ints);
        boolean passes = !strictly && ints[0] >= previous && ascending(ints, size);
        at = passes ? -1 : disorder(ints, size, previous, strictly);
        previous = ints[size - 1];
      } else {
        loadLongs(buffer, width, start, size);
        at = disorder(longs, size, previous, strictly);
        previous = longs[size - 1];
      }
      if (at >= 0) {
        return start + at;
      }
    }
    return -1;
  }

  private static boolean ascending(int[] values, int size) {
    int wrong = values[0];
    for (int i = 1; i < size; i++) {
      // Neither difference can overflow unless one of the values is negative itself.
      wrong |= values[i] | (values[i] - values[i - 1]);
    }
    return wrong >= 0;
  }

  private static int disorder(int[] values, int size, long previous, boolean strictly) {
    long last = previous;
    for (int i = 0; i < size; i++) {
      if (values[i] < 0 || values[i] < last || strictly && values[i] == last) {
        return i;
      }
      last = values[i];
    }
    return -1;
  }

  private static int disorder(long[] values, int size, long previous, boolean strictly) {
    long last = previous;
    for (int i = 0; i < size; i++) {
      if (values[i] < 0 || values[i] < last || strictly && values[i] == last) {
        return i;
      }
      last = values[i];
    }
    return -1;
  }

  /**
   * The first position of a value below 0 or not below {@code limit} among those present, or −1.
   */
  long firstOutside(
      ArrowBuf buffer, int width, boolean signed, long count, long limit, Validity validity) {
    for (long start = 0; start < count; start += PIECE) {
      int size = (int) Math.min(PIECE, count - start);
      loadLongs(buffer, width, start, size);
      if (!signed) {
        makeUnsigned(width, size);
      }
      if (allBelow(longs, size, limit)) {
        continue;
      }
      for (int i = 0; i < size; i++) {
        if ((longs[i] < 0 || longs[i] >= limit) && validity.isSet(start + i)) {
          return start + i;
        }
      }
    }
    return -1;
  }

  private void makeUnsigned(int width, int size) {
    if (width == 8) {
      return; // beyond 2^63 it stays negative, which is out of any limit
    }
    long mask = (1L << (8 * width)) - 1;
    for (int i = 0; i < size; i++) {
      longs[i] &= mask;
    }
  }

  private static boolean allBelow(long[] values, int size, long limit) {
    long wrong = 0;
    for (int i = 0; i < size; i++) {
      // limit is small and positive; a negative value shows in its own sign.
      wrong |= values[i] | (limit - 1 - values[i]);
    }
    return wrong >= 0;
  }

  static long get(ArrowBuf buffer, int width, long index) {
    return switch (width) {
      case 1 -> buffer.getByte(index);
      case 2 -> buffer.getShort(2 * index);
      case 4 -> buffer.getInt(4 * index);
      default -> buffer.getLong(8 * index);
    };
  }

  static void put(ArrowBuf buffer, int width, long index, long value) {
    switch (width) {
      case 1 -> buffer.setByte(index, (byte) value);
      case 2 -> buffer.setShort(2 * index, (short) value);
      case 4 -> buffer.setInt(4 * index, (int) value);
      default -> buffer.setLong(8 * index, value);
    }
  }

  private static void load(ArrowBuf buffer, long start, int size, int[] target) {
    Bits.view(buffer, 4 * start, 4L * size).asIntBuffer().get(0, target, 0, size);
  }

  private void loadLongs(ArrowBuf buffer, int width, long start, int size) {
    ByteBuffer bytes = Bits.view(buffer, width * start, (long) width * size);
    switch (width) {
      case 1 -> {
        for (int i = 0; i < size; i++) {
          longs[i] = bytes.get(i);
        }
      }
      case 2 -> {
        for (int i = 0; i < size; i++) {
          longs[i] = bytes.getShort(2 * i);
        }
      }
      case 4 -> {
        for (int i = 0; i < size; i++) {
          longs[i] = bytes.getInt(4 * i);
        }
      }
      default -> bytes.asLongBuffer().get(0, longs, 0, size);
    }
  }
}
