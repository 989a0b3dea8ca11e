package dev.mallard.cli.output;

import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.complex.BaseRepeatedValueViewVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;

/**
 * Where a list's elements are, for all of Arrow's list types: arrow-java has no interface that they
 * share.
 */
final class ListElements {
  /** A row's first element, or the one behind its last. */
  @FunctionalInterface
  private interface Position {
    long of(int row);
  }

  private final FieldVector elements;
  private final Position start;
  private final Position end;

  private ListElements(FieldVector elements, Position start, Position end) {
    this.elements = elements;
    this.start = start;
    this.end = end;
  }

  static ListElements of(FieldVector vector) {
    if (vector instanceof LargeListVector large) {
      return new ListElements(
          large.getDataVector(), large::getElementStartIndex, large::getElementEndIndex);
    }
    if (vector instanceof LargeListViewVector view) {
      Position start = row -> view.getOffsetBuffer().getLong(8L * row);
      return new ListElements(
          (FieldVector) view.getDataVector(),
          start,
          row -> start.of(row) + view.getSizeBuffer().getLong(8L * row));
    }
    BaseListVector list = (BaseListVector) vector;
    return new ListElements(dataOf(vector), list::getElementStartIndex, list::getElementEndIndex);
  }

  private static FieldVector dataOf(FieldVector vector) {
    if (vector instanceof BaseRepeatedValueViewVector view) {
      return (FieldVector) view.getDataVector();
    }
    return vector instanceof FixedSizeListVector fixed
        ? fixed.getDataVector()
        : ((ListVector) vector).getDataVector();
  }

  /** All rows' elements. */
  FieldVector vector() {
    return elements;
  }

  int start(int row) {
    return Math.toIntExact(start.of(row));
  }

  int end(int row) {
    return Math.toIntExact(end.of(row));
  }
}
