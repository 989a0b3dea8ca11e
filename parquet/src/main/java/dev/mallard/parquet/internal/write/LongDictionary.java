package dev.mallard.parquet.internal.write;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/** Different values of a column of numbers, in the order of their first appearance. */
final class LongDictionary {
  private static final int INITIAL_SLOTS = 1024;

  /** Chosen at random, so that nobody can make up values that all collide. */
  private final long multiplier = ThreadLocalRandom.current().nextLong() | 1;

  private long[] keys = new long[INITIAL_SLOTS];

  /** Index of the key plus 1, or 0 for a free slot. */
  private int[] indexes = new int[INITIAL_SLOTS];

  private long[] values = new long[INITIAL_SLOTS];
  private int shift;
  private int mask;
  private int size;

  LongDictionary() {
    clear();
  }

  void clear() {
    useSlots(INITIAL_SLOTS);
    size = 0;
  }

  private void useSlots(int slots) {
    if (indexes.length < slots) {
      indexes = new int[slots];
      keys = new long[slots];
    } else {
      Arrays.fill(indexes, 0, slots, 0);
    }
    mask = slots - 1;
    shift = Long.numberOfLeadingZeros(mask);
  }

  int size() {
    return size;
  }

  /** Only the first {@link #size()} count. */
  long[] values() {
    return values;
  }

  void encode(long[] in, int count, int[] out, int at) {
    long last = 0;
    int lastIndex = -1;
    for (int i = 0; i < count; i++) {
      long value = in[i];
      if (value != last || lastIndex < 0) {
        last = value;
        lastIndex = index(value);
      }
      out[at + i] = lastIndex;
    }
  }

  private int index(long value) {
    int slot = (int) (value * multiplier >>> shift);
    while (true) {
      int index = indexes[slot];
      if (index == 0) {
        return insert(value, slot);
      }
      if (keys[slot] == value) {
        return index - 1;
      }
      slot = (slot + 1) & mask;
    }
  }

  private int insert(long value, int slot) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = value;
    keys[slot] = value;
    indexes[slot] = size;
    if (size * 2 > mask) {
      grow();
    }
    return size - 1;
  }

  private void grow() {
    useSlots((mask + 1) * 4);
    for (int i = 0; i < size; i++) {
      int slot = (int) (values[i] * multiplier >>> shift);
      while (indexes[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      keys[slot] = values[i];
      indexes[slot] = i + 1;
    }
  }
}
