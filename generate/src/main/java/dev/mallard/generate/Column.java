package dev.mallard.generate;

import java.util.Arrays;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.function.LongToDoubleFunction;
import java.util.function.LongToIntFunction;
import java.util.function.LongUnaryOperator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * A column: its field, and how to fill a vector with it. What stands in a row is a function of the
 * row's key, which is its number unless the table says otherwise (see {@link ColumnTable}).
 */
record Column(Field field, Filler filler) {
  private static final ArrowType DOUBLE =
      new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);

  /** Allocates a vector's buffers and fills them, one value for each key. */
  interface Filler {
    void fill(FieldVector vector, long[] keys);
  }

  /** Appends a row's text. */
  interface Text {
    void write(long key, TextWriter out);
  }

  static Column int64(String name, LongUnaryOperator values) {
    return required(name, new ArrowType.Int(64, true), (v, keys) -> Fill.longs(v, keys, values));
  }

  static Column int32(String name, LongToIntFunction values) {
    return required(name, new ArrowType.Int(32, true), (v, keys) -> Fill.ints(v, keys, values));
  }

  /** Days since 1970. */
  static Column date(String name, LongToIntFunction days) {
    ArrowType type = new ArrowType.Date(DateUnit.DAY);
    return required(name, type, (v, keys) -> Fill.ints(v, keys, days));
  }

  static Column float64(String name, LongToDoubleFunction values) {
    return required(name, DOUBLE, (v, keys) -> Fill.doubles(v, keys, values));
  }

  /** A decimal(15,2), given in hundredths. */
  static Column money(String name, LongUnaryOperator cents) {
    ArrowType type = new ArrowType.Decimal(15, 2, 128);
    return required(name, type, (v, keys) -> Fill.decimals(v, keys, cents));
  }

  static Column bool(String name, LongPredicate values) {
    return required(name, ArrowType.Bool.INSTANCE, (v, keys) -> Fill.bools(v, keys, values));
  }

  static Column utf8(String name, Text values) {
    return required(name, ArrowType.Utf8.INSTANCE, (v, keys) -> Fill.text(v, keys, values));
  }

  /** Text that is missing in some rows. */
  static Column utf8(String name, LongPredicate isNull, Text values) {
    Text present =
        (key, out) -> {
          if (!isNull.test(key)) {
            values.write(key, out);
          }
        };
    return utf8(name, present).withNulls(isNull);
  }

  static Column struct(String name, LongPredicate isNull, Column... children) {
    List<Field> fields = Arrays.stream(children).map(Column::field).toList();
    FieldType type = new FieldType(false, ArrowType.Struct.INSTANCE, null);
    Filler filler = (v, keys) -> Fill.struct(v, keys, children);
    return new Column(new Field(name, type, fields), filler).withNulls(isNull);
  }

  /** This column with nulls in some rows; what its vector has there stays as it is. */
  Column withNulls(LongPredicate isNull) {
    FieldType nullable = new FieldType(true, field.getType(), null);
    return new Column(
        new Field(field.getName(), nullable, field.getChildren()),
        (vector, keys) -> {
          filler.fill(vector, keys);
          Fill.bits(vector.getValidityBuffer(), keys, key -> !isNull.test(key));
        });
  }

  private static Column required(String name, ArrowType type, Filler filler) {
    return new Column(new Field(name, new FieldType(false, type, null), List.of()), filler);
  }
}
