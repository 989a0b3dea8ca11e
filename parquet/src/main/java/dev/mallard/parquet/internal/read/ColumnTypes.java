package dev.mallard.parquet.internal.read;

import static dev.mallard.parquet.internal.read.Annotation.Kind.DATE;
import static dev.mallard.parquet.internal.read.Annotation.Kind.DECIMAL;
import static dev.mallard.parquet.internal.read.Annotation.Kind.INTEGER;
import static dev.mallard.parquet.internal.read.Annotation.Kind.INTERVAL;
import static dev.mallard.parquet.internal.read.Annotation.Kind.NONE;
import static dev.mallard.parquet.internal.read.Annotation.Kind.TIME;
import static dev.mallard.parquet.internal.read.Annotation.Kind.TIMESTAMP;

import dev.mallard.parquet.internal.read.Annotation.Kind;
import dev.mallard.parquet.internal.read.Annotation.Unit;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.jspecify.annotations.Nullable;

/** Which Arrow types a Parquet column can become, and how. */
final class ColumnTypes {
  private ColumnTypes() {}

  /** The Arrow type that the column has by itself, as Arrow C++ would infer it. */
  static ArrowType infer(SchemaElement element) {
    Annotation annotation = Annotation.of(element);
    if (annotation.kind() == Kind.NULL) {
      return ArrowType.Null.INSTANCE;
    }
    if (annotation.kind() == DECIMAL && canBeDecimal(element, annotation)) {
      int width = annotation.precision() <= 38 ? 128 : 256;
      return new ArrowType.Decimal(annotation.precision(), annotation.scale(), width);
    }
    return switch (element.getType()) {
      case BOOLEAN -> ArrowType.Bool.INSTANCE;
      case INT32 -> inferInt32(annotation);
      case INT64 -> inferInt64(annotation);
      case INT96 -> new ArrowType.Timestamp(TimeUnit.NANOSECOND, null);
      case FLOAT -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      case DOUBLE -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
      case BYTE_ARRAY -> inferByteArray(annotation);
      case FIXED_LEN_BYTE_ARRAY -> inferFixed(element, annotation);
    };
  }

  private static boolean canBeDecimal(SchemaElement element, Annotation annotation) {
    boolean physical =
        switch (element.getType()) {
          case INT32, INT64, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> true;
          default -> false;
        };
    return physical
        && annotation.precision() >= 1
        && annotation.precision() <= 76
        && annotation.scale() >= 0
        && annotation.scale() <= annotation.precision();
  }

  private static ArrowType inferInt32(Annotation annotation) {
    return switch (annotation.kind()) {
      case DATE -> new ArrowType.Date(DateUnit.DAY);
      case TIME -> new ArrowType.Time(TimeUnit.MILLISECOND, 32);
      case INTEGER ->
          switch (annotation.width()) {
            case 8, 16, 32 -> new ArrowType.Int(annotation.width(), annotation.signed());
            default -> new ArrowType.Int(32, true);
          };
      default -> new ArrowType.Int(32, true);
    };
  }

  private static ArrowType inferInt64(Annotation annotation) {
    return switch (annotation.kind()) {
      case TIME ->
          annotation.unit() == Unit.MILLIS
              ? new ArrowType.Int(64, true)
              : new ArrowType.Time(arrowUnit(annotation.unit()), 64);
      case TIMESTAMP ->
          new ArrowType.Timestamp(arrowUnit(annotation.unit()), annotation.utc() ? "UTC" : null);
      case INTEGER -> new ArrowType.Int(64, annotation.width() != 64 || annotation.signed());
      default -> new ArrowType.Int(64, true);
    };
  }

  private static ArrowType inferByteArray(Annotation annotation) {
    return switch (annotation.kind()) {
      case STRING, ENUM, JSON -> ArrowType.Utf8.INSTANCE;
      default -> ArrowType.Binary.INSTANCE;
    };
  }

  private static ArrowType inferFixed(SchemaElement element, Annotation annotation) {
    int width = element.getType_length();
    if (annotation.kind() == Kind.FLOAT16 && width == 2) {
      return new ArrowType.FloatingPoint(FloatingPointPrecision.HALF);
    }
    if (annotation.kind() == INTERVAL && width == 12) {
      return new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO);
    }
    return new ArrowType.FixedSizeBinary(width);
  }

  private static TimeUnit arrowUnit(Unit unit) {
    return switch (unit) {
      case MILLIS -> TimeUnit.MILLISECOND;
      case MICROS -> TimeUnit.MICROSECOND;
      case NANOS -> TimeUnit.NANOSECOND;
    };
  }

  /** How the column becomes {@code type}, or null if it cannot exactly. */
  static @Nullable ColumnType conversion(SchemaElement element, ArrowType type) {
    Annotation annotation = Annotation.of(element);
    if (annotation.kind() == Kind.NULL || type instanceof ArrowType.Null) {
      boolean both = annotation.kind() == Kind.NULL && type instanceof ArrowType.Null;
      return both ? new ColumnType.Nothing() : null;
    }
    if (type instanceof ArrowType.Decimal decimal) {
      return annotation.kind() == DECIMAL ? toDecimal(element, annotation, decimal) : null;
    }
    return switch (element.getType()) {
      case BOOLEAN -> type instanceof ArrowType.Bool ? new ColumnType.Bool() : null;
      case INT32 -> fromInt32(annotation, type);
      case INT64 -> fromInt64(annotation, type);
      case INT96 ->
          type instanceof ArrowType.Timestamp timestamp
              ? new ColumnType.Fixed(12, 8, FixedConversions.int96(perSecond(timestamp.getUnit())))
              : null;
      case FLOAT -> floating(type, FloatingPointPrecision.SINGLE, 4);
      case DOUBLE -> floating(type, FloatingPointPrecision.DOUBLE, 8);
      case BYTE_ARRAY -> fromByteArray(type);
      case FIXED_LEN_BYTE_ARRAY -> fromFixed(element.getType_length(), annotation, type);
    };
  }

  private static @Nullable ColumnType floating(
      ArrowType type, FloatingPointPrecision precision, int width) {
    boolean same =
        type instanceof ArrowType.FloatingPoint floating && floating.getPrecision() == precision;
    return same ? ColumnType.Fixed.same(width) : null;
  }

  private static @Nullable ColumnType toDecimal(
      SchemaElement element, Annotation annotation, ArrowType.Decimal type) {
    boolean same =
        canBeDecimal(element, annotation)
            && type.getPrecision() == annotation.precision()
            && type.getScale() == annotation.scale();
    int width = type.getBitWidth() / 8;
    if (!same || (width != 16 && width != 32) || (width == 16 && type.getPrecision() > 38)) {
      return null;
    }
    return switch (element.getType()) {
      case INT32 -> new ColumnType.Fixed(4, width, FixedConversions.signExtend(4, width));
      case INT64 -> new ColumnType.Fixed(8, width, FixedConversions.signExtend(8, width));
      case BYTE_ARRAY -> new ColumnType.VariableDecimal(width);
      default -> {
        int length = element.getType_length();
        yield new ColumnType.Fixed(length, width, FixedConversions.fromBigEndian(length, width));
      }
    };
  }

  private static @Nullable ColumnType fromInt32(Annotation annotation, ArrowType type) {
    Kind kind = annotation.kind();
    if (type instanceof ArrowType.Int integer && (kind == NONE || kind == INTEGER)) {
      boolean declared =
          kind == INTEGER
              ? integer.getBitWidth() == annotation.width()
                  && integer.getIsSigned() == annotation.signed()
              : integer.getBitWidth() == 32;
      return declared ? int32(integer.getBitWidth()) : null;
    }
    if (type instanceof ArrowType.Int integer) {
      return integer.getBitWidth() == 32 && type.equals(inferInt32(annotation)) ? int32(32) : null;
    }
    if (kind == DATE && type instanceof ArrowType.Date date) {
      return date.getUnit() == DateUnit.DAY
          ? ColumnType.Fixed.same(4)
          : new ColumnType.Fixed(4, 8, FixedConversions.widen(86_400_000L));
    }
    if (kind == TIME && type instanceof ArrowType.Time time && time.getBitWidth() == 32) {
      return switch (time.getUnit()) {
        case MILLISECOND -> ColumnType.Fixed.same(4);
        case SECOND -> new ColumnType.Fixed(4, 4, FixedConversions.divideInts(1000));
        default -> null;
      };
    }
    return null;
  }

  private static @Nullable ColumnType int32(int bits) {
    return switch (bits) {
      case 8, 16 -> new ColumnType.Fixed(4, bits / 8, FixedConversions.narrow(bits / 8));
      case 32 -> ColumnType.Fixed.same(4);
      default -> null;
    };
  }

  private static @Nullable ColumnType fromInt64(Annotation annotation, ArrowType type) {
    Kind kind = annotation.kind();
    if (type instanceof ArrowType.Int integer) {
      return toLong(annotation, integer);
    }
    if (type instanceof ArrowType.Duration && kind == NONE) {
      return ColumnType.Fixed.same(8);
    }
    if (kind == TIME && type instanceof ArrowType.Time time && time.getBitWidth() == 64) {
      return time.getUnit() == arrowUnit(annotation.unit()) ? ColumnType.Fixed.same(8) : null;
    }
    if (kind == TIMESTAMP && type instanceof ArrowType.Timestamp timestamp) {
      return toTimestamp(annotation, timestamp);
    }
    return null;
  }

  private static @Nullable ColumnType toLong(Annotation annotation, ArrowType.Int type) {
    boolean plain = annotation.kind() == NONE;
    if (plain && type.getBitWidth() == 32 && !type.getIsSigned()) {
      return new ColumnType.Fixed(8, 4, FixedConversions::longToUnsignedInt);
    }
    boolean same = type.getBitWidth() == 64 && (plain || type.equals(inferInt64(annotation)));
    return same ? ColumnType.Fixed.same(8) : null;
  }

  private static @Nullable ColumnType toTimestamp(
      Annotation annotation, ArrowType.Timestamp timestamp) {
    boolean zoned = timestamp.getTimezone() != null;
    if (zoned != annotation.utc() && !annotation.legacy()) {
      return null;
    }
    if (timestamp.getUnit() == arrowUnit(annotation.unit())) {
      return ColumnType.Fixed.same(8);
    }
    boolean seconds = timestamp.getUnit() == TimeUnit.SECOND && annotation.unit() == Unit.MILLIS;
    return seconds ? new ColumnType.Fixed(8, 8, FixedConversions.divideLongs(1000)) : null;
  }

  private static long perSecond(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 1;
      case MILLISECOND -> 1_000;
      case MICROSECOND -> 1_000_000;
      case NANOSECOND -> 1_000_000_000;
    };
  }

  private static @Nullable ColumnType fromByteArray(ArrowType type) {
    return switch (type.getTypeID()) {
      case Utf8, Binary -> new ColumnType.Variable(ColumnType.Layout.OFFSETS_32);
      case LargeUtf8, LargeBinary -> new ColumnType.Variable(ColumnType.Layout.OFFSETS_64);
      case Utf8View, BinaryView -> new ColumnType.Variable(ColumnType.Layout.VIEWS);
      default -> null;
    };
  }

  private static @Nullable ColumnType fromFixed(int width, Annotation annotation, ArrowType type) {
    if (type instanceof ArrowType.FixedSizeBinary binary) {
      return binary.getByteWidth() == width ? ColumnType.Fixed.same(width) : null;
    }
    if (type instanceof ArrowType.FloatingPoint) {
      return width == 2 ? floating(type, FloatingPointPrecision.HALF, 2) : null;
    }
    boolean interval = annotation.kind() == INTERVAL && width == 12;
    if (!interval || !(type instanceof ArrowType.Interval wanted)) {
      return null;
    }
    return switch (wanted.getUnit()) {
      case YEAR_MONTH -> new ColumnType.Fixed(12, 4, FixedConversions::intervalToYearMonth);
      case DAY_TIME -> new ColumnType.Fixed(12, 8, FixedConversions::intervalToDayTime);
      case MONTH_DAY_NANO -> new ColumnType.Fixed(12, 16, FixedConversions::intervalToMonthDayNano);
    };
  }

  /** Bytes of a value in Parquet, or 0 if they differ from value to value or are bits. */
  static int physicalWidth(SchemaElement element) {
    Type type = element.getType();
    return switch (type) {
      case INT32, FLOAT -> 4;
      case INT64, DOUBLE -> 8;
      case INT96 -> 12;
      case FIXED_LEN_BYTE_ARRAY -> element.getType_length();
      case BOOLEAN, BYTE_ARRAY -> 0;
    };
  }
}
