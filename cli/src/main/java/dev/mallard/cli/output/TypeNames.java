package dev.mallard.cli.output;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Arrow types by the names that pyarrow gives them, which most people know. Stateless. */
public final class TypeNames {
  private TypeNames() {}

  /** Of a field in message form or without dictionaries. */
  public static String of(Field field) {
    String name = of(field.getType(), field.getChildren());
    return field.getDictionary() == null ? name : "dictionary<" + name + ">";
  }

  private static String of(ArrowType type, List<Field> children) {
    return switch (type.getTypeID()) {
      case Int -> integer((ArrowType.Int) type);
      case FloatingPoint -> floating((ArrowType.FloatingPoint) type);
      case Utf8 -> "string";
      case LargeUtf8 -> "large_string";
      case Utf8View -> "string_view";
      case Binary -> "binary";
      case LargeBinary -> "large_binary";
      case BinaryView -> "binary_view";
      case FixedSizeBinary -> "binary[" + ((ArrowType.FixedSizeBinary) type).getByteWidth() + "]";
      case Bool -> "bool";
      case Null -> "null";
      case Decimal -> decimal((ArrowType.Decimal) type);
      case Date -> "date" + (((ArrowType.Date) type).getUnit().ordinal() == 0 ? "32" : "64");
      case Time -> "time[" + unit(((ArrowType.Time) type).getUnit()) + "]";
      case Timestamp -> timestamp((ArrowType.Timestamp) type);
      case Duration -> "duration[" + unit(((ArrowType.Duration) type).getUnit()) + "]";
      case Interval ->
          "interval[" + ((ArrowType.Interval) type).getUnit().name().toLowerCase(Locale.ROOT) + "]";
      case List -> "list" + nested(children);
      case LargeList -> "large_list" + nested(children);
      case ListView, LargeListView -> "list_view" + nested(children);
      case FixedSizeList ->
          "list" + nested(children) + "[" + ((ArrowType.FixedSizeList) type).getListSize() + "]";
      case Struct -> "struct<" + named(children) + ">";
      case Map -> "map" + nested(children.get(0).getChildren());
      case Union -> "union<" + named(children) + ">";
      case RunEndEncoded -> "run_end_encoded" + nested(children.subList(1, 2));
      default -> type.toString();
    };
  }

  private static String nested(List<Field> children) {
    return children.stream().map(TypeNames::of).collect(Collectors.joining(", ", "<", ">"));
  }

  private static String named(List<Field> children) {
    return children.stream()
        .map(child -> child.getName() + ": " + of(child))
        .collect(Collectors.joining(", "));
  }

  private static String integer(ArrowType.Int type) {
    return (type.getIsSigned() ? "int" : "uint") + type.getBitWidth();
  }

  private static String floating(ArrowType.FloatingPoint type) {
    return switch (type.getPrecision()) {
      case HALF -> "float16";
      case SINGLE -> "float32";
      case DOUBLE -> "float64";
    };
  }

  private static String decimal(ArrowType.Decimal type) {
    return "decimal(" + type.getPrecision() + ", " + type.getScale() + ")";
  }

  private static String timestamp(ArrowType.Timestamp type) {
    String zone = type.getTimezone();
    return "timestamp[" + unit(type.getUnit()) + (zone == null ? "]" : ", " + zone + "]");
  }

  private static String unit(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> "s";
      case MILLISECOND -> "ms";
      case MICROSECOND -> "us";
      case NANOSECOND -> "ns";
    };
  }
}
