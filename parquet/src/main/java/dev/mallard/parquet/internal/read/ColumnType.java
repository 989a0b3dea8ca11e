package dev.mallard.parquet.internal.read;

import org.jspecify.annotations.Nullable;

/** How the values of a Parquet column become the values of an Arrow vector. */
sealed interface ColumnType {
  /**
   * Values of one width in both worlds.
   *
   * @param conversion null if the bytes are the same
   */
  record Fixed(int physicalWidth, int arrowWidth, @Nullable FixedConversion conversion)
      implements ColumnType {
    static Fixed same(int width) {
      return new Fixed(width, width, null);
    }
  }

  /** One bit a value in both worlds. */
  record Bool() implements ColumnType {}

  /** Bytes of any length. */
  record Variable(Layout layout) implements ColumnType {}

  /** Decimals in BYTE_ARRAY: big-endian numbers of any length. */
  record VariableDecimal(int arrowWidth) implements ColumnType {}

  /** The type null: no values at all. */
  record Nothing() implements ColumnType {}

  /** How Arrow lays out bytes of any length. */
  enum Layout {
    OFFSETS_32,
    OFFSETS_64,
    VIEWS
  }

  /** How values reach the sinks: variable decimals as numbers of a fixed width. */
  default ColumnType asTranscoded() {
    return this instanceof VariableDecimal decimal ? Fixed.same(decimal.arrowWidth()) : this;
  }
}
