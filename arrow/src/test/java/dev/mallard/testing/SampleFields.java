package dev.mallard.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Fields of every Arrow type that arrow-java has a vector for, in message form. */
public final class SampleFields {
  private static final ArrowType UTF8 = ArrowType.Utf8.INSTANCE;
  private static final ArrowType.Int INT32 = new ArrowType.Int(32, true);

  private SampleFields() {}

  /** Every type, one column each, named after its type. */
  public static Schema everyType() {
    List<Field> fields = new ArrayList<>(flat());
    fields.addAll(nested());
    fields.addAll(dictionaryEncoded());
    return new Schema(fields, Map.of("made by", "SampleFields"));
  }

  public static List<Field> flat() {
    List<Field> fields = new ArrayList<>();
    for (int bits = 8; bits <= 64; bits *= 2) {
      fields.add(nullable("int" + bits, new ArrowType.Int(bits, true)));
      fields.add(nullable("uint" + bits, new ArrowType.Int(bits, false)));
    }
    for (FloatingPointPrecision precision : FloatingPointPrecision.values()) {
      fields.add(nullable("float_" + precision, new ArrowType.FloatingPoint(precision)));
    }
    for (TimeUnit unit : TimeUnit.values()) {
      boolean small = unit == TimeUnit.SECOND || unit == TimeUnit.MILLISECOND;
      fields.add(nullable("time_" + unit, new ArrowType.Time(unit, small ? 32 : 64)));
      fields.add(nullable("timestamp_" + unit, new ArrowType.Timestamp(unit, null)));
      fields.add(nullable("timestamp_tz_" + unit, new ArrowType.Timestamp(unit, "Europe/Zurich")));
      fields.add(nullable("duration_" + unit, new ArrowType.Duration(unit)));
    }
    for (IntervalUnit unit : IntervalUnit.values()) {
      fields.add(nullable("interval_" + unit, new ArrowType.Interval(unit)));
    }
    for (DateUnit unit : DateUnit.values()) {
      fields.add(nullable("date_" + unit, new ArrowType.Date(unit)));
    }
    fields.add(nullable("decimal128", new ArrowType.Decimal(38, 6, 128)));
    fields.add(nullable("decimal256", new ArrowType.Decimal(76, 6, 256)));
    fields.add(nullable("bool", ArrowType.Bool.INSTANCE));
    fields.add(nullable("null", ArrowType.Null.INSTANCE));
    fields.add(nullable("utf8", UTF8));
    fields.add(required("utf8_required", UTF8));
    fields.add(required("int64_required", new ArrowType.Int(64, true)));
    fields.add(nullable("large_utf8", ArrowType.LargeUtf8.INSTANCE));
    fields.add(nullable("binary", ArrowType.Binary.INSTANCE));
    fields.add(nullable("large_binary", ArrowType.LargeBinary.INSTANCE));
    fields.add(nullable("utf8_view", ArrowType.Utf8View.INSTANCE));
    fields.add(nullable("binary_view", ArrowType.BinaryView.INSTANCE));
    fields.add(nullable("fixed_size_binary", new ArrowType.FixedSizeBinary(5)));
    return fields;
  }

  public static List<Field> nested() {
    Field item = nullable("item", INT32);
    Field text = nullable("item", UTF8);
    Field struct =
        nullable("struct", ArrowType.Struct.INSTANCE, nullable("a", INT32), nullable("b", UTF8));
    return List.of(
        nullable("list", ArrowType.List.INSTANCE, text),
        nullable("large_list", ArrowType.LargeList.INSTANCE, item),
        nullable("list_view", ArrowType.ListView.INSTANCE, text),
        nullable("large_list_view", ArrowType.LargeListView.INSTANCE, item),
        nullable("fixed_size_list", new ArrowType.FixedSizeList(3), text),
        nullable(
            "list_of_bool", ArrowType.List.INSTANCE, nullable("item", ArrowType.Bool.INSTANCE)),
        nullable(
            "list_of_null", ArrowType.List.INSTANCE, nullable("item", ArrowType.Null.INSTANCE)),
        struct,
        nullable("list_of_struct", ArrowType.List.INSTANCE, struct),
        nullable(
            "list_of_view", ArrowType.List.INSTANCE, nullable("item", ArrowType.Utf8View.INSTANCE)),
        nullable(
            "map",
            new ArrowType.Map(false),
            required(
                "entries",
                ArrowType.Struct.INSTANCE,
                required("key", UTF8),
                nullable("value", INT32))),
        nullable(
            "sparse_union",
            new ArrowType.Union(UnionMode.Sparse, new int[] {3, 9}),
            nullable("number", INT32),
            nullable("text", UTF8)),
        nullable(
            "dense_union",
            new ArrowType.Union(UnionMode.Dense, new int[] {0, 1}),
            nullable("number", INT32),
            nullable("text", UTF8)),
        nullable(
            "list_of_dense_union",
            ArrowType.List.INSTANCE,
            nullable(
                "item",
                new ArrowType.Union(UnionMode.Dense, new int[] {0, 1}),
                nullable("number", INT32),
                nullable("text", UTF8))),
        required(
            "run_end_encoded",
            ArrowType.RunEndEncoded.INSTANCE,
            required("run_ends", INT32),
            nullable("values", UTF8)),
        required(
            "run_end_encoded_16",
            ArrowType.RunEndEncoded.INSTANCE,
            required("run_ends", new ArrowType.Int(16, true)),
            nullable("values", INT32)),
        nullable(
            "struct_of_everything",
            ArrowType.Struct.INSTANCE,
            nullable(
                "list", ArrowType.List.INSTANCE, nullable("item", ArrowType.List.INSTANCE, item)),
            required(
                "run_ends",
                ArrowType.RunEndEncoded.INSTANCE,
                required("run_ends", INT32),
                nullable("values", UTF8)),
            nullable("view", ArrowType.Utf8View.INSTANCE)));
  }

  /** Dictionary ids from 1 on; one is nested in another. */
  public static List<Field> dictionaryEncoded() {
    return List.of(
        dictionary("dictionary", 1, new ArrowType.Int(8, true), UTF8),
        dictionary(
            "dictionary_uint16", 2, new ArrowType.Int(16, false), new ArrowType.Int(64, true)),
        nullable("list_of_dictionary", ArrowType.List.INSTANCE, dictionary("item", 3, INT32, UTF8)),
        dictionary(
            "nested_dictionary",
            5,
            INT32,
            ArrowType.Struct.INSTANCE,
            dictionary("inner", 4, new ArrowType.Int(16, true), UTF8),
            nullable("x", INT32)));
  }

  public static Field nullable(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.nullable(type), List.of(children));
  }

  public static Field required(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.notNullable(type), List.of(children));
  }

  public static Field dictionary(
      String name, long id, ArrowType.Int index, ArrowType values, Field... children) {
    return new Field(
        name,
        new FieldType(true, values, new DictionaryEncoding(id, false, index)),
        List.of(children));
  }
}
