package dev.mallard.arrow;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;
import org.apache.arrow.flatbuf.Decimal;
import org.apache.arrow.flatbuf.Timestamp;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Union;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Type descriptions of a Schema flatbuffer: what is readable, and what makes sense. */
final class SchemaTypes {
  private static final int MAX_SCALE = 76;
  private static final int MAX_UNION_MEMBERS = 128;

  /** Decodes a text after its length was checked. */
  interface Text {
    String read(@Nullable ByteBuffer bytes, Supplier<@Nullable String> decoded);
  }

  private SchemaTypes() {}

  static ArrowType read(org.apache.arrow.flatbuf.Field field, String path, Text text) {
    if (field.typeType() == Type.NONE) {
      throw invalid(path, "has no type");
    }
    if (field.typeType() > Type.LargeListView || field.typeType() < 0) {
      throw invalid(path, "has the unknown type number " + field.typeType());
    }
    if (field.type(new org.apache.arrow.flatbuf.Null()) == null) {
      throw invalid(path, "has no type");
    }
    if (field.typeType() == Type.Union) {
      return union((Union) required(field.type(new Union()), path), field, path);
    }
    if (field.typeType() == Type.Timestamp) {
      Timestamp timestamp = (Timestamp) required(field.type(new Timestamp()), path);
      text.read(timestamp.timezoneAsByteBuffer(), () -> "");
    }
    if (field.typeType() == Type.Decimal) {
      checkDecimalWidth((Decimal) required(field.type(new Decimal()), path), path);
    }
    ArrowType type;
    try {
      type = ArrowType.getTypeForField(field);
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      throw new MallardException(
          ErrorCode.INVALID_ARGUMENT,
          "Arrow schema: column '" + path + "': has an unknown unit or precision",
          e);
    }
    check(type, path);
    return type;
  }

  private static void checkDecimalWidth(Decimal decimal, String path) {
    if (decimal.bitWidth() == 32 || decimal.bitWidth() == 64) {
      throw SchemaReader.unsupported(
          "column '"
              + path
              + "' has a decimal of "
              + decimal.bitWidth()
              + " bits; write it with 128 or 256");
    }
    checkWidth(decimal.bitWidth(), path, "decimal", 128, 256);
  }

  private static <T> T required(@Nullable T part, String path) {
    if (part == null) {
      throw invalid(path, "has no type");
    }
    return part;
  }

  private static ArrowType union(Union union, org.apache.arrow.flatbuf.Field field, String path) {
    int members = field.childrenLength();
    if (members > MAX_UNION_MEMBERS) {
      throw invalid(
          path, "is a union of " + members + " types (at most " + MAX_UNION_MEMBERS + ")");
    }
    if (union.mode() != org.apache.arrow.flatbuf.UnionMode.Sparse
        && union.mode() != org.apache.arrow.flatbuf.UnionMode.Dense) {
      throw invalid(path, "is a union of the unknown mode " + union.mode());
    }
    boolean explicit = union.typeIdsVector() != null;
    if (explicit && union.typeIdsLength() != members) {
      throw invalid(
          path,
          "is a union with " + union.typeIdsLength() + " type ids for " + members + " members");
    }
    int[] ids = new int[members];
    BitSet seen = new BitSet(MAX_UNION_MEMBERS);
    for (int i = 0; i < members; i++) {
      ids[i] = explicit ? union.typeIds(i) : i;
      if (ids[i] < 0 || ids[i] >= MAX_UNION_MEMBERS || seen.get(ids[i])) {
        throw invalid(path, "union type id " + ids[i] + " (expected: 0 to 127, each once)");
      }
      seen.set(ids[i]);
    }
    return new ArrowType.Union(UnionMode.fromFlatbufID(union.mode()), ids);
  }

  /** Refuses widths, precisions and units that no Arrow writer may write. */
  static void check(ArrowType type, String path) {
    switch (type.getTypeID()) {
      case Int -> checkWidth(((ArrowType.Int) type).getBitWidth(), path, "integer", 8, 16, 32, 64);
      case Decimal -> checkDecimal((ArrowType.Decimal) type, path);
      case FixedSizeBinary ->
          checkNotNegative(((ArrowType.FixedSizeBinary) type).getByteWidth(), path, "byte width");
      case FixedSizeList ->
          checkNotNegative(((ArrowType.FixedSizeList) type).getListSize(), path, "list size");
      case Time -> {
        ArrowType.Time time = (ArrowType.Time) type;
        int expected =
            switch (time.getUnit()) {
              case SECOND, MILLISECOND -> 32;
              case MICROSECOND, NANOSECOND -> 64;
            };
        checkWidth(time.getBitWidth(), path, "time of " + time.getUnit(), expected);
      }
      default -> {
        // Nothing that could be wrong.
      }
    }
  }

  private static void checkDecimal(ArrowType.Decimal type, String path) {
    int most = type.getBitWidth() == 128 ? 38 : 76;
    if (type.getPrecision() < 1 || type.getPrecision() > most) {
      throw invalid(
          path, "decimal precision: " + type.getPrecision() + " (expected: 1 to " + most + ")");
    }
    if (Math.abs((long) type.getScale()) > MAX_SCALE) {
      throw invalid(path, "decimal scale: " + type.getScale() + " (expected: −76 to 76)");
    }
  }

  private static void checkWidth(int width, String path, String what, int... allowed) {
    for (int one : allowed) {
      if (width == one) {
        return;
      }
    }
    throw invalid(path, what + " of " + width + " bits");
  }

  private static void checkNotNegative(int value, String path, String what) {
    if (value < 0) {
      throw invalid(path, what + ": " + value + " (expected: >= 0)");
    }
  }

  static void checkChildren(ArrowType type, List<Field> children, String path) {
    switch (type.getTypeID()) {
      case List, LargeList, ListView, LargeListView, FixedSizeList ->
          checkCount(children, 1, type, path);
      case Map -> {
        checkCount(children, 1, type, path);
        Field entries = children.get(0);
        if (!(entries.getType() instanceof ArrowType.Struct)
            || entries.getDictionary() != null
            || entries.getChildren().size() != 2) {
          throw invalid(path, "the entries of a map must be a struct of key and value");
        }
      }
      case RunEndEncoded -> {
        checkCount(children, 2, type, path);
        Field ends = children.get(0);
        if (!(ends.getType() instanceof ArrowType.Int number)
            || ends.getDictionary() != null
            || !number.getIsSigned()
            || number.getBitWidth() == 8) {
          throw invalid(path, "run ends must be int16, int32 or int64");
        }
      }
      case Struct, Union -> {
        // Any number of children.
      }
      default -> checkCount(children, 0, type, path);
    }
  }

  private static void checkCount(List<Field> children, int expected, ArrowType type, String path) {
    if (children.size() != expected) {
      throw invalid(
          path, type + " has " + children.size() + " child fields (expected: " + expected + ")");
    }
  }

  private static MallardException invalid(String path, String what) {
    return SchemaReader.invalid("column '" + path + "': " + what);
  }
}
