package dev.mallard.generate;

import java.util.function.LongPredicate;
import java.util.function.LongToDoubleFunction;
import java.util.function.LongToIntFunction;
import java.util.function.LongUnaryOperator;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.StructVector;

/** Writes whole vectors, straight into their buffers. All values are valid at first. */
final class Fill {
  private static final int EXPECTED_TEXT = 16;

  private Fill() {}

  static void longs(FieldVector vector, long[] keys, LongUnaryOperator values) {
    ArrowBuf data = allocate(vector, keys.length);
    for (int i = 0; i < keys.length; i++) {
      data.setLong((long) i * Long.BYTES, values.applyAsLong(keys[i]));
    }
  }

  static void ints(FieldVector vector, long[] keys, LongToIntFunction values) {
    ArrowBuf data = allocate(vector, keys.length);
    for (int i = 0; i < keys.length; i++) {
      data.setInt((long) i * Integer.BYTES, values.applyAsInt(keys[i]));
    }
  }

  static void doubles(FieldVector vector, long[] keys, LongToDoubleFunction values) {
    ArrowBuf data = allocate(vector, keys.length);
    for (int i = 0; i < keys.length; i++) {
      data.setDouble((long) i * Double.BYTES, values.applyAsDouble(keys[i]));
    }
  }

  static void decimals(FieldVector vector, long[] keys, LongUnaryOperator unscaled) {
    ArrowBuf data = allocate(vector, keys.length);
    for (int i = 0; i < keys.length; i++) {
      long value = unscaled.applyAsLong(keys[i]);
      data.setLong(16L * i, value);
      data.setLong(16L * i + 8, value >> 63);
    }
  }

  static void bools(FieldVector vector, long[] keys, LongPredicate values) {
    BitVector bools = (BitVector) vector;
    bools.allocateNew(keys.length);
    setAll(bools.getValidityBuffer(), keys.length);
    bits(bools.getDataBuffer(), keys, values);
    bools.setValueCount(keys.length);
  }

  static void text(FieldVector vector, long[] keys, Column.Text values) {
    TextWriter out = new TextWriter(keys.length * EXPECTED_TEXT);
    int[] ends = new int[keys.length];
    for (int i = 0; i < keys.length; i++) {
      values.write(keys[i], out);
      ends[i] = out.length();
    }
    VarCharVector text = (VarCharVector) vector;
    text.allocateNew(out.length(), keys.length);
    text.getDataBuffer().setBytes(0, out.array(), 0, out.length());
    ArrowBuf offsets = text.getOffsetBuffer();
    for (int i = 0; i < ends.length; i++) {
      offsets.setInt((i + 1L) * Integer.BYTES, ends[i]);
    }
    setAll(text.getValidityBuffer(), keys.length);
    // Otherwise setValueCount takes all offsets for missing and overwrites them.
    text.setLastSet(keys.length - 1);
    text.setValueCount(keys.length);
  }

  static void struct(FieldVector vector, long[] keys, Column[] children) {
    StructVector struct = (StructVector) vector;
    struct.setInitialCapacity(keys.length);
    struct.allocateNew();
    for (int i = 0; i < children.length; i++) {
      children[i].filler().fill((FieldVector) struct.getChildByOrdinal(i), keys);
    }
    setAll(struct.getValidityBuffer(), keys.length);
    struct.setValueCount(keys.length);
  }

  /** A bit for each key, least significant first. */
  static void bits(ArrowBuf target, long[] keys, LongPredicate values) {
    for (int from = 0; from < keys.length; from += Byte.SIZE) {
      int end = Math.min(keys.length, from + Byte.SIZE);
      int octet = 0;
      for (int i = from; i < end; i++) {
        octet |= (values.test(keys[i]) ? 1 : 0) << (i - from);
      }
      target.setByte(from / Byte.SIZE, octet);
    }
  }

  private static ArrowBuf allocate(FieldVector vector, int rows) {
    BaseFixedWidthVector fixed = (BaseFixedWidthVector) vector;
    fixed.allocateNew(rows);
    setAll(fixed.getValidityBuffer(), rows);
    fixed.setValueCount(rows);
    return fixed.getDataBuffer();
  }

  private static void setAll(ArrowBuf bits, int count) {
    int whole = count / Byte.SIZE;
    bits.setOne(0, whole);
    if (count % Byte.SIZE != 0) {
      bits.setByte(whole, (1 << count % Byte.SIZE) - 1);
    }
  }
}
