package dev.mallard.duckdb;

import dev.mallard.error.MallardException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.duckdb.DuckDBTimestamp;
import org.duckdb.DuckDBTimestampTZ;

/**
 * Dates, times, timestamps and intervals as objects that DuckDB's driver takes, to the last digit.
 */
final class ParameterMoments {
  private static final DateTimeFormatter NANOS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSSSSS");
  private static final DateTimeFormatter TIME_NANOS =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSSSSS");
  private static final long DAY_MILLIS = 86_400_000;

  private final String parameter;

  ParameterMoments(String parameter) {
    this.parameter = parameter;
  }

  /** Of a row that is not null. */
  Object of(FieldVector vector, int row) {
    try {
      return switch (vector.getField().getType().getTypeID()) {
        case Date -> date(vector, row);
        case Time -> time(vector, row);
        case Timestamp -> timestamp((TimeStampVector) vector, row);
        case Duration -> duration((DurationVector) vector, row);
        case Interval -> interval(vector, row);
        default ->
            throw ParameterTypes.unsupported(
                parameter, vector.getField().getType(), "send its values as another type");
      };
    } catch (ArithmeticException | java.time.DateTimeException e) {
      throw outOfRange();
    }
  }

  private MallardException outOfRange() {
    return MallardException.invalid(
        "parameter '%s': the value is out of the range of DuckDB's type".formatted(parameter));
  }

  /** The driver takes years before 1 for others. */
  private static Object date(FieldVector vector, int row) {
    long day =
        vector instanceof DateDayVector days
            ? days.get(row)
            : Math.floorDiv(((DateMilliVector) vector).get(row), DAY_MILLIS);
    if (day == Integer.MAX_VALUE) {
      return "infinity";
    }
    if (day == -Integer.MAX_VALUE) {
      return "-infinity";
    }
    LocalDate date = LocalDate.ofEpochDay(day);
    if (date.getYear() >= 1 && date.getYear() <= 9999) {
      return date;
    }
    String monthAndDay = "-%02d-%02d".formatted(date.getMonthValue(), date.getDayOfMonth());
    return date.getYear() >= 1
        ? date.getYear() + monthAndDay
        : "%04d%s (BC)".formatted(1 - date.getYear(), monthAndDay);
  }

  private static Object time(FieldVector vector, int row) {
    if (vector instanceof TimeNanoVector nanos) {
      return TIME_NANOS.format(LocalTime.ofNanoOfDay(nanos.get(row)));
    }
    long micros =
        vector instanceof TimeSecVector seconds
            ? seconds.get(row) * 1_000_000L
            : vector instanceof TimeMilliVector millis
                ? millis.get(row) * 1_000L
                : ((TimeMicroVector) vector).get(row);
    return LocalTime.ofNanoOfDay(Math.multiplyExact(micros, 1_000L));
  }

  private static Object timestamp(TimeStampVector vector, int row) {
    ArrowType.Timestamp type = (ArrowType.Timestamp) vector.getField().getType();
    boolean zoned = type.getTimezone() != null;
    long value = vector.get(row);
    if (type.getUnit() == TimeUnit.NANOSECOND) {
      return nanos(value) + (zoned ? "+00" : "");
    }
    long micros = micros(value, type.getUnit());
    return zoned ? new DuckDBTimestampTZ(micros) : new DuckDBTimestamp(micros);
  }

  private static String nanos(long value) {
    Instant instant = Instant.ofEpochSecond(0, value);
    return NANOS.format(LocalDateTime.ofInstant(instant, ZoneOffset.UTC));
  }

  private static long micros(long value, TimeUnit unit) {
    return switch (unit) {
      case SECOND -> Math.multiplyExact(value, 1_000_000L);
      case MILLISECOND -> Math.multiplyExact(value, 1_000L);
      case MICROSECOND -> value;
      case NANOSECOND -> wholeMicros(value);
    };
  }

  private static long wholeMicros(long nanos) {
    if (nanos % 1_000 != 0) {
      throw new ArithmeticException("DuckDB's intervals have microseconds");
    }
    return nanos / 1_000;
  }

  private String duration(DurationVector vector, int row) {
    TimeUnit unit = ((ArrowType.Duration) vector.getField().getType()).getUnit();
    long value = DurationVector.get(vector.getDataBuffer(), row);
    return exact(unit == TimeUnit.NANOSECOND ? value : 0, 0, 0, unit, value);
  }

  private String interval(FieldVector vector, int row) {
    if (vector instanceof IntervalYearVector months) {
      return text(months.get(row), 0, 0);
    }
    if (vector instanceof IntervalDayVector days) {
      int offset = row * IntervalDayVector.TYPE_WIDTH;
      return text(
          0,
          days.getDataBuffer().getInt(offset),
          days.getDataBuffer().getInt(offset + 4L) * 1_000L);
    }
    IntervalMonthDayNanoVector all = (IntervalMonthDayNanoVector) vector;
    Period period = all.getObject(row).getPeriod();
    long nanos = IntervalMonthDayNanoVector.getNanoseconds(all.getDataBuffer(), row);
    return exact(
        nanos,
        Math.toIntExact(period.toTotalMonths()),
        period.getDays(),
        TimeUnit.NANOSECOND,
        nanos);
  }

  private String exact(long nanos, int months, int days, TimeUnit unit, long value) {
    if (nanos % 1_000 != 0) {
      throw MallardException.invalid(
          "parameter '%s': DuckDB's intervals are in microseconds, and the value has nanoseconds;"
                  .formatted(parameter)
              + " round it");
    }
    return text(months, days, micros(value, unit));
  }

  private static String text(int months, int days, long micros) {
    return months + " months " + days + " days " + micros + " microseconds";
  }
}
