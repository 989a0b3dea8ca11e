package dev.mallard.flight.sql;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.jspecify.annotations.Nullable;

/** Sets single cells, by column number; null leaves them null. Stateless. */
final class Cells {
  private Cells() {}

  static void text(VectorSchemaRoot root, int column, int row, @Nullable String value) {
    if (value != null) {
      text((VarCharVector) root.getVector(column), row, value);
    }
  }

  static void text(VarCharVector vector, int row, String value) {
    vector.setSafe(row, value.getBytes(StandardCharsets.UTF_8));
  }

  static void bytes(VectorSchemaRoot root, int column, int row, byte[] value) {
    ((VarBinaryVector) root.getVector(column)).setSafe(row, value);
  }

  static void number(VectorSchemaRoot root, int column, int row, @Nullable Integer value) {
    if (value != null) {
      ((IntVector) root.getVector(column)).setSafe(row, value);
    }
  }

  static void small(VectorSchemaRoot root, int column, int row, int value) {
    ((UInt1Vector) root.getVector(column)).setSafe(row, value);
  }

  static void truth(VectorSchemaRoot root, int column, int row, @Nullable Boolean value) {
    if (value != null) {
      ((BitVector) root.getVector(column)).setSafe(row, value ? 1 : 0);
    }
  }

  static void texts(VectorSchemaRoot root, int column, int row, List<String> values) {
    if (!values.isEmpty()) {
      texts((ListVector) root.getVector(column), row, values);
    }
  }

  static void texts(ListVector list, int row, List<String> values) {
    VarCharVector items = (VarCharVector) list.getDataVector();
    int from = list.startNewValue(row);
    for (int i = 0; i < values.size(); i++) {
      text(items, from + i, values.get(i));
    }
    list.endValue(row, values.size());
    items.setValueCount(from + values.size());
  }
}
