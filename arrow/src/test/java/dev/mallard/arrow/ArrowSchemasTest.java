package dev.mallard.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.testing.SampleFields;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class ArrowSchemasTest {
  private static final ArrowType.Int INT32 = new ArrowType.Int(32, true);
  private static final ArrowType UTF8 = ArrowType.Utf8.INSTANCE;

  @Test
  void metadataOfSchemaAndFieldsIsKeptAndExtensionTypesStayStorage() {
    Map<String, String> metadata =
        Map.of("ARROW:extension:name", "arrow.uuid", "ARROW:extension:metadata", "");
    Field uuid =
        new Field(
            "id", new FieldType(true, new ArrowType.FixedSizeBinary(16), null, metadata), null);
    Schema schema = new Schema(List.of(uuid), Map.of("pandas", "{}"));

    assertThat(ArrowSchemas.read(ArrowSchemas.message(schema).header())).isEqualTo(schema);
  }

  @Test
  void tooDeepASchemaIsRefused() {
    assertThat(roundTrip(nested(63))).isNotNull();
    refused("nested more than 64 levels deep", nested(64));
    refused("nested more than 64 levels deep", nested(2_000));
  }

  private static Schema nested(int levels) {
    Field field = SampleFields.nullable("leaf", INT32);
    for (int i = 0; i < levels; i++) {
      field = SampleFields.nullable("l", ArrowType.List.INSTANCE, field);
    }
    return new Schema(List.of(field));
  }

  @Test
  void aFieldThatIsItsOwnChildIsRefused() {
    ByteBuffer encoded = ArrowSchemas.message(nested(1)).header();
    ByteBuffer header = ByteBuffer.allocate(encoded.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    header.put(encoded).flip();
    int schema = target(header, member(header, header.getInt(0), 2));
    int fields = target(header, member(header, schema, 1));
    int field = target(header, fields + 4);
    int children = target(header, member(header, field, 5));
    header.putInt(children + 4, field - (children + 4));

    assertThatThrownBy(() -> ArrowSchemas.read(header))
        .isInstanceOf(MallardException.class)
        .hasMessageContaining("nested more than 64 levels deep");
  }

  /** Where a flatbuffer table keeps one of its members. */
  private static int member(ByteBuffer flatbuffer, int table, int index) {
    int vtable = table - flatbuffer.getInt(table);
    return table + flatbuffer.getShort(vtable + 4 + 2 * index);
  }

  private static int target(ByteBuffer flatbuffer, int reference) {
    return reference + flatbuffer.getInt(reference);
  }

  @Test
  void tooManyFieldsAreRefused() {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i <= 100_000; i++) {
      fields.add(SampleFields.nullable("", ArrowType.Bool.INSTANCE));
    }
    refused("more than 100000 fields", new Schema(fields));
  }

  @Test
  void typesThatDoNotExistAreRefused() {
    refused("column 'a': integer of 24 bits", new ArrowType.Int(24, true));
    refused("byte width: -1", new ArrowType.FixedSizeBinary(-1));
    refused("decimal precision: 39 (expected: 1 to 38)", new ArrowType.Decimal(39, 0, 128));
    refused("decimal scale: 100000", new ArrowType.Decimal(38, 100_000, 128));
    refused("has 0 child fields (expected: 1)", ArrowType.List.INSTANCE);
    refused("list size: -2", new ArrowType.FixedSizeList(-2), SampleFields.nullable("i", INT32));
    refused(
        "run ends must be int16, int32 or int64",
        ArrowType.RunEndEncoded.INSTANCE,
        SampleFields.required("run_ends", UTF8),
        SampleFields.nullable("values", UTF8));
    refused(
        "a union with 1 type ids for 2 members",
        new ArrowType.Union(org.apache.arrow.vector.types.UnionMode.Dense, new int[] {1}),
        SampleFields.nullable("x", UTF8),
        SampleFields.nullable("y", UTF8));
    refused(
        "union type id 300",
        new ArrowType.Union(org.apache.arrow.vector.types.UnionMode.Dense, new int[] {300}),
        SampleFields.nullable("x", UTF8));
  }

  @Test
  void oneDictionaryCannotHoldTwoTypes() {
    refused(
        "column 'b': dictionary 1 has values of Utf8 in another column",
        new Schema(
            List.of(
                SampleFields.dictionary("a", 1, INT32, UTF8),
                SampleFields.dictionary("b", 1, INT32, INT32))));
  }

  @Test
  void bytesThatAreNoSchemaAreRefused() {
    for (byte[] bytes : new byte[][] {{}, {1}, {0, 0, 0, 0}, {-1, -1, -1, 127}, new byte[64]}) {
      assertThatThrownBy(() -> ArrowSchemas.read(ByteBuffer.wrap(bytes)))
          .isInstanceOf(MallardException.class);
    }
  }

  @Test
  void equalSchemasAreCompatibleWhateverTheirMetadata() {
    Schema schema = SampleFields.everyType();
    assertThat(ArrowSchemas.incompatibility(schema, new Schema(schema.getFields()))).isEmpty();
  }

  @Test
  void theFirstDifferenceIsNamed() {
    Field id = SampleFields.nullable("id", INT32);
    Field name = SampleFields.nullable("name", UTF8);
    assertThat(difference(List.of(id, name), List.of(id)))
        .isEqualTo("column 'name' is missing in the appended data");
    assertThat(difference(List.of(id), List.of(id, name)))
        .isEqualTo("column 'name' is not in the dataset");
    assertThat(difference(List.of(id), List.of(name)))
        .isEqualTo("column 1 is 'id' in the dataset and 'name' in the appended data");
    assertThat(difference(List.of(id), List.of(SampleFields.nullable("id", UTF8))))
        .isEqualTo("column 'id' is Int(32, true) in the dataset and Utf8 in the appended data");
    assertThat(difference(List.of(SampleFields.required("id", INT32)), List.of(id)))
        .isEqualTo("column 'id' is not nullable in the dataset and nullable in the appended data");
    assertThat(difference(List.of(id), List.of(SampleFields.required("id", INT32)))).isNull();
    assertThat(difference(List.of(name), List.of(SampleFields.dictionary("name", 3, INT32, UTF8))))
        .isEqualTo(
            "column 'name' is not dictionary-encoded in the dataset and dictionary-encoded with"
                + " indices of Int(32, true) in the appended data");
    assertThat(
            difference(
                struct(INT32), struct(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE))))
        .startsWith("column 's.x' is Int(32, true)");
  }

  @Test
  void dictionaryIdsMayDiffer() {
    assertThat(
            difference(
                List.of(SampleFields.dictionary("a", 1, INT32, UTF8)),
                List.of(SampleFields.dictionary("a", 9, INT32, UTF8))))
        .isNull();
  }

  private static List<Field> struct(ArrowType type) {
    return List.of(
        SampleFields.nullable("s", ArrowType.Struct.INSTANCE, SampleFields.nullable("x", type)));
  }

  private static String difference(List<Field> dataset, List<Field> appended) {
    return ArrowSchemas.incompatibility(new Schema(dataset), new Schema(appended)).orElse(null);
  }

  private static Schema roundTrip(Schema schema) {
    return ArrowSchemas.read(ArrowSchemas.message(schema).header());
  }

  private static void refused(String message, ArrowType type, Field... children) {
    refused(message, new Schema(List.of(SampleFields.nullable("a", type, children))));
  }

  private static void refused(String message, Schema schema) {
    assertThatThrownBy(() -> roundTrip(schema))
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining(message);
  }
}
