package dev.mallard.cli.consume;

import dev.mallard.cli.output.CellText;
import java.util.Arrays;
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
        byte[] seen = strings.get(row);
        if (least == null || Arrays.compareUnsigned(seen, least) < 0) {
          least = seen;
          min = text.text(row);
        }
        if (most == null || Arrays.compareUnsigned(seen, most) > 0) {
          most = seen;
          max = text.text(row);
        }
      }
    };
  }

  /** Takes in the rows that the vector has now; returns how many are null. */
  long add(int rows) {
    long before = nulls;
    for (int row = 0; row < rows; row++) {
      if (text.isNull(row)) {
        nulls++;
      } else if (extremes != null) {
        extremes.see(row);
      }
    }
    return nulls - before;
  }

  /** Goes through the rows once more, which changes nothing. */
  void repeat(int rows) {
    long before = nulls;
    add(rows);
    nulls = before;
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
