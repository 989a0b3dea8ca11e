package dev.mallard.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarBinaryVector;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;

/**
 * Values of vectors as plain Java objects that compare by value: null, Boolean, text, lists, maps
 * by field name, and the raw bytes in hexadecimal of everything of fixed width. Dictionary-encoded
 * values are decoded.
 */
public final class VectorValues {
  private final DictionaryProvider dictionaries;

  private VectorValues(DictionaryProvider dictionaries) {
    this.dictionaries = dictionaries;
  }

  public static List<List<Object>> rows(VectorSchemaRoot root, DictionaryProvider dictionaries) {
    VectorValues values = new VectorValues(dictionaries);
    List<List<Object>> rows = new ArrayList<>();
    for (int row = 0; row < root.getRowCount(); row++) {
      List<Object> cells = new ArrayList<>();
      for (FieldVector vector : root.getFieldVectors()) {
        cells.add(values.value(vector, row));
      }
      rows.add(cells);
    }
    return rows;
  }

  private Object value(FieldVector vector, int index) {
    if (vector instanceof ExtensionTypeVector<?> extension) {
      return value((FieldVector) extension.getUnderlyingVector(), index);
    }
    if (vector instanceof UnionVector union) {
      int position = position(union.getTypeBuffer().getByte(index), 3, 9);
      return position + ":" + value(union.getChildrenFromFields().get(position), index);
    }
    if (vector instanceof DenseUnionVector union) {
      int position = union.getTypeId(index);
      int offset = union.getOffsetBuffer().getInt(4L * index);
      return position + ":" + value(union.getChildrenFromFields().get(position), offset);
    }
    if (vector instanceof RunEndEncodedVector runs) {
      FieldVector ends = runs.getChildrenFromFields().get(0);
      int physical = 0;
      while (((BaseIntVector) ends).getValueAsLong(physical) <= index) {
        physical++;
      }
      return value(runs.getChildrenFromFields().get(1), physical);
    }
    if (vector instanceof NullVector || vector.isNull(index)) {
      return null;
    }
    DictionaryEncoding encoding = vector.getField().getDictionary();
    if (encoding != null) {
      int code = (int) ((BaseIntVector) vector).getValueAsLong(index);
      if (!encoding.getIndexType().getIsSigned()) {
        code &= encoding.getIndexType().getBitWidth() == 8 ? 0xff : 0xffff;
      }
      return value(dictionaries.lookup(encoding.getId()).getVector(), code);
    }
    return present(vector, index);
  }

  private static int position(byte typeId, int... ids) {
    return Arrays.binarySearch(ids, typeId);
  }

  private Object present(FieldVector vector, int i) {
    if (vector instanceof BitVector bits) {
      return bits.get(i) == 1;
    } else if (vector instanceof BaseFixedWidthVector fixed) {
      return hex(fixed.getDataBuffer(), (long) i * fixed.getTypeWidth(), fixed.getTypeWidth());
    } else if (vector instanceof VarCharVector text) {
      return text(text.get(i));
    } else if (vector instanceof LargeVarCharVector text) {
      return text(text.get(i));
    } else if (vector instanceof ViewVarCharVector text) {
      return text(text.get(i));
    } else if (vector instanceof VarBinaryVector binary) {
      return ByteBuffer.wrap(binary.get(i));
    } else if (vector instanceof LargeVarBinaryVector binary) {
      return ByteBuffer.wrap(binary.get(i));
    } else if (vector instanceof ViewVarBinaryVector binary) {
      return ByteBuffer.wrap(binary.get(i));
    }
    return nested(vector, i);
  }

  private Object nested(FieldVector vector, int i) {
    if (vector instanceof ListVector list) {
      return items(list.getDataVector(), list.getElementStartIndex(i), list.getElementEndIndex(i));
    } else if (vector instanceof LargeListVector list) {
      return items(list.getDataVector(), list.getElementStartIndex(i), list.getElementEndIndex(i));
    } else if (vector instanceof ListViewVector list) {
      return items(list.getDataVector(), list.getElementStartIndex(i), list.getElementEndIndex(i));
    } else if (vector instanceof LargeListViewVector list) {
      long start = list.getOffsetBuffer().getLong(8L * i);
      return items(list.getDataVector(), start, start + list.getSizeBuffer().getLong(8L * i));
    } else if (vector instanceof FixedSizeListVector list) {
      long start = (long) i * list.getListSize();
      return items(list.getDataVector(), start, start + list.getListSize());
    } else if (vector instanceof StructVector struct) {
      Map<String, Object> fields = new LinkedHashMap<>();
      for (FieldVector child : struct.getChildrenFromFields()) {
        fields.put(child.getName(), value(child, i));
      }
      return fields;
    }
    throw new IllegalArgumentException("no values of " + vector.getClass());
  }

  private List<Object> items(FieldVector vector, long from, long to) {
    List<Object> items = new ArrayList<>();
    for (long i = from; i < to; i++) {
      items.add(value(vector, Math.toIntExact(i)));
    }
    return items;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String hex(ArrowBuf data, long offset, int width) {
    StringBuilder hex = new StringBuilder(2 * width);
    for (int b = width - 1; b >= 0; b--) {
      byte one = data.getByte(offset + b);
      hex.append(Character.forDigit((one >> 4) & 15, 16)).append(Character.forDigit(one & 15, 16));
    }
    return hex.toString();
  }
}
