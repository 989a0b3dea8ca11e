package dev.mallard.parquet.internal.write;

import dev.mallard.parquet.internal.write.LeafType.Order;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.format.Statistics;

/**
 * Least and greatest value of a column of numbers. A column with a NaN gets none: readers that hold
 * NaN for greater than all numbers (DuckDB) would skip rows that they want.
 */
final class LongStatistics {
  private Order order = Order.NONE;
  private boolean narrow;
  private boolean any;
  private boolean nan;
  private long min;
  private long max;
  private double leastDouble;
  private double greatestDouble;

  void begin(LeafType type) {
    order = type.order();
    narrow =
        type.physical() == org.apache.parquet.format.Type.INT32
            || type.physical() == org.apache.parquet.format.Type.FLOAT;
    any = false;
    nan = false;
    // Unsigned 64-bit numbers are compared with their highest bit turned.
    min = Long.MAX_VALUE;
    max = Long.MIN_VALUE;
    leastDouble = Double.POSITIVE_INFINITY;
    greatestDouble = Double.NEGATIVE_INFINITY;
  }

  void add(long[] values, int count) {
    any |= count > 0;
    switch (order) {
      case SIGNED -> addSigned(values, count, 0);
      case UNSIGNED -> addSigned(values, count, narrow ? 0 : Long.MIN_VALUE);
      case FLOAT -> addFloats(values, count);
      case DOUBLE -> addDoubles(values, count);
      default -> any = false;
    }
  }

  private void addSigned(long[] values, int count, long turn) {
    long least = min;
    long greatest = max;
    for (int i = 0; i < count; i++) {
      long value = values[i] ^ turn;
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
    min = least;
    max = greatest;
  }

  private void addFloats(long[] values, int count) {
    double least = leastDouble;
    double greatest = greatestDouble;
    for (int i = 0; i < count; i++) {
      float value = Float.intBitsToFloat((int) values[i]);
      nan |= Float.isNaN(value);
      least = value < least ? value : least;
      greatest = value > greatest ? value : greatest;
    }
    leastDouble = least;
    greatestDouble = greatest;
  }

  private void addDoubles(long[] values, int count) {
    double least = leastDouble;
    double greatest = greatestDouble;
    boolean anyNan = nan;
    for (int i = 0; i < count; i++) {
      double value = Double.longBitsToDouble(values[i]);
      anyNan |= Double.isNaN(value);
      least = value < least ? value : least;
      greatest = value > greatest ? value : greatest;
    }
    nan = anyNan;
    leastDouble = least;
    greatestDouble = greatest;
  }

  void addTo(Statistics target) {
    if (!any || nan) {
      return;
    }
    switch (order) {
      case SIGNED -> set(target, min, max);
      case UNSIGNED -> {
        long turn = narrow ? 0 : Long.MIN_VALUE;
        set(target, min ^ turn, max ^ turn);
      }
      case FLOAT ->
          set(
              target,
              Float.floatToRawIntBits((float) least()),
              Float.floatToRawIntBits((float) greatest()));
      case DOUBLE ->
          set(target, Double.doubleToRawLongBits(least()), Double.doubleToRawLongBits(greatest()));
      default -> throw new IllegalStateException("order: " + order);
    }
  }

  /** A zero is written as −0 for the least and +0 for the greatest, as the format asks. */
  private double least() {
    return leastDouble == 0 ? -0.0 : leastDouble;
  }

  private double greatest() {
    return greatestDouble == 0 ? 0.0 : greatestDouble;
  }

  private void set(Statistics target, long least, long greatest) {
    target.setMin_value(bytes(least)).setIs_min_value_exact(true);
    target.setMax_value(bytes(greatest)).setIs_max_value_exact(true);
  }

  private byte[] bytes(long value) {
    ByteBuffer buffer = ByteBuffer.allocate(narrow ? 4 : 8).order(ByteOrder.LITTLE_ENDIAN);
    return narrow ? buffer.putInt((int) value).array() : buffer.putLong(value).array();
  }
}
