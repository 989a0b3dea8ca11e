package dev.mallard.parquet.internal.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
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
import org.apache.parquet.format.SchemaElement;
import org.junit.jupiter.api.Test;

class ParquetSchemaWriterTest {
  private static final ArrowType INT32 = new ArrowType.Int(32, true);
  private static final ArrowType UTF8 = ArrowType.Utf8.INSTANCE;

  @Test
  void eachTypeHasItsParquetForm() {
    assertThat(form(ArrowType.Bool.INSTANCE)).isEqualTo("OPTIONAL BOOLEAN");
    assertThat(form(new ArrowType.Int(8, true))).isEqualTo("OPTIONAL INT32 INTEGER INT_8");
    assertThat(form(new ArrowType.Int(64, false))).isEqualTo("OPTIONAL INT64 INTEGER UINT_64");
    assertThat(form(new ArrowType.FloatingPoint(FloatingPointPrecision.HALF)))
        .isEqualTo("OPTIONAL FIXED_LEN_BYTE_ARRAY(2) FLOAT16");
    assertThat(form(new ArrowType.Decimal(9, 2, 128))).isEqualTo("OPTIONAL INT32 DECIMAL DECIMAL");
    assertThat(form(new ArrowType.Decimal(18, 2, 256))).isEqualTo("OPTIONAL INT64 DECIMAL DECIMAL");
    assertThat(form(new ArrowType.Decimal(19, 2, 128)))
        .isEqualTo("OPTIONAL FIXED_LEN_BYTE_ARRAY(9) DECIMAL DECIMAL");
    assertThat(form(new ArrowType.Decimal(38, 2, 128)))
        .isEqualTo("OPTIONAL FIXED_LEN_BYTE_ARRAY(16) DECIMAL DECIMAL");
    assertThat(form(new ArrowType.Decimal(76, 2, 256)))
        .isEqualTo("OPTIONAL FIXED_LEN_BYTE_ARRAY(32) DECIMAL DECIMAL");
    assertThat(form(new ArrowType.Date(DateUnit.MILLISECOND)))
        .isEqualTo("OPTIONAL INT32 DATE DATE");
    assertThat(form(new ArrowType.Time(TimeUnit.SECOND, 32)))
        .isEqualTo("OPTIONAL INT32 TIME TIME_MILLIS");
    assertThat(form(new ArrowType.Timestamp(TimeUnit.SECOND, null)))
        .isEqualTo("OPTIONAL INT64 TIMESTAMP TIMESTAMP_MILLIS");
    assertThat(form(new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC")))
        .isEqualTo("OPTIONAL INT64 TIMESTAMP");
    assertThat(form(new ArrowType.Duration(TimeUnit.SECOND))).isEqualTo("OPTIONAL INT64");
    assertThat(form(new ArrowType.Interval(IntervalUnit.YEAR_MONTH)))
        .isEqualTo("OPTIONAL FIXED_LEN_BYTE_ARRAY(12) INTERVAL");
    assertThat(form(ArrowType.LargeUtf8.INSTANCE)).isEqualTo("OPTIONAL BYTE_ARRAY STRING UTF8");
    assertThat(form(ArrowType.BinaryView.INSTANCE)).isEqualTo("OPTIONAL BYTE_ARRAY");
    assertThat(form(ArrowType.Null.INSTANCE)).isEqualTo("OPTIONAL INT32 UNKNOWN");
  }

  private static String form(ArrowType type) {
    return form(Field.nullable("c", type));
  }

  private static String form(Field field) {
    SchemaElement element = elements(field).get(1);
    StringBuilder form = new StringBuilder(element.getRepetition_type() + " " + element.getType());
    if (element.isSetType_length()) {
      form.append("(").append(element.getType_length()).append(")");
    }
    if (element.isSetLogicalType()) {
      form.append(" ").append(element.getLogicalType().getSetField());
    }
    if (element.isSetConverted_type()) {
      form.append(" ").append(element.getConverted_type());
    }
    return form.toString();
  }

  private static List<SchemaElement> elements(Field... fields) {
    return ParquetSchemaWriter.translate(new Schema(List.of(fields))).elements();
  }

  @Test
  void knownExtensionTypesAreAnnotated() {
    assertThat(form(extension(UTF8, "arrow.json"))).isEqualTo("OPTIONAL BYTE_ARRAY JSON JSON");
    assertThat(form(extension(new ArrowType.FixedSizeBinary(16), "arrow.uuid")))
        .isEqualTo("OPTIONAL FIXED_LEN_BYTE_ARRAY(16) UUID");
    assertThat(form(extension(UTF8, "my.type"))).isEqualTo("OPTIONAL BYTE_ARRAY STRING UTF8");
  }

  private static Field extension(ArrowType storage, String name) {
    Map<String, String> metadata = Map.of("ARROW:extension:name", name);
    return new Field("c", new FieldType(true, storage, null, metadata), null);
  }

  @Test
  void listsAndMapsHaveThreeLevelsAndKeepTheirNames() {
    Field element = new Field("$data$", FieldType.notNullable(INT32), null);
    Field list = new Field("l", FieldType.nullable(ArrowType.List.INSTANCE), List.of(element));
    Field key = Field.nullable("k", UTF8);
    Field value = Field.nullable("v", INT32);
    Field entries =
        new Field("e", FieldType.notNullable(ArrowType.Struct.INSTANCE), List.of(key, value));
    Field map = new Field("m", FieldType.notNullable(new ArrowType.Map(false)), List.of(entries));

    assertThat(elements(list, map))
        .extracting(each -> each.getName() + " " + each.getRepetition_type())
        .containsExactly(
            "schema null",
            "l OPTIONAL",
            "list REPEATED",
            "$data$ REQUIRED",
            "m REQUIRED",
            "key_value REPEATED",
            "k REQUIRED",
            "v OPTIONAL");
  }

  @Test
  void whatParquetCannotHoldIsRefusedByName() {
    refused(
        new Field("u", FieldType.nullable(new ArrowType.Union(UnionMode.Dense, null)), null),
        "column 's.u' has type dense_union, which Parquet cannot hold; store the dataset as"
            + " Feather: use a name that ends in .feather");
    refused(
        new Field("r", FieldType.nullable(ArrowType.RunEndEncoded.INSTANCE), null),
        "run_end_encoded");
    refused(
        new Field(
            "v",
            FieldType.nullable(ArrowType.ListView.INSTANCE),
            List.of(Field.nullable("i", INT32))),
        "list_view");
    refused(new Field("e", FieldType.nullable(ArrowType.Struct.INSTANCE), null), "struct");
    refused(Field.nullable("z", new ArrowType.FixedSizeBinary(0)), "fixed_size_binary[0]");
    refused(Field.nullable("d", new ArrowType.Decimal(5, -2, 128)), "decimal128(5, -2)");
    DictionaryEncoding encoding = new DictionaryEncoding(1, false, null);
    refused(
        new Field(
            "n",
            new FieldType(true, ArrowType.List.INSTANCE, encoding),
            List.of(Field.nullable("i", INT32))),
        "dictionary<list>");
  }

  private static void refused(Field field, String message) {
    Field struct = new Field("s", FieldType.nullable(ArrowType.Struct.INSTANCE), List.of(field));
    assertThatThrownBy(() -> ParquetSchemaWriter.checkStorable(new Schema(List.of(struct))))
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining("column 's." + field.getName() + "'")
        .hasMessageContaining(message);
  }

  @Test
  void endlessNestingIsRefused() {
    Field field = Field.nullable("x", INT32);
    for (int i = 0; i < 500; i++) {
      field = new Field("x", FieldType.nullable(ArrowType.List.INSTANCE), List.of(field));
    }
    Schema schema = new Schema(List.of(field));
    assertThatThrownBy(() -> ParquetSchemaWriter.checkStorable(schema))
        .isInstanceOf(MallardException.class)
        .hasMessageContaining("nested");
  }
}
