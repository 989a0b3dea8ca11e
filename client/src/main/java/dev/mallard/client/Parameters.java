package dev.mallard.client;

import dev.mallard.error.Closer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Values from a command line as a row of parameters. */
final class Parameters {
  private Parameters() {}

  /** One row, a column for each value; the caller closes it. */
  static VectorSchemaRoot row(List<String> values, BufferAllocator allocator) {
    List<FieldVector> columns = new ArrayList<>();
    try (Closer onFailure = new Closer()) {
      for (String value : values) {
        String name = String.valueOf(columns.size() + 1);
        columns.add(onFailure.add(column(name, value, allocator)));
      }
      onFailure.release();
      return new VectorSchemaRoot(columns);
    }
  }

  private static FieldVector column(String name, String value, BufferAllocator allocator) {
    if (value.equals("null")) {
      return new NullVector(name, 1);
    }
    if (value.equals("true") || value.equals("false")) {
      BitVector bit = new BitVector(name, allocator);
      bit.allocateNew(1);
      bit.set(0, value.equals("true") ? 1 : 0);
      return sized(bit);
    }
    if (value.matches("[+-]?\\d{1,18}")) {
      BigIntVector integer = new BigIntVector(name, allocator);
      integer.allocateNew(1);
      integer.set(0, Long.parseLong(value));
      return sized(integer);
    }
    if (value.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")) {
      Float8Vector number = new Float8Vector(name, allocator);
      number.allocateNew(1);
      number.set(0, Double.parseDouble(value));
      return sized(number);
    }
    boolean quoted = value.length() >= 2 && value.startsWith("'") && value.endsWith("'");
    String text = quoted ? value.substring(1, value.length() - 1) : value;
    VarCharVector column = new VarCharVector(name, allocator);
    column.setSafe(0, text.getBytes(StandardCharsets.UTF_8));
    return sized(column);
  }

  private static FieldVector sized(FieldVector column) {
    column.setValueCount(1);
    return column;
  }
}
