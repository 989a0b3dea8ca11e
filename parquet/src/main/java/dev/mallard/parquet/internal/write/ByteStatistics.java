package dev.mallard.parquet.internal.write;

import dev.mallard.parquet.internal.write.LeafType.Order;
import java.util.Arrays;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.parquet.format.Statistics;
import org.jspecify.annotations.Nullable;

/**
 * Least and greatest value of a column of byte strings. Long ones are cut to a bound: the least to
 * its beginning, the greatest to a beginning that is made one greater.
 */
final class ByteStatistics {
  private static final int MAX_BYTES = 64;

  private Order order = Order.NONE;
  private byte @Nullable [] min;
  private byte @Nullable [] max;
  private boolean minExact;
  private boolean maxExact;

  /** First bytes as a number: decides nearly every comparison without reading the arrays. */
  private long minKey;

  private long maxKey;
  private boolean nan;

  void begin(Order newOrder) {
    order = newOrder;
    min = null;
    max = null;
    minExact = true;
    maxExact = true;
    nan = false;
  }

  void add(long address, int length) {
    switch (order) {
      case BYTES, UTF8, DECIMAL_BYTES -> addBytes(address, length);
      case HALF_FLOAT -> addHalf(MemoryUtil.getShort(address));
      default -> {}
    }
  }

  /** As {@link #add(long, int)} for each; most values are neither and cost one comparison. */
  void add(long[] addresses, int[] lengths, int count) {
    boolean keyed = order == Order.BYTES || order == Order.UTF8;
    for (int i = 0; i < count; i++) {
      if (keyed && min != null && isBetween(key(addresses[i], lengths[i]))) {
        continue;
      }
      add(addresses[i], lengths[i]);
    }
  }

  /** Surely greater than the least and less than the greatest so far. */
  private boolean isBetween(long key) {
    return Long.compareUnsigned(key, minKey) > 0 && Long.compareUnsigned(key, maxKey) < 0;
  }

  private void addBytes(long address, int length) {
    long key = key(address, length);
    if (order == Order.DECIMAL_BYTES) {
      // Turned, the sign bit makes negative numbers come first in the order of bytes.
      key ^= Long.MIN_VALUE;
    }
    int toMin = Long.compareUnsigned(key, minKey);
    if (min == null || toMin < 0 || (toMin == 0 && compare(address, length, min) < 0)) {
      min = bytes(address, length);
      minExact = length <= MAX_BYTES;
      minKey = key;
    }
    int toMax = Long.compareUnsigned(key, maxKey);
    // A bound that was cut short stands for all values that begin with it.
    if (max == null || toMax > 0 || (toMax == 0 && compare(address, length, max) > 0)) {
      max = bytes(address, length);
      maxExact = length <= MAX_BYTES;
      maxKey = key;
    }
  }

  /** Up to the first 8 bytes, big-endian, padded with zeros. */
  private static long key(long address, int length) {
    if (length >= 8) {
      return Long.reverseBytes(MemoryUtil.getLong(address));
    }
    long key = 0;
    for (int i = 0; i < length; i++) {
      key |= (MemoryUtil.getByte(address + i) & 0xFFL) << (56 - 8 * i);
    }
    return key;
  }

  /** Only for equal keys, so a decimal's sign is no matter any more. */
  private static int compare(long address, int length, byte[] other) {
    int common = Math.min(Math.min(length, MAX_BYTES), other.length);
    for (int i = 0; i < common; i++) {
      int difference = (MemoryUtil.getByte(address + i) & 0xFF) - (other[i] & 0xFF);
      if (difference != 0) {
        return difference;
      }
    }
    return Math.min(length, MAX_BYTES + 1) - Math.min(other.length, MAX_BYTES + 1);
  }

  /** One more than fits, so that a longer value remains greater than its beginning. */
  private static byte[] bytes(long address, int length) {
    byte[] copy = new byte[Math.min(length, MAX_BYTES + 1)];
    if (copy.length > 0) {
      MemoryUtil.copyFromMemory(address, copy, 0, copy.length);
    }
    return copy;
  }

  private void addHalf(short bits) {
    int magnitude = bits & 0x7FFF;
    if (magnitude > 0x7C00) {
      nan = true;
      return;
    }
    // An order of integers: negative numbers by falling magnitude, then positive ones.
    long key = bits < 0 ? -magnitude : magnitude;
    if (min == null || key < minKey) {
      min = half(key == 0 ? (short) 0x8000 : bits);
      minKey = key;
    }
    if (max == null || key > maxKey) {
      max = half(key == 0 ? 0 : bits);
      maxKey = key;
    }
  }

  private static byte[] half(short bits) {
    return new byte[] {(byte) bits, (byte) (bits >> 8)};
  }

  void addTo(Statistics target) {
    byte[] least = min;
    byte[] greatest = max;
    if (least == null || greatest == null || nan) {
      return;
    }
    target.setMin_value(minExact ? least : cut(least)).setIs_min_value_exact(minExact);
    byte[] upper = maxExact ? greatest : increased(cut(greatest));
    if (upper != null) {
      target.setMax_value(upper).setIs_max_value_exact(maxExact);
    }
  }

  private byte[] cut(byte[] value) {
    int length = MAX_BYTES;
    // Bytes 10xxxxxx continue a character: do not cut before one.
    while (order == Order.UTF8 && length > 0 && (value[length] & 0xC0) == 0x80) {
      length--;
    }
    return Arrays.copyOf(value, length);
  }

  /** The shortest change that makes it greater than all that begin with it, or null. */
  private byte @Nullable [] increased(byte[] prefix) {
    for (int last = prefix.length - 1; last >= 0; last--) {
      int value = prefix[last] & 0xFF;
      // In text only ASCII is raised, so that it stays text.
      if (order == Order.UTF8 ? value < 0x7F : value < 0xFF) {
        byte[] upper = Arrays.copyOf(prefix, last + 1);
        upper[last]++;
        return upper;
      }
    }
    return null;
  }
}
