package dev.mallard.parquet.internal.read;

/** Turns Parquet values of a fixed width into Arrow values of a fixed width. */
@FunctionalInterface
interface FixedConversion {
  /**
   * @throws CorruptPageException if a value has no exact counterpart
   */
  void convert(byte[] in, int inAt, byte[] out, int outAt, int count);
}
