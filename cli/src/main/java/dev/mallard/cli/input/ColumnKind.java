package dev.mallard.cli.input;

import java.time.LocalDate;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** What a column of text can be, the most particular first; the first that holds all is taken. */
enum ColumnKind {
  BOOL(ArrowType.Bool.INSTANCE, TextValues::isBool) {
    @Override
    void put(FieldVector vector, int row, String text) {
      ((BitVector) vector).setSafe(row, text.equalsIgnoreCase("true") ? 1 : 0);
    }
  },
  INTEGER(new ArrowType.Int(64, true), TextValues::isInteger) {
    @Override
    void put(FieldVector vector, int row, String text) {
      ((BigIntVector) vector).setSafe(row, Long.parseLong(text));
    }
  },
  DOUBLE(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE), TextValues::isDouble) {
    @Override
    void put(FieldVector vector, int row, String text) {
      ((Float8Vector) vector).setSafe(row, TextValues.toDouble(text));
    }
  },
  DATE(new ArrowType.Date(DateUnit.DAY), TextValues::isDate) {
    @Override
    void put(FieldVector vector, int row, String text) {
      ((DateDayVector) vector).setSafe(row, (int) LocalDate.parse(text).toEpochDay());
    }
  },
  TIMESTAMP(new ArrowType.Timestamp(TimeUnit.MICROSECOND, null), TextValues::isTimestamp) {
    @Override
    void put(FieldVector vector, int row, String text) {
      ((TimeStampVector) vector).setSafe(row, TextValues.toMicros(text));
    }
  },
  ZONED_TIMESTAMP(
      new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"), TextValues::isZonedTimestamp) {
    @Override
    void put(FieldVector vector, int row, String text) {
      ((TimeStampVector) vector).setSafe(row, TextValues.toUtcMicros(text));
    }
  },
  TEXT(new ArrowType.Utf8(), text -> true) {
    @Override
    void put(FieldVector vector, int row, String text) {
      ((VarCharVector) vector).setSafe(row, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
  };

  private final ArrowType type;
  private final Predicate<String> holds;

  ColumnKind(ArrowType type, Predicate<String> holds) {
    this.type = type;
    this.holds = holds;
  }

  ArrowType type() {
    return type;
  }

  boolean holds(String text) {
    return holds.test(text);
  }

  /** Sets a value that this kind holds. */
  abstract void put(FieldVector vector, int row, String text);

  /** What a column may still be after the values that were seen. */
  static final class Guess {
    private final Set<ColumnKind> possible = EnumSet.allOf(ColumnKind.class);
    private boolean anything;

    void see(String text) {
      anything = true;
      if (possible.size() > 1) {
        possible.removeIf(kind -> !kind.holds(text));
      }
    }

    /** It can be nothing but text. */
    void seeText() {
      anything = true;
      possible.retainAll(EnumSet.of(TEXT));
    }

    /** A column without any value is text. */
    ColumnKind best() {
      return anything ? possible.iterator().next() : TEXT;
    }
  }
}
