package dev.mallard.parquet.internal.write;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * Different byte strings of a column, in the order of their first appearance, kept as the
 * dictionary page will hold them. Strings of up to 16 bytes are compared by two longs that stand in
 * the hash table itself, so that most look-ups touch one cache line.
 */
final class BinaryDictionary implements AutoCloseable {
  private static final int INITIAL_SLOTS = 1024;
  private static final int STRIDE = 3;
  private static final int SHORT = 16;

  /** Chosen at random, so that nobody can make up strings that all collide. */
  private final long seed = ThreadLocalRandom.current().nextLong() | 1;

  private final long seed2 = ThreadLocalRandom.current().nextLong() | 1;

  /** Each slot: two keys, then length and index plus 1; 0 for a free slot. */
  private long[] slots = new long[INITIAL_SLOTS * STRIDE];

  private int mask;
  private int size;

  /** Where in {@link #page} each string begins, and the end. */
  private long[] starts = new long[INITIAL_SLOTS];

  private int[] lengths = new int[INITIAL_SLOTS];
  private final OffHeapBuffer page;

  /** Whether each string is preceded by its length. */
  private boolean prefixed;

  /** Result of {@link #keys}. */
  private long key1;

  private long key2;

  BinaryDictionary(BufferAllocator allocator) {
    page = new OffHeapBuffer(allocator, 64 << 10);
    clear(true);
  }

  void clear(boolean withLengths) {
    prefixed = withLengths;
    useSlots(INITIAL_SLOTS);
    size = 0;
    page.clear();
  }

  private void useSlots(int count) {
    if (slots.length < count * STRIDE) {
      slots = new long[count * STRIDE];
    } else {
      Arrays.fill(slots, 0, count * STRIDE, 0);
    }
    mask = count - 1;
  }

  int size() {
    return size;
  }

  OffHeapBuffer page() {
    return page;
  }

  /** Valid until the next string is added. */
  long address(int index) {
    return page.address() + starts[index];
  }

  int length(int index) {
    return lengths[index];
  }

  int index(long address, int length) {
    keys(address, length);
    long first = key1;
    long second = key2;
    int slot = slot(first, second, length);
    while (true) {
      int base = slot * STRIDE;
      long entry = slots[base + 2];
      if (entry == 0) {
        return insert(address, length, first, second, base);
      }
      if (slots[base] == first && slots[base + 1] == second && entry >>> 32 == length) {
        int index = (int) entry - 1;
        if (length <= SHORT || equal(address, address(index), length)) {
          return index;
        }
      }
      slot = (slot + 1) & mask;
    }
  }

  /** A hash for sampling. */
  long hash(long address, int length) {
    keys(address, length);
    return mix(key1 ^ seed, key2 ^ seed2 + length);
  }

  private int slot(long first, long second, int length) {
    return (int) (mix(first ^ seed, second ^ seed2 + length) >>> 16) & mask;
  }

  private static long mix(long a, long b) {
    return Math.multiplyHigh(a, b) ^ a * b;
  }

  private void keys(long address, int length) {
    if (length > 8) {
      key1 = MemoryUtil.getLong(address);
      key2 = MemoryUtil.getLong(address + length - 8);
      if (length > SHORT) {
        hashMiddle(address, length);
      }
      return;
    }
    key2 = 0;
    if (length >= 4) {
      key1 =
          (MemoryUtil.getInt(address) & 0xFFFF_FFFFL)
              | (long) MemoryUtil.getInt(address + length - 4) << 32;
    } else if (length > 0) {
      key1 =
          (MemoryUtil.getByte(address) & 0xFF)
              | (MemoryUtil.getByte(address + (length >> 1)) & 0xFF) << 8
              | (MemoryUtil.getByte(address + length - 1) & 0xFF) << 16;
    } else {
      key1 = 0;
    }
  }

  private void hashMiddle(long address, int length) {
    long a = key1;
    long b = key2;
    for (int at = 8; at < length - 8; at += 8) {
      a = mix(a ^ MemoryUtil.getLong(address + at) ^ seed, seed2 ^ at);
      b = Long.rotateLeft(b, 23) ^ a;
    }
    key1 = a;
    key2 = b;
  }

  private static boolean equal(long left, long right, int length) {
    int at = 0;
    for (; at + 8 <= length; at += 8) {
      if (MemoryUtil.getLong(left + at) != MemoryUtil.getLong(right + at)) {
        return false;
      }
    }
    return MemoryUtil.getLong(left + length - 8) == MemoryUtil.getLong(right + length - 8);
  }

  private int insert(long address, int length, long first, long second, int base) {
    if (size == lengths.length) {
      lengths = Arrays.copyOf(lengths, size * 2);
      starts = Arrays.copyOf(starts, size * 2);
    }
    if (prefixed) {
      page.putInt(length);
    }
    starts[size] = page.size();
    lengths[size] = length;
    MemoryUtil.copyMemory(address, page.reserve(length), length);
    page.advance(length);
    size++;
    slots[base] = first;
    slots[base + 1] = second;
    slots[base + 2] = (long) length << 32 | size;
    if (size * 2 > mask) {
      grow();
    }
    return size - 1;
  }

  private void grow() {
    useSlots((mask + 1) * 4);
    for (int i = 0; i < size; i++) {
      keys(address(i), lengths[i]);
      int slot = slot(key1, key2, lengths[i]);
      while (slots[slot * STRIDE + 2] != 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot * STRIDE] = key1;
      slots[slot * STRIDE + 1] = key2;
      slots[slot * STRIDE + 2] = (long) lengths[i] << 32 | i + 1;
    }
  }

  @Override
  public void close() {
    page.close();
  }
}
