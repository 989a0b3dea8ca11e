package dev.mallard.parquet.internal.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The examples of the Parquet specification's rules for lists and maps. */
class ArrowSchemaFromParquetTest {
  private static final FieldRepetitionType OPTIONAL = FieldRepetitionType.OPTIONAL;
  private static final FieldRepetitionType REPEATED = FieldRepetitionType.REPEATED;
  private static final FieldRepetitionType REQUIRED = FieldRepetitionType.REQUIRED;

  private final List<SchemaElement> elements = new ArrayList<>();

  @Test
  void aListOfThreeLevelsHasTheInnerElement() {
    group("l", OPTIONAL, ConvertedType.LIST, 1);
    group("list", REPEATED, null, 1);
    leaf("element", OPTIONAL);
    assertThat(planned()).isEqualTo("l: List<element: Int(32, true)>");
  }

  @Test
  void aRepeatedLeafInAListIsTheElementItself() {
    group("l", OPTIONAL, ConvertedType.LIST, 1);
    leaf("element", REPEATED);
    assertThat(planned()).isEqualTo("l: List<element: Int(32, true) not null>");
  }

  @Test
  void aRepeatedGroupOfSeveralFieldsIsTheElementItself() {
    group("l", OPTIONAL, ConvertedType.LIST, 1);
    group("element", REPEATED, null, 2);
    leaf("a", REQUIRED);
    leaf("b", REQUIRED);
    assertThat(planned())
        .isEqualTo(
            "l: List<element: Struct<a: Int(32, true) not null, b: Int(32, true) not null> not"
                + " null>");
  }

  @Test
  void aRepeatedGroupCalledArrayOrTupleIsTheElementItself() {
    for (String name : List.of("array", "l_tuple")) {
      elements.clear();
      group("l", OPTIONAL, ConvertedType.LIST, 1);
      group(name, REPEATED, null, 1);
      leaf("a", REQUIRED);
      assertThat(planned())
          .isEqualTo("l: List<" + name + ": Struct<a: Int(32, true) not null> not null>");
    }
  }

  @Test
  void aRepeatedFieldOutsideAListIsARequiredList() {
    leaf("n", REPEATED);
    assertThat(planned()).isEqualTo("n: List<n: Int(32, true) not null> not null");
  }

  @Test
  void aMapOfAnOlderWriterIsAMap() {
    group("m", OPTIONAL, ConvertedType.MAP_KEY_VALUE, 1);
    group("map", REPEATED, null, 2);
    leaf("key", OPTIONAL);
    leaf("value", OPTIONAL);
    assertThat(planned())
        .isEqualTo(
            "m: Map(false)<entries: Struct<key: Int(32, true) not null, value: Int(32, true)> not"
                + " null>");
  }

  @Test
  void aStoredTypeThatDoesNotFitTheColumnIsNotUsed() {
    leaf("n", OPTIONAL);
    Field stored = new Field("n", FieldType.nullable(ArrowType.Utf8.INSTANCE), List.of());
    assertThat(describe(plan(List.of(stored)).columns().get(0).field()))
        .isEqualTo("n: Int(32, true)");
  }

  @Test
  void aSchemaThatIsNestedTooDeepIsRefusedBeforeTheStackEnds() {
    for (int i = 0; i < 100_000; i++) {
      group("g", OPTIONAL, null, 1);
    }
    leaf("n", OPTIONAL);
    assertThatThrownBy(this::planned).isInstanceOf(CorruptPageException.class);
  }

  private void group(
      String name, FieldRepetitionType repetition, @Nullable ConvertedType type, int count) {
    SchemaElement element =
        new SchemaElement(name).setRepetition_type(repetition).setNum_children(count);
    elements.add(type == null ? element : element.setConverted_type(type));
  }

  private void leaf(String name, FieldRepetitionType repetition) {
    elements.add(new SchemaElement(name).setRepetition_type(repetition).setType(Type.INT32));
  }

  private String planned() {
    return describe(plan(List.of()).columns().get(0).field());
  }

  private ArrowSchemaFromParquet.Plan plan(List<Field> stored) {
    List<SchemaElement> all = new ArrayList<>(elements);
    all.add(0, new SchemaElement("schema").setNum_children(1));
    return ArrowSchemaFromParquet.plan(ParquetNode.tree(all), stored);
  }

  private static String describe(Field field) {
    StringBuilder text = new StringBuilder(field.getName()).append(": ").append(field.getType());
    if (!field.getChildren().isEmpty()) {
      List<String> children =
          field.getChildren().stream().map(ArrowSchemaFromParquetTest::describe).toList();
      text.append('<').append(String.join(", ", children)).append('>');
    }
    return text.append(field.isNullable() ? "" : " not null").toString();
  }
}
