package dev.mallard.parquet.internal.write;

/** Rows of a batch that go into one row group: {@code from} inclusive, {@code to} exclusive. */
record Segment(RetainedBatch batch, int from, int to) {
  int rows() {
    return to - from;
  }
}
