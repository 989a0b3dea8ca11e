package dev.mallard.flight.sql;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** What a column's type is called in SQL, told by its Arrow type and extension. */
final class SqlTypeName {
  private static final String EXTENSION = "ARROW:extension:name";
  private static final String EXTENSION_METADATA = "ARROW:extension:metadata";
  private static final Pattern OPAQUE = Pattern.compile("\"type_name\"\\s*:\\s*\"([^\"\\\\]+)\"");

  private static final Map<String, String> EXTENSIONS =
      Map.of(
          "arrow.uuid", "UUID",
          "arrow.json", "JSON",
          "arrow.bool8", "BOOLEAN",
          "geoarrow.wkb", "GEOMETRY");

  private SqlTypeName() {}

  static String of(Field field) {
    String extension = field.getMetadata().get(EXTENSION);
    if (extension != null) {
      String name = EXTENSIONS.get(extension);
      if (name != null) {
        return name;
      }
      if (extension.equals("arrow.opaque")) {
        return opaque(field);
      }
    }
    if (field.getDictionary() != null && field.getType() instanceof ArrowType.Utf8) {
      return "ENUM";
    }
    return named(field);
  }

  private static String opaque(Field field) {
    Matcher matcher = OPAQUE.matcher(field.getMetadata().getOrDefault(EXTENSION_METADATA, ""));
    return matcher.find() ? matcher.group(1).toUpperCase(Locale.ROOT) : "BLOB";
  }

  private static String named(Field field) {
    ArrowType type = field.getType();
    return switch (type.getTypeID()) {
      case Null, NONE -> "NULL";
      case Struct -> "STRUCT";
      case Map -> "MAP";
      case Union -> "UNION";
      case List, LargeList, ListView, LargeListView -> child(field, 0) + "[]";
      case FixedSizeList ->
          child(field, 0) + "[" + ((ArrowType.FixedSizeList) type).getListSize() + "]";
      case RunEndEncoded -> child(field, 1);
      case Int -> integer((ArrowType.Int) type);
      case FloatingPoint ->
          ((ArrowType.FloatingPoint) type).getPrecision() == FloatingPointPrecision.DOUBLE
              ? "DOUBLE"
              : "FLOAT";
      case Decimal -> decimal((ArrowType.Decimal) type);
      case Utf8, LargeUtf8, Utf8View -> "VARCHAR";
      case Binary, LargeBinary, BinaryView, FixedSizeBinary -> "BLOB";
      case Bool -> "BOOLEAN";
      case Date -> "DATE";
      case Time -> "TIME";
      case Timestamp -> timestamp((ArrowType.Timestamp) type);
      case Interval, Duration -> "INTERVAL";
    };
  }

  private static String child(Field field, int index) {
    return field.getChildren().size() > index ? of(field.getChildren().get(index)) : "NULL";
  }

  private static String integer(ArrowType.Int type) {
    String name =
        switch (type.getBitWidth()) {
          case 8 -> "TINYINT";
          case 16 -> "SMALLINT";
          case 32 -> "INTEGER";
          default -> "BIGINT";
        };
    return type.getIsSigned() ? name : "U" + name;
  }

  private static String decimal(ArrowType.Decimal type) {
    return "DECIMAL(" + type.getPrecision() + "," + type.getScale() + ")";
  }

  private static String timestamp(ArrowType.Timestamp type) {
    if (type.getTimezone() != null) {
      return "TIMESTAMP WITH TIME ZONE";
    }
    return switch (type.getUnit()) {
      case SECOND -> "TIMESTAMP_S";
      case MILLISECOND -> "TIMESTAMP_MS";
      case MICROSECOND -> "TIMESTAMP";
      case NANOSECOND -> "TIMESTAMP_NS";
    };
  }
}
