package dev.mallard.parquet.internal.read;

import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.TimeUnit;

/**
 * What a schema element says about the meaning of its values, whether it says so in the current or
 * in the legacy way.
 *
 * @param width bits of an integer
 * @param unit of times
 * @param utc whether times are instants
 * @param legacy whether only the converted type was there
 * @see <a
 *     href="https://github.com/apache/parquet-format/blob/master/LogicalTypes.md">LogicalTypes</a>
 */
record Annotation(
    Kind kind,
    int width,
    boolean signed,
    Unit unit,
    boolean utc,
    int precision,
    int scale,
    boolean legacy) {

  enum Kind {
    NONE,
    STRING,
    ENUM,
    JSON,
    BSON,
    DECIMAL,
    DATE,
    TIME,
    TIMESTAMP,
    INTEGER,
    NULL,
    UUID,
    FLOAT16,
    INTERVAL,
    LIST,
    MAP
  }

  enum Unit {
    MILLIS,
    MICROS,
    NANOS
  }

  private static Annotation of(Kind kind) {
    return new Annotation(kind, 0, false, Unit.MILLIS, false, 0, 0, false);
  }

  private static Annotation integer(int width, boolean signed) {
    return new Annotation(Kind.INTEGER, width, signed, Unit.MILLIS, false, 0, 0, false);
  }

  private static Annotation time(Kind kind, Unit unit, boolean utc, boolean legacy) {
    return new Annotation(kind, 0, false, unit, utc, 0, 0, legacy);
  }

  private static Annotation decimal(int precision, int scale) {
    return new Annotation(Kind.DECIMAL, 0, false, Unit.MILLIS, false, precision, scale, false);
  }

  static Annotation of(SchemaElement element) {
    // A type that is newer than this code is in none of the union's fields.
    if (element.isSetLogicalType() && element.getLogicalType().getSetField() != null) {
      return ofLogical(element.getLogicalType());
    }
    if (element.isSetConverted_type()) {
      return ofConverted(element.getConverted_type(), element);
    }
    return of(Kind.NONE);
  }

  private static Annotation ofLogical(LogicalType type) {
    return switch (type.getSetField()) {
      case STRING -> of(Kind.STRING);
      case MAP -> of(Kind.MAP);
      case LIST -> of(Kind.LIST);
      case ENUM -> of(Kind.ENUM);
      case DECIMAL -> decimal(type.getDECIMAL().getPrecision(), type.getDECIMAL().getScale());
      case DATE -> of(Kind.DATE);
      case TIME ->
          time(
              Kind.TIME, unit(type.getTIME().getUnit()), type.getTIME().isIsAdjustedToUTC(), false);
      case TIMESTAMP ->
          time(
              Kind.TIMESTAMP,
              unit(type.getTIMESTAMP().getUnit()),
              type.getTIMESTAMP().isIsAdjustedToUTC(),
              false);
      case INTEGER -> integer(type.getINTEGER().getBitWidth(), type.getINTEGER().isIsSigned());
      case UNKNOWN -> of(Kind.NULL);
      case JSON -> of(Kind.JSON);
      case BSON -> of(Kind.BSON);
      case UUID -> of(Kind.UUID);
      case FLOAT16 -> of(Kind.FLOAT16);
      // Variants and geometries are handed on as the bytes that they are stored as.
      default -> of(Kind.NONE);
    };
  }

  private static Unit unit(TimeUnit unit) {
    return switch (unit.getSetField()) {
      case MILLIS -> Unit.MILLIS;
      case MICROS -> Unit.MICROS;
      case NANOS -> Unit.NANOS;
    };
  }

  private static Annotation ofConverted(ConvertedType type, SchemaElement element) {
    return switch (type) {
      case UTF8 -> of(Kind.STRING);
      case MAP, MAP_KEY_VALUE -> of(Kind.MAP);
      case LIST -> of(Kind.LIST);
      case ENUM -> of(Kind.ENUM);
      case DECIMAL -> decimal(element.getPrecision(), element.getScale());
      case DATE -> of(Kind.DATE);
      case TIME_MILLIS -> time(Kind.TIME, Unit.MILLIS, true, true);
      case TIME_MICROS -> time(Kind.TIME, Unit.MICROS, true, true);
      case TIMESTAMP_MILLIS -> time(Kind.TIMESTAMP, Unit.MILLIS, true, true);
      case TIMESTAMP_MICROS -> time(Kind.TIMESTAMP, Unit.MICROS, true, true);
      case UINT_8 -> integer(8, false);
      case UINT_16 -> integer(16, false);
      case UINT_32 -> integer(32, false);
      case UINT_64 -> integer(64, false);
      case INT_8 -> integer(8, true);
      case INT_16 -> integer(16, true);
      case INT_32 -> integer(32, true);
      case INT_64 -> integer(64, true);
      case JSON -> of(Kind.JSON);
      case BSON -> of(Kind.BSON);
      case INTERVAL -> of(Kind.INTERVAL);
    };
  }
}
