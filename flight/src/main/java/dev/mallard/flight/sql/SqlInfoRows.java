package dev.mallard.flight.sql;

import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;

/** Writes SqlInfo answers into their dense union, row by row from 0. For one page. */
final class SqlInfoRows {
  /** Values that each member of the union has so far. */
  private final int[] used = new int[6];

  void write(int code, SqlInfoValue value, VectorSchemaRoot root, int row) {
    ((UInt4Vector) root.getVector(0)).setSafe(row, code);
    DenseUnionVector union = (DenseUnionVector) root.getVector(1);
    byte member = value.member();
    union.setTypeId(row, member);
    int place = used[member]++;
    union.setOffset(row, place);
    FieldVector vector = (FieldVector) union.getVectorByType(member);
    set(vector, place, value);
    vector.setValueCount(place + 1);
  }

  private static void set(FieldVector vector, int place, SqlInfoValue value) {
    if (value instanceof SqlInfoValue.Text text) {
      if (text.value() != null) {
        Cells.text((VarCharVector) vector, place, text.value());
      }
    } else if (value instanceof SqlInfoValue.Truth truth) {
      ((BitVector) vector).setSafe(place, truth.value() ? 1 : 0);
    } else if (value instanceof SqlInfoValue.BigNumber number) {
      ((BigIntVector) vector).setSafe(place, number.value());
    } else if (value instanceof SqlInfoValue.Mask mask) {
      ((IntVector) vector).setSafe(place, mask.value());
    } else if (value instanceof SqlInfoValue.Texts texts) {
      Cells.texts((ListVector) vector, place, texts.values());
    } else if (value instanceof SqlInfoValue.NumberLists lists) {
      set((MapVector) vector, place, lists.values());
    }
  }

  private static void set(MapVector map, int place, Map<Integer, List<Integer>> values) {
    StructVector entries = (StructVector) map.getDataVector();
    IntVector keys = (IntVector) entries.getChildrenFromFields().get(0);
    ListVector lists = (ListVector) entries.getChildrenFromFields().get(1);
    IntVector items = (IntVector) lists.getDataVector();
    int entry = map.startNewValue(place);
    for (Map.Entry<Integer, List<Integer>> value : values.entrySet()) {
      entries.setIndexDefined(entry);
      keys.setSafe(entry, value.getKey());
      int item = lists.startNewValue(entry);
      for (int number : value.getValue()) {
        items.setSafe(item++, number);
      }
      lists.endValue(entry, value.getValue().size());
      entry++;
    }
    map.endValue(place, values.size());
    entries.setValueCount(entry);
  }
}
