package dev.mallard.duckdb;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** Arrow values as parameters of a DuckDB statement. */
final class DuckParameters {
  private DuckParameters() {}

  /**
   * @throws MallardException INVALID_ARGUMENT if there are more or fewer columns than parameters,
   *     or a type cannot be a parameter
   */
  static void set(PreparedStatement statement, int expected, VectorSchemaRoot rows, int row)
      throws SQLException {
    int given = rows.getFieldVectors().size();
    if (given != expected) {
      throw MallardException.invalid(
          "parameters: " + given + " were given (expected: " + expected + ")");
    }
    for (int i = 0; i < given; i++) {
      statement.setObject(i + 1, value(rows.getVector(i), row));
    }
  }

  private static @Nullable Object value(FieldVector vector, int row) {
    if (vector.isNull(row)) {
      return null;
    }
    if (vector.getField().getDictionary() != null) {
      throw unsupported(vector, "send its values instead of a dictionary");
    }
    return switch (vector.getMinorType()) {
      case NULL -> null;
      case BIT -> bit(vector, row) == 1;
      case TINYINT,
          SMALLINT,
          INT,
          BIGINT,
          FLOAT4,
          FLOAT8,
          VARBINARY,
          LARGEVARBINARY,
          VIEWVARBINARY ->
          vector.getObject(row);
      case UINT1 -> (short) (((UInt1Vector) vector).get(row) & 0xFF);
      case UINT2 -> (int) ((UInt2Vector) vector).get(row);
      case UINT4 -> ((UInt4Vector) vector).get(row) & 0xFFFFFFFFL;
      case UINT8 -> new BigInteger(Long.toUnsignedString(((UInt8Vector) vector).get(row)));
      case FLOAT2 -> ((Float2Vector) vector).getValueAsFloat(row);
      case DECIMAL, DECIMAL256 -> (BigDecimal) vector.getObject(row);
      case VARCHAR, LARGEVARCHAR, VIEWVARCHAR -> String.valueOf(vector.getObject(row));
      case FIXEDSIZEBINARY -> vector.getObject(row);
      default -> temporal(vector, row);
    };
  }

  private static int bit(FieldVector vector, int row) {
    return ((org.apache.arrow.vector.BitVector) vector).get(row);
  }

  private static Object temporal(FieldVector vector, int row) {
    ArrowType type = vector.getField().getType();
    if (type instanceof ArrowType.Date) {
      return vector instanceof org.apache.arrow.vector.DateDayVector days
          ? LocalDate.ofEpochDay(days.get(row))
          : LocalDate.ofEpochDay(
              Math.floorDiv(
                  ((org.apache.arrow.vector.DateMilliVector) vector).get(row), 86_400_000L));
    }
    if (type instanceof ArrowType.Time time) {
      return LocalTime.ofNanoOfDay(ticks(vector, row) * nanos(time.getUnit()));
    }
    if (type instanceof ArrowType.Timestamp timestamp) {
      Instant instant = instant(((TimeStampVector) vector).get(row), timestamp.getUnit());
      return timestamp.getTimezone() == null
          ? LocalDateTime.ofInstant(instant, ZoneOffset.UTC)
          : OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
    }
    if (vector instanceof DurationVector durations) {
      return durations.getObject(row).toNanos() / 1_000 + " microseconds";
    }
    throw unsupported(vector, "send it as text and cast it in the statement");
  }

  private static long ticks(FieldVector vector, int row) {
    return switch (vector.getMinorType()) {
      case TIMESEC -> ((org.apache.arrow.vector.TimeSecVector) vector).get(row);
      case TIMEMILLI -> ((org.apache.arrow.vector.TimeMilliVector) vector).get(row);
      case TIMEMICRO -> ((org.apache.arrow.vector.TimeMicroVector) vector).get(row);
      default -> ((org.apache.arrow.vector.TimeNanoVector) vector).get(row);
    };
  }

  private static long nanos(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 1_000_000_000L;
      case MILLISECOND -> 1_000_000L;
      case MICROSECOND -> 1_000L;
      case NANOSECOND -> 1L;
    };
  }

  private static Instant instant(long value, TimeUnit unit) {
    return switch (unit) {
      case SECOND -> Instant.ofEpochSecond(value);
      case MILLISECOND -> Instant.ofEpochMilli(value);
      case MICROSECOND -> Instant.EPOCH.plus(value, ChronoUnit.MICROS);
      case NANOSECOND -> Instant.ofEpochSecond(0, value);
    };
  }

  private static MallardException unsupported(FieldVector vector, String remedy) {
    return new MallardException(
        ErrorCode.INVALID_ARGUMENT,
        "parameter '"
            + vector.getName()
            + "': values of type "
            + vector.getField().getType()
            + " cannot be bound; "
            + remedy);
  }
}
