package dev.mallard.arrow;

/** Searches among the starts of things that lie one behind the other. */
final class Spans {
  private Spans() {}

  /** The last one that starts at or before {@code offset}. */
  static int last(long[] starts, long offset) {
    int low = 0;
    int high = starts.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (starts[middle] <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
