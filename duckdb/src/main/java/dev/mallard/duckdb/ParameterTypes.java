package dev.mallard.duckdb;

import dev.mallard.error.MallardException;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Arrow's types as DuckDB's, for values that come in: none loses anything. */
final class ParameterTypes {
  private static final int MOST_DIGITS = 38;
  private static final String UUID = "arrow.uuid";

  /** The parameter, for messages. */
  private final String parameter;

  private ParameterTypes(String parameter) {
    this.parameter = parameter;
  }

  /**
   * The type's name in SQL.
   *
   * @param parameter what it is called, for messages
   * @throws MallardException INVALID_ARGUMENT if DuckDB has none for it
   */
  static String of(Field field, String parameter) {
    return new ParameterTypes(parameter).name(field);
  }

  static MallardException unsupported(String parameter, ArrowType type, String remedy) {
    return MallardException.invalid(
        "parameter '%s': values of type %s cannot be bound; %s".formatted(parameter, type, remedy));
  }

  static boolean isUuid(Field field) {
    return UUID.equals(field.getMetadata().get(ArrowType.ExtensionType.EXTENSION_METADATA_KEY_NAME))
        || (field.getType() instanceof ArrowType.ExtensionType extension
            && extension.extensionName().equals(UUID));
  }

  private String name(Field field) {
    if (isUuid(field)) {
      return "UUID";
    }
    ArrowType type = stored(field.getType());
    return switch (type.getTypeID()) {
      case Null, Utf8, LargeUtf8, Utf8View -> BoundValue.TEXT;
      case Bool -> "BOOLEAN";
      case Int -> integer((ArrowType.Int) type);
      case FloatingPoint ->
          ((ArrowType.FloatingPoint) type).getPrecision() == FloatingPointPrecision.DOUBLE
              ? "DOUBLE"
              : "FLOAT";
      case Decimal -> decimal((ArrowType.Decimal) type);
      case Binary, LargeBinary, BinaryView, FixedSizeBinary -> "BLOB";
      case Date -> "DATE";
      case Time -> ((ArrowType.Time) type).getUnit() == TimeUnit.NANOSECOND ? "TIME_NS" : "TIME";
      case Timestamp -> timestamp((ArrowType.Timestamp) type);
      case Duration, Interval -> "INTERVAL";
      case RunEndEncoded -> name(field.getChildren().get(1));
      default -> nested(field);
    };
  }

  private static ArrowType stored(ArrowType type) {
    return type instanceof ArrowType.ExtensionType extension ? extension.storageType() : type;
  }

  private String nested(Field field) {
    ArrowType type = stored(field.getType());
    return switch (type.getTypeID()) {
      case List, LargeList, ListView, LargeListView -> name(field.getChildren().get(0)) + "[]";
      case FixedSizeList ->
          name(field.getChildren().get(0))
              + "["
              + ((ArrowType.FixedSizeList) type).getListSize()
              + "]";
      case Struct ->
          field.getChildren().stream()
              .map(child -> SqlNames.quote(child.getName()) + " " + name(child))
              .collect(Collectors.joining(", ", "STRUCT(", ")"));
      default -> throw unsupported(type);
    };
  }

  private MallardException unsupported(ArrowType type) {
    return unsupported(parameter, type, "send its values as another type");
  }

  private static String integer(ArrowType.Int type) {
    String size =
        switch (type.getBitWidth()) {
          case 8 -> "TINYINT";
          case 16 -> "SMALLINT";
          case 32 -> "INTEGER";
          default -> "BIGINT";
        };
    return type.getIsSigned() ? size : "U" + size;
  }

  private String decimal(ArrowType.Decimal type) {
    int scale = Math.max(0, type.getScale());
    int precision = Math.max(type.getPrecision() + Math.max(0, -type.getScale()), scale);
    if (scale > MOST_DIGITS) {
      throw unsupported(parameter, type, "DuckDB's decimals have at most 38 digits: send text");
    }
    return "DECIMAL(" + Math.min(precision, MOST_DIGITS) + "," + scale + ")";
  }

  private static String timestamp(ArrowType.Timestamp type) {
    boolean nanos = type.getUnit() == TimeUnit.NANOSECOND;
    if (type.getTimezone() == null) {
      return nanos ? "TIMESTAMP_NS" : "TIMESTAMP";
    }
    return nanos ? "TIMESTAMPTZ_NS" : "TIMESTAMP WITH TIME ZONE";
  }
}
