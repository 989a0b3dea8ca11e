package dev.mallard.parquet.internal.write;

import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.Type;
import org.jspecify.annotations.Nullable;

/**
 * How the values of one Arrow type stand in a Parquet column.
 *
 * @param length bytes of a FIXED_LEN_BYTE_ARRAY value, else 0
 * @param source how values lie in Arrow memory and become what is stored
 * @param sourceWidth bytes of one value in Arrow memory; 0 for bits, variable lengths and nulls
 */
record LeafType(
    Type physical,
    int length,
    @Nullable LogicalType logical,
    @Nullable ConvertedType converted,
    Source source,
    int sourceWidth,
    Order order) {

  /** Where a value comes from. */
  enum Source {
    NULL,
    BIT,
    SIGNED,
    UNSIGNED,
    /** Raw bits of a float or double. */
    FLOATING,
    SECONDS_TO_MILLIS,
    MILLIS_TO_DAYS,
    /** Little-endian two's complement of {@code sourceWidth} bytes. */
    DECIMAL,
    FIXED_BYTES,
    INTERVAL_MONTHS,
    INTERVAL_DAY_TIME,
    INTERVAL_MONTH_DAY_NANO,
    BINARY,
    LARGE_BINARY,
    BINARY_VIEW
  }

  /** What {@code min_value} and {@code max_value} mean. */
  enum Order {
    SIGNED,
    UNSIGNED,
    FLOAT,
    DOUBLE,
    HALF_FLOAT,
    /** Big-endian two's complement. */
    DECIMAL_BYTES,
    BYTES,
    /** Bytes whose bounds may be cut only between characters. */
    UTF8,
    BOOLEAN,
    NONE
  }

  boolean hasVariableLength() {
    return physical == Type.BYTE_ARRAY;
  }
}
