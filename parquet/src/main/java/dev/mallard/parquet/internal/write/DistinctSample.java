package dev.mallard.parquet.internal.write;

import java.util.Arrays;

/**
 * Guesses from a sample of hashes how many different values there are, so that columns without
 * repetition do not pay for a dictionary.
 */
final class DistinctSample {
  static final int SIZE = 2048;
  private static final int SLOTS = SIZE * 4;

  private final long[] slots = new long[SLOTS];
  private int sampled;
  private int distinct;

  void clear() {
    Arrays.fill(slots, 0);
    sampled = 0;
    distinct = 0;
  }

  void add(long hash) {
    long key = hash == 0 ? 1 : hash;
    int slot = (int) (key >>> 40) & (SLOTS - 1);
    sampled++;
    while (slots[slot] != key) {
      if (slots[slot] == 0) {
        slots[slot] = key;
        distinct++;
        return;
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
  }

  /** Of n values drawn from C equally frequent ones, about n²/2C are repetitions. */
  int estimate() {
    if (distinct * 2 <= sampled) {
      return distinct;
    }
    int repeated = sampled - distinct;
    return repeated == 0
        ? Integer.MAX_VALUE
        : (int) Math.max(distinct, (long) sampled * sampled / (2L * repeated));
  }
}
