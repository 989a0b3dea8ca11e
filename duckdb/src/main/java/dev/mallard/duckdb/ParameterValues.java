package dev.mallard.duckdb;

import dev.mallard.error.MallardException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.duckdb.user.DuckDBUserArray;
import org.duckdb.user.DuckDBUserStruct;
import org.jspecify.annotations.Nullable;

/**
 * Arrow's values as objects that DuckDB's driver takes. What it has no type for is text, which
 * DuckDB casts without loss.
 */
final class ParameterValues {
  /** What the parameter is called, for messages. */
  private final String parameter;

  private final ParameterMoments moments;

  ParameterValues(String parameter) {
    this.parameter = parameter;
    this.moments = new ParameterMoments(parameter);
  }

  /** A value's place. */
  record Place(FieldVector vector, int row) {}

  /** Where a value really is that is encoded, of an extension type, or one of a union's. */
  static Place resolve(Place place) {
    FieldVector vector = place.vector();
    int row = place.row();
    if (vector instanceof RunEndEncodedVector runs) {
      return resolve(new Place(runs.getValuesVector(), runs.getPhysicalIndex(row)));
    }
    if (vector instanceof DenseUnionVector union) {
      FieldVector values = (FieldVector) union.getVectorByType(union.getTypeId(row));
      return resolve(new Place(values, union.getOffset(row)));
    }
    if (vector instanceof UnionVector union) {
      return resolve(new Place((FieldVector) union.getVectorByType(union.getTypeValue(row)), row));
    }
    if (vector instanceof ExtensionTypeVector<?> extension
        && !ParameterTypes.isUuid(vector.getField())) {
      return resolve(new Place((FieldVector) extension.getUnderlyingVector(), row));
    }
    return place;
  }

  /**
   * @throws MallardException INVALID_ARGUMENT if DuckDB has no such value
   */
  @Nullable Object of(FieldVector column, int at) {
    Place place = resolve(new Place(column, at));
    FieldVector vector = place.vector();
    int row = place.row();
    if (vector.isNull(row)) {
      return null;
    }
    if (ParameterTypes.isUuid(vector.getField())) {
      return uuid(vector, row);
    }
    return switch (vector.getMinorType()) {
      case NULL -> null;
      case BIT -> ((BitVector) vector).get(row) == 1;
      case UINT1 -> Integer.toString(((UInt1Vector) vector).get(row) & 0xFF);
      case UINT2 -> Integer.toString(((UInt2Vector) vector).get(row));
      case UINT4 -> Integer.toUnsignedString(((UInt4Vector) vector).get(row));
      case UINT8 -> Long.toUnsignedString(((UInt8Vector) vector).get(row));
      case FLOAT2 -> ((Float2Vector) vector).getValueAsFloat(row);
      case DECIMAL -> decimal(((DecimalVector) vector).getObject(row));
      case DECIMAL256 -> decimal(((Decimal256Vector) vector).getObject(row));
      case VARCHAR, LARGEVARCHAR, VIEWVARCHAR -> String.valueOf(vector.getObject(row));
      case TINYINT, SMALLINT, INT, BIGINT, FLOAT4, FLOAT8 -> vector.getObject(row);
      case VARBINARY, LARGEVARBINARY, VIEWVARBINARY, FIXEDSIZEBINARY -> vector.getObject(row);
      case LIST, LARGELIST, LISTVIEW, LARGELISTVIEW, FIXED_SIZE_LIST -> list(vector, row);
      case STRUCT -> struct((StructVector) vector, row);
      default -> moments.of(vector, row);
    };
  }

  private static String uuid(FieldVector vector, int row) {
    FieldVector storage =
        vector instanceof ExtensionTypeVector<?> extension
            ? (FieldVector) extension.getUnderlyingVector()
            : vector;
    ByteBuffer bytes = ByteBuffer.wrap(((FixedSizeBinaryVector) storage).get(row));
    return new UUID(bytes.getLong(), bytes.getLong()).toString();
  }

  private BigDecimal decimal(BigDecimal value) {
    BigDecimal plain = value.scale() < 0 ? value.setScale(0) : value;
    if (plain.precision() > 38) {
      throw MallardException.invalid(
          "parameter '%s': DuckDB's decimals have at most 38 digits; send text"
              .formatted(parameter));
    }
    return plain;
  }

  private DuckDBUserArray list(FieldVector vector, int row) {
    FieldVector values = vector.getChildrenFromFields().get(0);
    long start;
    long end;
    if (vector instanceof ListVector list) {
      start = list.getElementStartIndex(row);
      end = list.getElementEndIndex(row);
    } else if (vector instanceof LargeListVector list) {
      start = list.getElementStartIndex(row);
      end = list.getElementEndIndex(row);
    } else if (vector instanceof ListViewVector list) {
      start = list.getElementStartIndex(row);
      end = list.getElementEndIndex(row);
    } else if (vector instanceof LargeListViewVector list) {
      start = list.getOffsetBuffer().getLong(row * 8L);
      end = start + list.getSizeBuffer().getLong(row * 8L);
    } else {
      int size = ((FixedSizeListVector) vector).getListSize();
      start = (long) size * row;
      end = start + size;
    }
    String type = ParameterTypes.of(values.getField(), parameter);
    return array(type, values, Math.toIntExact(start), Math.toIntExact(end));
  }

  private DuckDBUserArray array(String type, FieldVector values, int start, int end) {
    Object[] objects = new Object[end - start];
    for (int i = 0; i < objects.length; i++) {
      objects[i] = of(values, start + i);
    }
    return new DuckDBUserArray(type, objects);
  }

  private DuckDBUserStruct struct(StructVector vector, int row) {
    List<Object> values = new ArrayList<>();
    for (FieldVector child : vector.getChildrenFromFields()) {
      values.add(of(child, row));
    }
    return new DuckDBUserStruct(ParameterTypes.of(vector.getField(), parameter), values.toArray());
  }

  /** A map's entries as a list, or null. */
  @Nullable DuckDBUserArray entries(
      org.apache.arrow.vector.complex.MapVector vector, int row, String listType) {
    if (vector.isNull(row)) {
      return null;
    }
    FieldVector entries = vector.getDataVector();
    return array(
        listType.substring(0, listType.length() - 2),
        entries,
        vector.getElementStartIndex(row),
        vector.getElementEndIndex(row));
  }
}
