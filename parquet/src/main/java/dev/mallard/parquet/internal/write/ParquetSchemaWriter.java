package dev.mallard.parquet.internal.write;

import dev.mallard.parquet.internal.write.WriterNode.Shape;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.ListType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.MapType;
import org.apache.parquet.format.SchemaElement;
import org.jspecify.annotations.Nullable;

/**
 * Translates an Arrow schema (in the form of a Schema message: value types for dictionary-encoded
 * fields) to a Parquet schema. What Parquet has no word for comes back through the {@code
 * ARROW:schema} entry of the footer.
 *
 * @see <a href="https://github.com/apache/parquet-format/blob/master/LogicalTypes.md">Logical
 *     types</a>
 */
public final class ParquetSchemaWriter {
  /** As Arrow C++ and Iceberg name it. */
  private static final String FIELD_ID = "PARQUET:field_id";

  private final List<SchemaElement> elements = new ArrayList<>();
  private final List<WriterColumn> columns = new ArrayList<>();
  private final List<String> path = new ArrayList<>();
  private final List<LevelStep> steps = new ArrayList<>();
  private int field;
  private int definition;
  private int repetition;

  private ParquetSchemaWriter() {}

  /**
   * Refuses a schema with a type that Parquet cannot carry exactly.
   *
   * @throws dev.mallard.error.MallardException INVALID_ARGUMENT, naming the column, its type and
   *     what to do
   */
  public static void checkStorable(Schema schema) {
    StorableSchema.check(schema);
  }

  static WriterSchema translate(Schema schema) {
    checkStorable(schema);
    return new ParquetSchemaWriter().walk(schema);
  }

  private WriterSchema walk(Schema schema) {
    List<Field> fields = schema.getFields();
    elements.add(new SchemaElement("schema").setNum_children(fields.size()));
    List<WriterNode> nodes = new ArrayList<>();
    for (Field each : fields) {
      nodes.add(add(each, each.getName(), each.getName(), each.isNullable()));
      field++;
    }
    return new WriterSchema(List.copyOf(elements), List.copyOf(nodes), List.copyOf(columns));
  }

  /**
   * @param name in Parquet: not always the Arrow field's
   * @param dotted the Arrow field's name for messages
   */
  private WriterNode add(Field arrow, String name, String dotted, boolean nullable) {
    ArrowType type = StorableSchema.storage(arrow);
    LeafType leaf = type.isComplex() ? null : LeafTypes.of(type, StorableSchema.extension(arrow));
    boolean optional = nullable || type instanceof ArrowType.Null;
    SchemaElement element = new SchemaElement(name).setRepetition_type(repetition(optional));
    setFieldId(element, arrow);
    elements.add(element);
    path.add(name);
    steps.add(new LevelStep.Presence(optional, dotted));
    int outer = definition;
    definition += optional ? 1 : 0;
    WriterNode node =
        leaf != null
            ? addLeaf(element, leaf, type, dotted, optional)
            : addNested(element, arrow, type, dotted, optional);
    definition = outer;
    steps.remove(steps.size() - 1);
    path.remove(path.size() - 1);
    return node;
  }

  private static FieldRepetitionType repetition(boolean optional) {
    return optional ? FieldRepetitionType.OPTIONAL : FieldRepetitionType.REQUIRED;
  }

  private static void setFieldId(SchemaElement element, Field arrow) {
    String id = arrow.getMetadata().get(FIELD_ID);
    if (id == null) {
      return;
    }
    try {
      element.setField_id(Integer.parseInt(id));
    } catch (NumberFormatException e) {
      // Somebody's own use of the key; it comes back with the field's metadata all the same.
      element.unsetField_id();
    }
  }

  private WriterNode addLeaf(
      SchemaElement element, LeafType leaf, ArrowType type, String dotted, boolean optional) {
    element.setType(leaf.physical());
    if (leaf.length() > 0) {
      element.setType_length(leaf.length());
    }
    annotate(element, leaf.logical(), leaf.converted());
    if (type instanceof ArrowType.Decimal decimal) {
      element.setPrecision(decimal.getPrecision()).setScale(decimal.getScale());
    }
    columns.add(
        new WriterColumn(
            field, List.copyOf(path), dotted, List.copyOf(steps), definition, repetition, leaf));
    return new WriterNode(dotted, type, Shape.LEAF, optional, List.of(), leaf);
  }

  private static void annotate(
      SchemaElement element, @Nullable LogicalType logical, @Nullable ConvertedType converted) {
    if (logical != null) {
      element.setLogicalType(logical);
    }
    if (converted != null) {
      element.setConverted_type(converted);
    }
  }

  private WriterNode addNested(
      SchemaElement element, Field arrow, ArrowType type, String dotted, boolean optional) {
    if (type instanceof ArrowType.Struct) {
      element.setNum_children(arrow.getChildren().size());
      return new WriterNode(dotted, type, Shape.STRUCT, optional, addFields(arrow, dotted), null);
    }
    element.setNum_children(1);
    boolean map = type instanceof ArrowType.Map;
    if (map) {
      annotate(element, LogicalType.MAP(new MapType()), ConvertedType.MAP);
    } else {
      annotate(element, LogicalType.LIST(new ListType()), ConvertedType.LIST);
    }
    Field child = arrow.getChildren().get(0);
    String childName = dotted + "." + child.getName();
    repetition++;
    definition++;
    elements.add(
        new SchemaElement(map ? "key_value" : "list")
            .setRepetition_type(FieldRepetitionType.REPEATED)
            .setNum_children(map ? 2 : 1));
    path.add(map ? "key_value" : "list");
    steps.add(new LevelStep.Repetition(repetition, dotted));
    WriterNode element0 =
        map
            ? addEntries(child, childName)
            : add(child, child.getName(), childName, child.isNullable());
    steps.remove(steps.size() - 1);
    path.remove(path.size() - 1);
    definition--;
    repetition--;
    return new WriterNode(dotted, type, listShape(type), optional, List.of(element0), null);
  }

  private static Shape listShape(ArrowType type) {
    return switch (type.getTypeID()) {
      case LargeList -> Shape.LARGE_LIST;
      case FixedSizeList -> Shape.FIXED_SIZE_LIST;
      default -> Shape.LIST;
    };
  }

  /** A map's entries are the repeated group itself: no element, no level, never null. */
  private WriterNode addEntries(Field entries, String dotted) {
    steps.add(new LevelStep.Presence(false, dotted));
    Field key = entries.getChildren().get(0);
    Field value = entries.getChildren().get(1);
    List<WriterNode> children = new ArrayList<>();
    steps.add(new LevelStep.Child(0));
    // Parquet wants keys to be required, whatever the Arrow field says of itself.
    children.add(add(key, key.getName(), dotted + "." + key.getName(), false));
    steps.set(steps.size() - 1, new LevelStep.Child(1));
    children.add(add(value, value.getName(), dotted + "." + value.getName(), value.isNullable()));
    steps.remove(steps.size() - 1);
    steps.remove(steps.size() - 1);
    ArrowType type = StorableSchema.storage(entries);
    return new WriterNode(dotted, type, Shape.STRUCT, false, List.copyOf(children), null);
  }

  private List<WriterNode> addFields(Field struct, String dotted) {
    List<WriterNode> children = new ArrayList<>();
    for (Field child : struct.getChildren()) {
      steps.add(new LevelStep.Child(children.size()));
      children.add(add(child, child.getName(), dotted + "." + child.getName(), child.isNullable()));
      steps.remove(steps.size() - 1);
    }
    return List.copyOf(children);
  }
}
