package dev.mallard.parquet.internal.write;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/** Makes vectors of what a function gives for each row; null for null. */
final class WriterVectors {
  private WriterVectors() {}

  static BigIntVector longs(
      BufferAllocator allocator, String name, int rows, IntFunction<@Nullable Long> of) {
    BigIntVector vector = new BigIntVector(name, allocator);
    vector.allocateNew(rows);
    for (int i = 0; i < rows; i++) {
      Long value = of.apply(i);
      if (value == null) {
        vector.setNull(i);
      } else {
        vector.set(i, value);
      }
    }
    vector.setValueCount(rows);
    return vector;
  }

  /** Of an Int type of 32 bits with this signedness, or any other type that is stored as ints. */
  static IntVector ints(
      BufferAllocator allocator, FieldType type, String name, @Nullable Integer... values) {
    IntVector vector = new IntVector(name, type, allocator);
    vector.allocateNew(values.length);
    for (int i = 0; i < values.length; i++) {
      Number value = values[i];
      if (value == null) {
        vector.setNull(i);
      } else {
        vector.set(i, value.intValue());
      }
    }
    vector.setValueCount(values.length);
    return vector;
  }

  static Float8Vector doubles(BufferAllocator allocator, String name, @Nullable Double... values) {
    Float8Vector vector = new Float8Vector(name, allocator);
    vector.allocateNew(values.length);
    for (int i = 0; i < values.length; i++) {
      Number value = values[i];
      if (value == null) {
        vector.setNull(i);
      } else {
        vector.set(i, value.doubleValue());
      }
    }
    vector.setValueCount(values.length);
    return vector;
  }

  static Float4Vector floats(BufferAllocator allocator, String name, Float... values) {
    Float4Vector vector = new Float4Vector(name, allocator);
    vector.allocateNew(values.length);
    for (int i = 0; i < values.length; i++) {
      vector.set(i, values[i]);
    }
    vector.setValueCount(values.length);
    return vector;
  }

  static VarCharVector strings(
      BufferAllocator allocator, String name, int rows, IntFunction<@Nullable String> of) {
    VarCharVector vector = new VarCharVector(name, allocator);
    vector.allocateNew();
    for (int i = 0; i < rows; i++) {
      String value = of.apply(i);
      if (value == null) {
        vector.setNull(i);
      } else {
        vector.setSafe(i, value.getBytes(StandardCharsets.UTF_8));
      }
    }
    vector.setValueCount(rows);
    return vector;
  }

  static VarBinaryVector binaries(BufferAllocator allocator, String name, byte[]... values) {
    VarBinaryVector vector = new VarBinaryVector(name, allocator);
    vector.allocateNew();
    for (int i = 0; i < values.length; i++) {
      vector.setSafe(i, values[i]);
    }
    vector.setValueCount(values.length);
    return vector;
  }

  /** Lists of ints; row {@code i} has the elements 0 to {@code lengths[i]}, or is null at −1. */
  static ListVector lists(BufferAllocator allocator, String name, int... lengths) {
    Field element = Field.nullable("item", new ArrowType.Int(32, true));
    ListVector vector = ListVector.empty(name, allocator);
    vector.initializeChildrenFromFields(List.of(element));
    vector.allocateNew();
    IntVector elements = (IntVector) vector.getDataVector();
    for (int i = 0; i < lengths.length; i++) {
      if (lengths[i] < 0) {
        vector.setNull(i);
        continue;
      }
      int start = vector.startNewValue(i);
      for (int k = 0; k < lengths[i]; k++) {
        elements.setSafe(start + k, k);
      }
      vector.endValue(i, lengths[i]);
    }
    vector.setValueCount(lengths.length);
    return vector;
  }
}
