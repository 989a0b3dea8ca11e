package dev.mallard.generate;

/**
 * How many lines each order has: 1 to 7, each equally often. Seven orders that follow each other
 * have the seven counts in random order, so together always 28: the order of any line is found by a
 * division, without counting from the beginning. Orders count from 0.
 */
final class TpchLineCounts {
  private static final int ORDERS = 7;
  private static final int LINES = 28;
  private static final int LINE_BITS = 3;

  /** 1 to 7, four bits each. */
  private static final long IN_ORDER = 0x7654321L;

  private final RandomLane lane;

  TpchLineCounts(long seed) {
    this.lane = new RandomLane(seed, "line counts");
  }

  int of(long order) {
    return count(shuffled(order / ORDERS), (int) (order % ORDERS));
  }

  /** Lines of the first so many orders. */
  long total(long orders) {
    long lines = orders / ORDERS * LINES;
    long last = shuffled(orders / ORDERS);
    for (int i = 0; i < orders % ORDERS; i++) {
      lines += count(last, i);
    }
    return lines;
  }

  /** A line's key, by which all of its columns know it; lines count from 0. */
  static long key(long order, int line) {
    return order << LINE_BITS | line;
  }

  static long order(long key) {
    return key >>> LINE_BITS;
  }

  static int line(long key) {
    return (int) key & 7;
  }

  /** The keys of lines that follow each other. */
  void keys(long firstLine, long[] keys) {
    long order = firstLine / LINES * ORDERS;
    int skipped = (int) (firstLine % LINES);
    while (of(order) <= skipped) {
      skipped -= of(order++);
    }
    int line = skipped;
    int count = of(order);
    for (int i = 0; i < keys.length; i++) {
      keys[i] = key(order, line++);
      if (line == count) {
        line = 0;
        count = of(++order);
      }
    }
  }

  private static int count(long shuffled, int index) {
    return (int) (shuffled >>> 4 * index) & 0xF;
  }

  /** Fisher and Yates' shuffle of a block's counts, packed in a long. */
  private long shuffled(long block) {
    long random = lane.bits(block);
    long counts = IN_ORDER;
    for (int i = ORDERS - 1; i > 0; i--) {
      int other = (int) ((random & 0x3FF) * (i + 1) >>> 10);
      random >>>= 10;
      long difference = count(counts, i) ^ count(counts, other);
      counts ^= difference << 4 * i ^ difference << 4 * other;
    }
    return counts;
  }
}
