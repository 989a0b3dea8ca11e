package dev.mallard.parquet.internal.read;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.parquet.format.SchemaElement;
import org.jspecify.annotations.Nullable;

/**
 * Plans how a file's columns become Arrow fields: each field gets the type that the stored Arrow
 * schema names for it if the column can be converted to it exactly, and otherwise the type that
 * follows from the Parquet schema alone.
 */
final class ArrowSchemaFromParquet {
  private static final String EXTENSION_NAME = "ARROW:extension:name";
  private static final String EXTENSION_METADATA = "ARROW:extension:metadata";

  private final List<ReadNode.Leaf> leaves = new ArrayList<>();
  private long nextDictionaryId;

  private ArrowSchemaFromParquet() {}

  /**
   * @param columns one for each field of the schema
   * @param leaves one for each Parquet column, in their order
   */
  record Plan(List<ReadNode> columns, List<ReadNode.Leaf> leaves) {}

  /** Where a field stands in the levels: see {@link ReadNode}. */
  private record Place(
      int depth, int existsAt, int presentAt, Fillers fillers, String path, boolean inStruct) {}

  /**
   * @param stored the fields of the stored Arrow schema, empty if there is none
   */
  static Plan plan(ParquetNode root, List<Field> stored) {
    ArrowSchemaFromParquet planner = new ArrowSchemaFromParquet();
    List<ReadNode> columns = new ArrayList<>();
    Map<String, Field> byName = uniqueByName(stored);
    for (int i = 0; i < root.children().size(); i++) {
      ParquetNode child = root.children().get(i);
      boolean samePlace = i < stored.size() && stored.get(i).getName().equals(child.name());
      Field wanted = samePlace ? stored.get(i) : byName.get(child.name());
      columns.add(
          planner.field(child, wanted, new Place(0, 0, 0, Fillers.NONE, child.name(), false)));
    }
    return new Plan(List.copyOf(columns), List.copyOf(planner.leaves));
  }

  private static Map<String, Field> uniqueByName(List<Field> fields) {
    Map<String, Field> byName = new HashMap<>();
    for (Field field : fields) {
      byName.merge(field.getName(), field, (one, other) -> null);
    }
    return byName;
  }

  /** Of a node as the repetition says it: the place is that of what is around it. */
  private ReadNode field(ParquetNode node, @Nullable Field wanted, Place around) {
    if (node.isRepeated()) {
      return bareRepeated(node, wanted, around);
    }
    if (!node.isOptional()) {
      return content(node, wanted, false, around);
    }
    Place place =
        new Place(
            around.depth,
            around.existsAt,
            around.presentAt + 1,
            around.fillers,
            around.path,
            around.inStruct);
    return content(node, wanted, true, place);
  }

  /** A repeated field outside LIST and MAP: a required list of required elements. */
  private ReadNode bareRepeated(ParquetNode node, @Nullable Field wanted, Place place) {
    Field list = wanted != null && isList(wanted.getType()) ? wanted : null;
    return list(node, node, list, false, place);
  }

  private ReadNode content(
      ParquetNode node, @Nullable Field wanted, boolean nullable, Place place) {
    if (!node.isGroup()) {
      return leaf(node, wanted, nullable, place);
    }
    Annotation.Kind kind = Annotation.of(node.element()).kind();
    boolean wrapsOneRepeated = node.children().size() == 1 && node.children().get(0).isRepeated();
    if (kind == Annotation.Kind.MAP && wrapsOneRepeated) {
      ParquetNode entries = node.children().get(0);
      boolean keyAndValue = entries.isGroup() && entries.children().size() == 2;
      if (keyAndValue && !entries.children().get(0).isRepeated()) {
        return map(node, entries, wanted, nullable, place);
      }
    }
    if ((kind == Annotation.Kind.LIST || kind == Annotation.Kind.MAP) && wrapsOneRepeated) {
      Field list = wanted != null && isList(wanted.getType()) ? wanted : null;
      return list(node, node.children().get(0), list, nullable, place);
    }
    return struct(node, wanted, nullable, place);
  }

  private static boolean isList(ArrowType type) {
    return type instanceof ArrowType.List
        || type instanceof ArrowType.LargeList
        || type instanceof ArrowType.FixedSizeList;
  }

  private ReadNode list(
      ParquetNode node,
      ParquetNode repeated,
      @Nullable Field wanted,
      boolean nullable,
      Place place) {
    Field wantedElement = wanted == null ? null : wanted.getChildren().get(0);
    int elementAt = place.presentAt + 1;
    boolean threeLevels = node != repeated && isThreeLevels(node, repeated);
    ParquetNode elementNode = threeLevels ? repeated.children().get(0) : repeated;
    String path = place.path + "." + elementNode.name();
    int size =
        wanted != null && wanted.getType() instanceof ArrowType.FixedSizeList fixed
            ? fixed.getListSize()
            : -1;
    Fillers fillers = place.fillers.ofElements(place.existsAt, elementAt, size);
    Place elementPlace = new Place(place.depth + 1, elementAt, elementAt, fillers, path, false);
    ReadNode element =
        threeLevels
            ? field(elementNode, wantedElement, elementPlace)
            : content(elementNode, wantedElement, false, elementPlace);
    ArrowType type = wanted == null ? ArrowType.List.INSTANCE : wanted.getType();
    Field field = describe(node, wanted, type, nullable, null, List.of(element.field()));
    return new ReadNode.Repeated(
        field, place.depth, place.existsAt, place.presentAt, place.fillers, element);
  }

  /** The specification's rules for lists of older writers. */
  private static boolean isThreeLevels(ParquetNode list, ParquetNode repeated) {
    if (!repeated.isGroup() || repeated.children().size() != 1) {
      return false;
    }
    if (repeated.children().get(0).isRepeated()) {
      return false;
    }
    String name = repeated.name();
    return !name.equals("array") && !name.equals(list.name() + "_tuple");
  }

  private ReadNode map(
      ParquetNode node,
      ParquetNode entries,
      @Nullable Field wanted,
      boolean nullable,
      Place place) {
    Field wantedMap = wanted != null && isMap(wanted) ? wanted : null;
    Field wantedEntries = wantedMap == null ? null : wantedMap.getChildren().get(0);
    int entryAt = place.presentAt + 1;
    Place entryPlace =
        new Place(place.depth + 1, entryAt, entryAt, Fillers.NONE, place.path, false);
    ReadNode key =
        field(
            entries.children().get(0),
            wantedEntries == null ? null : wantedEntries.getChildren().get(0),
            inside(entryPlace, entries.children().get(0), false));
    ReadNode value =
        field(
            entries.children().get(1),
            wantedEntries == null ? null : wantedEntries.getChildren().get(1),
            inside(entryPlace, entries.children().get(1), false));
    key = notNull(key);
    Field entriesField = entries(wantedEntries, List.of(key.field(), value.field()));
    ReadNode entry =
        new ReadNode.Struct(
            entriesField, place.depth + 1, entryAt, entryAt, Fillers.NONE, List.of(key, value));
    ArrowType type = wantedMap == null ? new ArrowType.Map(false) : wantedMap.getType();
    Field field = describe(node, wantedMap, type, nullable, null, List.of(entriesField));
    return new ReadNode.Repeated(
        field, place.depth, place.existsAt, place.presentAt, place.fillers, entry);
  }

  private static Field entries(@Nullable Field wanted, List<Field> keyAndValue) {
    String name = wanted == null ? MapVector.DATA_VECTOR_NAME : wanted.getName();
    Map<String, String> metadata = wanted == null ? Map.of() : wanted.getMetadata();
    FieldType type = new FieldType(false, ArrowType.Struct.INSTANCE, null, metadata);
    return new Field(name, type, keyAndValue);
  }

  private static boolean isMap(Field wanted) {
    return wanted.getType() instanceof ArrowType.Map
        && wanted.getChildren().size() == 1
        && wanted.getChildren().get(0).getChildren().size() == 2;
  }

  /** Arrow's maps have keys that are not null, whatever Parquet's repetition says. */
  private ReadNode notNull(ReadNode key) {
    Field old = key.field();
    if (!old.isNullable()) {
      return key;
    }
    FieldType type = new FieldType(false, old.getType(), old.getDictionary(), old.getMetadata());
    Field field = new Field(old.getName(), type, old.getChildren());
    if (key instanceof ReadNode.Leaf leaf) {
      ReadNode.Leaf changed =
          new ReadNode.Leaf(
              field,
              leaf.depth(),
              leaf.existsAt(),
              leaf.presentAt(),
              leaf.fillers(),
              leaf.type(),
              leaf.column(),
              leaf.physicalWidth(),
              leaf.path(),
              leaf.inStruct());
      leaves.set(leaf.column(), changed);
      return changed;
    }
    if (key instanceof ReadNode.Struct struct) {
      return new ReadNode.Struct(
          field,
          struct.depth(),
          struct.existsAt(),
          struct.presentAt(),
          struct.fillers(),
          struct.children());
    }
    ReadNode.Repeated list = (ReadNode.Repeated) key;
    return new ReadNode.Repeated(
        field, list.depth(), list.existsAt(), list.presentAt(), list.fillers(), list.child());
  }

  private ReadNode struct(ParquetNode node, @Nullable Field wanted, boolean nullable, Place place) {
    Field accepted = wanted != null && isSameStruct(node, wanted) ? wanted : null;
    List<ReadNode> children = new ArrayList<>();
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < node.children().size(); i++) {
      ParquetNode child = node.children().get(i);
      Field wantedChild = accepted == null ? null : accepted.getChildren().get(i);
      ReadNode built = field(child, wantedChild, inside(place, child, true));
      children.add(built);
      fields.add(built.field());
    }
    Field field = describe(node, accepted, ArrowType.Struct.INSTANCE, nullable, null, fields);
    return new ReadNode.Struct(
        field, place.depth, place.existsAt, place.presentAt, place.fillers, List.copyOf(children));
  }

  private static boolean isSameStruct(ParquetNode node, Field wanted) {
    if (!(wanted.getType() instanceof ArrowType.Struct)
        || wanted.getChildren().size() != node.children().size()) {
      return false;
    }
    for (int i = 0; i < node.children().size(); i++) {
      if (!wanted.getChildren().get(i).getName().equals(node.children().get(i).name())) {
        return false;
      }
    }
    return true;
  }

  private static Place inside(Place place, ParquetNode child, boolean inStruct) {
    return new Place(
        place.depth,
        place.existsAt,
        place.presentAt,
        place.fillers,
        place.path + "." + child.name(),
        inStruct || place.inStruct);
  }

  private ReadNode leaf(ParquetNode node, @Nullable Field wanted, boolean nullable, Place place) {
    SchemaElement element = node.element();
    ArrowType type = ColumnTypes.infer(element);
    ColumnType how = wanted == null ? null : ColumnTypes.conversion(element, wanted.getType());
    Field accepted = how == null ? null : wanted;
    if (accepted != null) {
      type = accepted.getType();
    } else {
      how = ColumnTypes.conversion(element, type);
    }
    if (how == null) {
      throw DamagedFile.unsupported(
          "the column '" + place.path + "' has a type without Arrow form");
    }
    DictionaryEncoding dictionary = dictionary(accepted, how);
    boolean isNull = how instanceof ColumnType.Nothing;
    Field field = describe(node, accepted, type, nullable || isNull, dictionary, List.of());
    ReadNode.Leaf leaf =
        new ReadNode.Leaf(
            field,
            place.depth,
            place.existsAt,
            place.presentAt,
            place.fillers,
            how,
            node.column(),
            ColumnTypes.physicalWidth(element),
            place.path,
            place.inStruct);
    leaves.add(leaf);
    return leaf;
  }

  /** Ids are given anew: files exist in which several fields have the same one. */
  private @Nullable DictionaryEncoding dictionary(@Nullable Field accepted, ColumnType how) {
    DictionaryEncoding stored = accepted == null ? null : accepted.getDictionary();
    if (stored == null || how instanceof ColumnType.Nothing) {
      return null;
    }
    ArrowType.Int index = stored.getIndexType();
    return new DictionaryEncoding(nextDictionaryId++, stored.isOrdered(), index);
  }

  private static Field describe(
      ParquetNode node,
      @Nullable Field accepted,
      ArrowType type,
      boolean nullable,
      @Nullable DictionaryEncoding dictionary,
      List<Field> children) {
    String name = accepted == null ? node.name() : accepted.getName();
    Map<String, String> metadata =
        accepted == null ? ownMetadata(node.element()) : accepted.getMetadata();
    boolean orNull = nullable || (accepted != null && accepted.isNullable());
    return new Field(name, new FieldType(orNull, type, dictionary, metadata), children);
  }

  /** What Arrow C++ adds where no Arrow schema was stored. */
  private static Map<String, String> ownMetadata(SchemaElement element) {
    Map<String, String> metadata = new HashMap<>();
    if (element.isSetField_id()) {
      metadata.put("PARQUET:field_id", Integer.toString(element.getField_id()));
    }
    Annotation.Kind kind = Annotation.of(element).kind();
    if (kind == Annotation.Kind.UUID && element.getType_length() == 16) {
      metadata.put(EXTENSION_NAME, "arrow.uuid");
      metadata.put(EXTENSION_METADATA, "");
    } else if (kind == Annotation.Kind.JSON && !element.isSetType_length()) {
      metadata.put(EXTENSION_NAME, "arrow.json");
      metadata.put(EXTENSION_METADATA, "");
    }
    return metadata;
  }
}
