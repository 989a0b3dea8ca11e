package dev.mallard.arrow.file;

/** A contiguous range of a dataset's rows: {@code from} inclusive, {@code to} exclusive. */
public record RowRange(long from, long to) {
  public static final RowRange ALL = new RowRange(0, Long.MAX_VALUE);

  public RowRange {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException(
          "rows: " + from + " to " + to + " (expected: 0 <= from <= to)");
    }
  }

  public boolean isEmpty() {
    return from == to;
  }
}
