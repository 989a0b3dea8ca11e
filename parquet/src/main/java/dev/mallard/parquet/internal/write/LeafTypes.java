package dev.mallard.parquet.internal.write;

import dev.mallard.parquet.internal.write.LeafType.Order;
import dev.mallard.parquet.internal.write.LeafType.Source;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.DateType;
import org.apache.parquet.format.DecimalType;
import org.apache.parquet.format.Float16Type;
import org.apache.parquet.format.IntType;
import org.apache.parquet.format.JsonType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.MicroSeconds;
import org.apache.parquet.format.MilliSeconds;
import org.apache.parquet.format.NanoSeconds;
import org.apache.parquet.format.NullType;
import org.apache.parquet.format.StringType;
import org.apache.parquet.format.TimeType;
import org.apache.parquet.format.TimestampType;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.UUIDType;
import org.jspecify.annotations.Nullable;

/**
 * The Parquet form of each Arrow type that has no children.
 *
 * @see <a href="https://github.com/apache/parquet-format/blob/master/LogicalTypes.md">Logical
 *     types</a>
 */
final class LeafTypes {
  private LeafTypes() {}

  /**
   * @param extension the name of the extension type whose storage this is, or null
   * @return null if Parquet has no form for it
   */
  static @Nullable LeafType of(ArrowType type, @Nullable String extension) {
    if (type instanceof ArrowType.Int integer) {
      return integer(integer.getBitWidth(), integer.getIsSigned());
    }
    if (type instanceof ArrowType.FloatingPoint floating) {
      return floating(floating);
    }
    if (type instanceof ArrowType.Decimal decimal) {
      return decimal(decimal);
    }
    if (type instanceof ArrowType.FixedSizeBinary fixed) {
      return fixedSizeBinary(fixed.getByteWidth(), extension);
    }
    LeafType text = text(type, extension);
    return text != null ? text : temporalOrOther(type);
  }

  private static @Nullable LeafType integer(int bits, boolean signed) {
    if (bits != 8 && bits != 16 && bits != 32 && bits != 64) {
      return null;
    }
    LogicalType logical = LogicalType.INTEGER(new IntType((byte) bits, signed));
    ConvertedType converted = ConvertedType.valueOf((signed ? "INT_" : "UINT_") + bits);
    return new LeafType(
        bits == 64 ? Type.INT64 : Type.INT32,
        0,
        logical,
        converted,
        signed ? Source.SIGNED : Source.UNSIGNED,
        bits / 8,
        signed ? Order.SIGNED : Order.UNSIGNED);
  }

  private static LeafType floating(ArrowType.FloatingPoint type) {
    return switch (type.getPrecision()) {
      case HALF -> {
        LogicalType logical = LogicalType.FLOAT16(new Float16Type());
        yield fixed(2, logical, null, Source.FIXED_BYTES, 2, Order.HALF_FLOAT);
      }
      case SINGLE -> new LeafType(Type.FLOAT, 0, null, null, Source.FLOATING, 4, Order.FLOAT);
      case DOUBLE -> new LeafType(Type.DOUBLE, 0, null, null, Source.FLOATING, 8, Order.DOUBLE);
    };
  }

  private static @Nullable LeafType decimal(ArrowType.Decimal type) {
    int precision = type.getPrecision();
    int scale = type.getScale();
    int width = type.getBitWidth() / 8;
    if (precision < 1 || precision > maxPrecision(width) || scale < 0 || scale > precision) {
      return null;
    }
    LogicalType logical = LogicalType.DECIMAL(new DecimalType(scale, precision));
    if (precision <= 18) {
      Type physical = precision <= 9 ? Type.INT32 : Type.INT64;
      return new LeafType(
          physical, 0, logical, ConvertedType.DECIMAL, Source.DECIMAL, width, Order.SIGNED);
    }
    int length = (int) Math.ceil((precision * (Math.log(10) / Math.log(2)) + 1) / 8);
    return fixed(
        length, logical, ConvertedType.DECIMAL, Source.DECIMAL, width, Order.DECIMAL_BYTES);
  }

  private static int maxPrecision(int width) {
    return switch (width) {
      case 4 -> 9;
      case 8 -> 18;
      case 16 -> 38;
      case 32 -> 76;
      default -> 0;
    };
  }

  private static @Nullable LeafType fixedSizeBinary(int width, @Nullable String extension) {
    if (width < 1) {
      return null;
    }
    boolean uuid = width == 16 && "arrow.uuid".equals(extension);
    LogicalType logical = uuid ? LogicalType.UUID(new UUIDType()) : null;
    return fixed(width, logical, null, Source.FIXED_BYTES, width, Order.BYTES);
  }

  private static @Nullable LeafType text(ArrowType type, @Nullable String extension) {
    if (type instanceof ArrowType.Utf8) {
      return utf8(Source.BINARY, extension);
    }
    if (type instanceof ArrowType.LargeUtf8) {
      return utf8(Source.LARGE_BINARY, extension);
    }
    if (type instanceof ArrowType.Utf8View) {
      return utf8(Source.BINARY_VIEW, extension);
    }
    if (type instanceof ArrowType.Binary) {
      return bytes(null, null, Source.BINARY, Order.BYTES);
    }
    if (type instanceof ArrowType.LargeBinary) {
      return bytes(null, null, Source.LARGE_BINARY, Order.BYTES);
    }
    if (type instanceof ArrowType.BinaryView) {
      return bytes(null, null, Source.BINARY_VIEW, Order.BYTES);
    }
    return null;
  }

  private static LeafType utf8(Source source, @Nullable String extension) {
    if ("arrow.json".equals(extension)) {
      return bytes(LogicalType.JSON(new JsonType()), ConvertedType.JSON, source, Order.UTF8);
    }
    return bytes(LogicalType.STRING(new StringType()), ConvertedType.UTF8, source, Order.UTF8);
  }

  private static @Nullable LeafType temporalOrOther(ArrowType type) {
    if (type instanceof ArrowType.Bool) {
      return new LeafType(Type.BOOLEAN, 0, null, null, Source.BIT, 0, Order.BOOLEAN);
    }
    if (type instanceof ArrowType.Date date) {
      return switch (date.getUnit()) {
        case DAY -> date(Source.SIGNED, 4);
        case MILLISECOND -> date(Source.MILLIS_TO_DAYS, 8);
      };
    }
    if (type instanceof ArrowType.Time time) {
      return time(time);
    }
    if (type instanceof ArrowType.Timestamp timestamp) {
      return timestamp(timestamp);
    }
    if (type instanceof ArrowType.Duration) {
      return new LeafType(Type.INT64, 0, null, null, Source.SIGNED, 8, Order.SIGNED);
    }
    if (type instanceof ArrowType.Interval interval) {
      return switch (interval.getUnit()) {
        case YEAR_MONTH -> interval(Source.INTERVAL_MONTHS, 4);
        case DAY_TIME -> interval(Source.INTERVAL_DAY_TIME, 8);
        case MONTH_DAY_NANO -> interval(Source.INTERVAL_MONTH_DAY_NANO, 16);
      };
    }
    if (type instanceof ArrowType.Null) {
      LogicalType logical = LogicalType.UNKNOWN(new NullType());
      return new LeafType(Type.INT32, 0, logical, null, Source.NULL, 0, Order.NONE);
    }
    return null;
  }

  private static LeafType date(Source source, int width) {
    LogicalType logical = LogicalType.DATE(new DateType());
    return new LeafType(Type.INT32, 0, logical, ConvertedType.DATE, source, width, Order.SIGNED);
  }

  private static LeafType interval(Source source, int width) {
    return fixed(12, null, ConvertedType.INTERVAL, source, width, Order.NONE);
  }

  /** Not adjusted to UTC: an Arrow time has no zone, and DuckDB takes the flag for TIMETZ. */
  private static LeafType time(ArrowType.Time type) {
    LogicalType logical = LogicalType.TIME(new TimeType(false, unit(type.getUnit())));
    return switch (type.getUnit()) {
      case SECOND -> millisOfDay(logical, Source.SECONDS_TO_MILLIS);
      case MILLISECOND -> millisOfDay(logical, Source.SIGNED);
      case MICROSECOND -> int64(logical, ConvertedType.TIME_MICROS, Source.SIGNED);
      case NANOSECOND -> int64(logical, null, Source.SIGNED);
    };
  }

  private static LeafType millisOfDay(LogicalType logical, Source source) {
    return new LeafType(Type.INT32, 0, logical, ConvertedType.TIME_MILLIS, source, 4, Order.SIGNED);
  }

  /** The legacy annotation is set for local time too, as the specification asks. */
  private static LeafType timestamp(ArrowType.Timestamp type) {
    boolean adjusted = type.getTimezone() != null && !type.getTimezone().isEmpty();
    LogicalType logical = LogicalType.TIMESTAMP(new TimestampType(adjusted, unit(type.getUnit())));
    return switch (type.getUnit()) {
      case SECOND -> int64(logical, ConvertedType.TIMESTAMP_MILLIS, Source.SECONDS_TO_MILLIS);
      case MILLISECOND -> int64(logical, ConvertedType.TIMESTAMP_MILLIS, Source.SIGNED);
      case MICROSECOND -> int64(logical, ConvertedType.TIMESTAMP_MICROS, Source.SIGNED);
      case NANOSECOND -> int64(logical, null, Source.SIGNED);
    };
  }

  private static org.apache.parquet.format.TimeUnit unit(TimeUnit unit) {
    return switch (unit) {
      case SECOND, MILLISECOND -> org.apache.parquet.format.TimeUnit.MILLIS(new MilliSeconds());
      case MICROSECOND -> org.apache.parquet.format.TimeUnit.MICROS(new MicroSeconds());
      case NANOSECOND -> org.apache.parquet.format.TimeUnit.NANOS(new NanoSeconds());
    };
  }

  private static LeafType int64(
      LogicalType logical, @Nullable ConvertedType converted, Source source) {
    return new LeafType(Type.INT64, 0, logical, converted, source, 8, Order.SIGNED);
  }

  private static LeafType bytes(
      @Nullable LogicalType logical,
      @Nullable ConvertedType converted,
      Source source,
      Order order) {
    return new LeafType(Type.BYTE_ARRAY, 0, logical, converted, source, 0, order);
  }

  private static LeafType fixed(
      int length,
      @Nullable LogicalType logical,
      @Nullable ConvertedType converted,
      Source source,
      int sourceWidth,
      Order order) {
    return new LeafType(
        Type.FIXED_LEN_BYTE_ARRAY, length, logical, converted, source, sourceWidth, order);
  }
}
