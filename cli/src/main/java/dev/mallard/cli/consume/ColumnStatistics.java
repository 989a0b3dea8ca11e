package dev.mallard.cli.consume;

import dev.mallard.cli.output.CellText;
import org.apache.arrow.memory.util.ByteFunctionHelpers;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.jspecify.annotations.Nullable;

/** Null count, minimum and maximum of one column, batch by batch. Not thread-safe. */
final class ColumnStatistics {
  /** Compares rows of the vector with the extremes so far. */
  private interface Extremes {
    void see(int row);
  }

  /** Reads a number. */
  @FunctionalInterface
  private interface LongValue {
    long of(int row);
  }

  /** Reads a number. */
  @FunctionalInterface
  private interface DoubleValue {
    double of(int row);
  }

  private final FieldVector vector;
  private final CellText text;
  private final @Nullable Extremes extremes;
  private long nulls;
  private @Nullable String min;
  private @Nullable String max;

  ColumnStatistics(FieldVector vector, DictionaryProvider dictionaries) {
    this.vector = vector;
    this.text = new CellText(vector, dictionaries);
    this.extremes = extremes(vector);
  }

  private @Nullable Extremes extremes(FieldVector values) {
    if (values.getField().getDictionary() != null) {
      return null;
    }
    if (values instanceof BaseIntVector ints) {
      return longs(ints::getValueAsLong);
    }
    if (values instanceof DateDayVector days) {
      return longs(days::get);
    }
    if (values instanceof TimeStampVector times) {
      return longs(times::get);
    }
    if (values instanceof Float8Vector doubles) {
      return doubles(doubles::get);
    }
    if (values instanceof Float4Vector floats) {
      return doubles(floats::get);
    }
    return values instanceof VarCharVector strings ? texts(strings) : null;
  }

  private Extremes longs(LongValue value) {
    return new Extremes() {
      private long least = Long.MAX_VALUE;
      private long most = Long.MIN_VALUE;

      @Override
      public void see(int row) {
        long seen = value.of(row);
        if (seen < least || min == null) {
          least = seen;
          min = text.text(row);
        }
        if (seen > most || max == null) {
          most = seen;
          max = text.text(row);
        }
      }
    };
  }

  private Extremes doubles(DoubleValue value) {
    return new Extremes() {
      private double least = Double.POSITIVE_INFINITY;
      private double most = Double.NEGATIVE_INFINITY;

      @Override
      public void see(int row) {
        double seen = value.of(row);
        if (seen < least || min == null) {
          least = seen;
          min = text.text(row);
        }
        if (seen > most || max == null) {
          most = seen;
          max = text.text(row);
        }
      }
    };
  }

  private Extremes texts(VarCharVector strings) {
    return new Extremes() {
      private byte @Nullable [] least;
      private byte @Nullable [] most;

      @Override
      public void see(int row) {
        if (least == null || compare(row, least) < 0) {
          least = strings.get(row);
          min = text.text(row);
        }
        if (most == null || compare(row, most) > 0) {
          most = strings.get(row);
          max = text.text(row);
        }
      }

      private int compare(int row, byte[] other) {
        int start = strings.getStartOffset(row);
        int end = strings.getEndOffset(row);
        return ByteFunctionHelpers.compare(
            strings.getDataBuffer(), start, end, other, 0, other.length);
      }
    };
  }

  /**
   * Takes in the rows that the vector has now; returns how many are null.
   *
   * @param passes how many times they are gone through; all but one change nothing
   */
  long add(int rows, int passes) {
    long found = 0;
    for (int pass = 0; pass < passes; pass++) {
      found = pass(rows);
    }
    nulls += found;
    return found;
  }

  private long pass(int rows) {
    long found = 0;
    for (int row = 0; row < rows; row++) {
      if (text.isNull(row)) {
        found++;
      } else if (extremes != null) {
        extremes.see(row);
      }
    }
    return found;
  }

  String name() {
    return vector.getName();
  }

  long nulls() {
    return nulls;
  }

  String min() {
    return min == null ? "" : min;
  }

  String max() {
    return max == null ? "" : max;
  }
}
