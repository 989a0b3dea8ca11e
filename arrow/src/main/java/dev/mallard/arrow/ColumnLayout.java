package dev.mallard.arrow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How a column stands in a record batch: which nodes and buffers it has and what they mean.
 *
 * @param path for messages: the column's name, with its parents'
 * @param width bytes of a value ({@code FIXED}) or of an offset ({@code VARIABLE}, {@code LIST},
 *     {@code LIST_VIEW}, run ends), or values of a list ({@code FIXED_SIZE_LIST})
 * @param text whether values must be UTF-8
 * @param typeIds of a union's children
 * @param dictionary if the values are indices into a dictionary
 * @see <a href="https://arrow.apache.org/docs/format/Columnar.html#buffer-listing-for-each-layout">
 *     Buffer listing</a>
 */
record ColumnLayout(
    String path,
    Kind kind,
    int width,
    boolean text,
    boolean nullable,
    int[] typeIds,
    @Nullable DictionaryEncoding dictionary,
    List<ColumnLayout> children) {

  /** Physical layouts, and how many buffers they have (views: and one per data buffer). */
  enum Kind {
    NULL(0),
    FIXED(2),
    BITS(2),
    VARIABLE(3),
    VIEW(2),
    LIST(2),
    LIST_VIEW(3),
    FIXED_SIZE_LIST(1),
    STRUCT(1),
    SPARSE_UNION(1),
    DENSE_UNION(2),
    RUN_END_ENCODED(0);

    final int buffers;

    Kind(int buffers) {
      this.buffers = buffers;
    }

    boolean hasValidity() {
      return switch (this) {
        case NULL, SPARSE_UNION, DENSE_UNION, RUN_END_ENCODED -> false;
        default -> true;
      };
    }
  }

  private static final int[] NO_IDS = {};

  boolean isUnion() {
    return kind == Kind.SPARSE_UNION || kind == Kind.DENSE_UNION;
  }

  /** Whether this column or one under it is a union. */
  boolean hasUnion() {
    return isUnion() || children.stream().anyMatch(ColumnLayout::hasUnion);
  }

  /** Of the record batches of a schema in message form. */
  static List<ColumnLayout> of(Schema schema) {
    List<ColumnLayout> columns = new ArrayList<>(schema.getFields().size());
    for (Field field : schema.getFields()) {
      columns.add(of(field, field.getName()));
    }
    return columns;
  }

  /** Of the dictionary batches, by dictionary id. */
  static Map<Long, ColumnLayout> dictionaries(Schema schema) {
    Map<Long, ColumnLayout> dictionaries = new LinkedHashMap<>();
    for (Field field : schema.getFields()) {
      collectDictionaries(field, field.getName(), dictionaries);
    }
    return dictionaries;
  }

  private static void collectDictionaries(
      Field field, String path, Map<Long, ColumnLayout> dictionaries) {
    for (Field child : field.getChildren()) {
      collectDictionaries(child, path + "." + child.getName(), dictionaries);
    }
    DictionaryEncoding encoding = field.getDictionary();
    if (encoding != null && !dictionaries.containsKey(encoding.getId())) {
      // Values of a dictionary may be null whatever the column says.
      dictionaries.put(encoding.getId(), values(field, path, true));
    }
  }

  /** For each dictionary the ids of those that its values need. */
  static Map<Long, Set<Long>> nestedDictionaries(Map<Long, ColumnLayout> dictionaries) {
    Map<Long, Set<Long>> nested = new HashMap<>();
    dictionaries.forEach((id, layout) -> nested.put(id, layout.dictionaryIds()));
    return nested;
  }

  /** Of this column and those under it. */
  Set<Long> dictionaryIds() {
    Set<Long> ids = new LinkedHashSet<>();
    collectIds(ids);
    return ids;
  }

  private void collectIds(Set<Long> ids) {
    if (dictionary != null) {
      ids.add(dictionary.getId());
    }
    children.forEach(child -> child.collectIds(ids));
  }

  private static ColumnLayout of(Field field, String path) {
    DictionaryEncoding encoding = field.getDictionary();
    if (encoding != null) {
      int width = encoding.getIndexType().getBitWidth() / 8;
      return new ColumnLayout(
          path, Kind.FIXED, width, false, field.isNullable(), NO_IDS, encoding, List.of());
    }
    return values(field, path, field.isNullable());
  }

  private static ColumnLayout values(Field field, String path, boolean nullable) {
    ArrowType type = field.getType();
    if (type instanceof ArrowType.ExtensionType extension) {
      type = extension.storageType();
    }
    List<ColumnLayout> children = new ArrayList<>(field.getChildren().size());
    for (Field child : field.getChildren()) {
      children.add(of(child, path + "." + child.getName()));
    }
    int[] typeIds = type instanceof ArrowType.Union union ? union.getTypeIds() : NO_IDS;
    boolean text =
        type instanceof ArrowType.Utf8
            || type instanceof ArrowType.LargeUtf8
            || type instanceof ArrowType.Utf8View;
    return new ColumnLayout(
        path, kind(type), width(type, children), text, nullable, typeIds, null, children);
  }

  private static Kind kind(ArrowType type) {
    return switch (type.getTypeID()) {
      case Null -> Kind.NULL;
      case Bool -> Kind.BITS;
      case Utf8, LargeUtf8, Binary, LargeBinary -> Kind.VARIABLE;
      case Utf8View, BinaryView -> Kind.VIEW;
      case List, LargeList, Map -> Kind.LIST;
      case ListView, LargeListView -> Kind.LIST_VIEW;
      case FixedSizeList -> Kind.FIXED_SIZE_LIST;
      case Struct -> Kind.STRUCT;
      case Union ->
          ((ArrowType.Union) type).getMode() == UnionMode.Sparse
              ? Kind.SPARSE_UNION
              : Kind.DENSE_UNION;
      case RunEndEncoded -> Kind.RUN_END_ENCODED;
      default -> Kind.FIXED;
    };
  }

  private static int width(ArrowType type, List<ColumnLayout> children) {
    return switch (type.getTypeID()) {
      case Utf8, Binary, List, Map, ListView -> 4;
      case LargeUtf8, LargeBinary, LargeList, LargeListView -> 8;
      case FixedSizeList -> ((ArrowType.FixedSizeList) type).getListSize();
      case FixedSizeBinary -> ((ArrowType.FixedSizeBinary) type).getByteWidth();
      case Int -> ((ArrowType.Int) type).getBitWidth() / 8;
      case Decimal -> ((ArrowType.Decimal) type).getBitWidth() / 8;
      case Time -> ((ArrowType.Time) type).getBitWidth() / 8;
      case FloatingPoint ->
          switch (((ArrowType.FloatingPoint) type).getPrecision()) {
            case HALF -> 2;
            case SINGLE -> 4;
            case DOUBLE -> 8;
          };
      case Date ->
          switch (((ArrowType.Date) type).getUnit()) {
            case DAY -> 4;
            case MILLISECOND -> 8;
          };
      case Interval ->
          switch (((ArrowType.Interval) type).getUnit()) {
            case YEAR_MONTH -> 4;
            case DAY_TIME -> 8;
            case MONTH_DAY_NANO -> 16;
          };
      case Timestamp, Duration -> 8;
      case RunEndEncoded -> children.get(0).width();
      default -> 0;
    };
  }
}
