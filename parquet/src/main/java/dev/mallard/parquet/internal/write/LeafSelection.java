package dev.mallard.parquet.internal.write;

import java.util.Arrays;

/**
 * Which values of a leaf vector a range of rows has: all of a contiguous range, or those at given
 * positions. Reused from range to range by one thread.
 */
final class LeafSelection {
  private static final VectorView NOTHING =
      new VectorView(
          0,
          0,
          true,
          0,
          0,
          0,
          VectorView.OffsetKind.NONE,
          0,
          VectorView.NO_CHILDREN,
          null,
          null,
          VectorView.NO_BLOCKS);

  VectorView leaf = NOTHING;
  int count;
  boolean contiguous;

  /** First position of a contiguous range. */
  int first;

  /** Every position below {@link #count}, unless contiguous. All are within the leaf. */
  int[] positions = new int[1024];

  void none(VectorView view) {
    range(view, 0, 0);
  }

  void range(VectorView view, int from, int size) {
    leaf = view;
    contiguous = true;
    first = from;
    count = size;
  }

  /** The caller fills {@link #positions} up to {@code size}, which it may lower afterwards. */
  void positions(VectorView view, int size) {
    leaf = view;
    contiguous = false;
    count = size;
    if (positions.length < size) {
      positions = new int[Math.max(size, positions.length * 2)];
    }
  }

  int position(int index) {
    return contiguous ? first + index : positions[index];
  }

  void release() {
    leaf = NOTHING;
    if (positions.length > 1 << 20) {
      positions = Arrays.copyOf(positions, 1024);
    }
  }
}
