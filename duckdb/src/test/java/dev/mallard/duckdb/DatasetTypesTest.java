package dev.mallard.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.access.Caller;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Cancellation;
import dev.mallard.query.SessionOptions;
import dev.mallard.query.SqlConnection;
import dev.mallard.query.SqlStatement;
import dev.mallard.testing.SampleBatch;
import dev.mallard.testing.SampleFields;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every Arrow type of a dataset in SQL: exactly, or refused by name without harm to the others. */
class DatasetTypesTest {
  private static final long MAX = Long.MAX_VALUE;
  private static final long MIN = Long.MIN_VALUE;

  @TempDir Path root;

  private EngineFixture sql;
  private DatasetFiles files;

  @BeforeEach
  void open() throws Exception {
    sql = new EngineFixture(root);
    files = new DatasetFiles(sql.allocator);
  }

  @AfterEach
  void close() throws Exception {
    sql.close();
  }

  /**
   * A column with these values between nulls.
   *
   * @param values as whole numbers of the type's width
   * @param texts what they are in SQL; one alone says why they are not there
   */
  private record Case(ArrowType type, List<BigInteger> values, String sqlType, List<String> texts) {
    @Override
    public String toString() {
      return type + " " + values;
    }
  }

  private static Case is(ArrowType type, String sqlType, Object... valuesAndTexts) {
    List<BigInteger> values = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < valuesAndTexts.length; i += 2) {
      values.add(new BigInteger(String.valueOf(valuesAndTexts[i])));
      texts.add((String) valuesAndTexts[i + 1]);
    }
    return new Case(type, values, sqlType, texts);
  }

  private static Case refused(ArrowType type, String sqlType, String why, Object value) {
    return new Case(
        type, List.of(new BigInteger(String.valueOf(value))), sqlType, List.of("!" + why));
  }

  private static ArrowType integer(int bits, boolean signed) {
    return new ArrowType.Int(bits, signed);
  }

  private static BigInteger interval(long months, long days, long nanos) {
    return BigInteger.valueOf(nanos)
        .shiftLeft(64)
        .or(BigInteger.valueOf((days << 32) | (months & 0xffffffffL)).and(mask()));
  }

  private static BigInteger mask() {
    return BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
  }

  static Stream<Case> cases() {
    String nines = "9".repeat(38);
    ArrowType.Interval fine = new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO);
    String notWhole = "has a date64 of 1 ms, which is not a whole day of Parquet's range";
    return Stream.of(
        is(integer(8, true), "TINYINT", 127, "127", -128, "-128"),
        is(integer(8, false), "UTINYINT", 255, "255"),
        is(integer(16, true), "SMALLINT", 32767, "32767", -32768, "-32768"),
        is(integer(16, false), "USMALLINT", 65535, "65535"),
        is(integer(32, true), "INTEGER", Integer.MIN_VALUE, "-2147483648"),
        is(integer(32, false), "UINTEGER", 4294967295L, "4294967295"),
        is(integer(64, true), "BIGINT", MIN, "" + MIN, MAX, "" + MAX),
        is(integer(64, false), "UBIGINT", "18446744073709551615", "18446744073709551615"),
        is(
            new ArrowType.FloatingPoint(FloatingPointPrecision.HALF),
            "FLOAT",
            0x7bff,
            "65504.0",
            1,
            "5.9604645e-08",
            0x7c00,
            "inf"),
        is(
            new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE),
            "DOUBLE",
            1,
            "5e-324",
            Double.doubleToLongBits(-0.0),
            "-0.0"),
        is(new ArrowType.Decimal(38, 38, 128), "DECIMAL(38,38)", nines, "." + nines),
        is(new ArrowType.Decimal(38, 0, 256), "DECIMAL(38,0)", "-" + nines, "-" + nines),
        is(new ArrowType.Decimal(5, 2, 256), "DECIMAL(5,2)", 99999, "999.99"),
        refused(new ArrowType.Decimal(39, 0, 256), "\"NULL\"", "decimal(39, 0)", 1),
        is(new ArrowType.Date(DateUnit.DAY), "DATE", 0, "1970-01-01", -719162, "0001-01-01"),
        is(new ArrowType.Date(DateUnit.MILLISECOND), "DATE", 86_400_000, "1970-01-02"),
        refused(new ArrowType.Date(DateUnit.MILLISECOND), "DATE", notWhole, 1),
        is(new ArrowType.Time(TimeUnit.SECOND, 32), "TIME", 86399, "23:59:59"),
        is(new ArrowType.Time(TimeUnit.MILLISECOND, 32), "TIME", 86399999, "23:59:59.999"),
        is(new ArrowType.Time(TimeUnit.MICROSECOND, 64), "TIME", 86399999999L, "23:59:59.999999"),
        is(
            new ArrowType.Time(TimeUnit.NANOSECOND, 64),
            "TIME_NS",
            86399999999999L,
            "23:59:59.999999999"),
        is(
            new ArrowType.Timestamp(TimeUnit.SECOND, null),
            "TIMESTAMP",
            253402300799L,
            "9999-12-31 23:59:59"),
        refused(
            new ArrowType.Timestamp(TimeUnit.SECOND, null),
            "TIMESTAMP",
            "has the value " + MAX + " s, too large for the milliseconds of Parquet",
            MAX),
        is(
            new ArrowType.Timestamp(TimeUnit.MILLISECOND, null),
            "TIMESTAMP",
            -1,
            "1969-12-31 23:59:59.999"),
        is(
            new ArrowType.Timestamp(TimeUnit.MICROSECOND, "Europe/Zurich"),
            "TIMESTAMP WITH TIME ZONE",
            1,
            "1970-01-01 00:00:00.000001+00",
            MAX,
            "infinity"),
        is(
            new ArrowType.Timestamp(TimeUnit.NANOSECOND, null),
            "TIMESTAMP_NS",
            MAX - 1,
            "2262-04-11 23:47:16.854775806"),
        is(
            new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC"),
            "TIMESTAMPTZ_NS",
            1,
            "1970-01-01 00:00:00.000000001+00"),
        is(new ArrowType.Duration(TimeUnit.SECOND), "INTERVAL", -90061, "-25:01:01"),
        is(
            new ArrowType.Duration(TimeUnit.MILLISECOND),
            "INTERVAL",
            MAX / 1000,
            "2562047788:00:54.775"),
        is(
            new ArrowType.Duration(TimeUnit.MICROSECOND),
            "INTERVAL",
            MIN,
            "-2562047788:00:54.775808",
            MAX,
            "2562047788:00:54.775807"),
        is(new ArrowType.Duration(TimeUnit.NANOSECOND), "INTERVAL", -2000, "-00:00:00.000002"),
        refused(
            new ArrowType.Duration(TimeUnit.NANOSECOND),
            "INTERVAL",
            "has a duration finer than a microsecond",
            -2001),
        refused(
            new ArrowType.Duration(TimeUnit.SECOND),
            "INTERVAL",
            "has a duration too long for microseconds",
            MAX),
        is(new ArrowType.Interval(IntervalUnit.YEAR_MONTH), "INTERVAL", 14, "1 year 2 months"),
        is(fine, "INTERVAL", interval(1, 2, 3_000_000), "1 month 2 days 00:00:00.003"),
        refused(
            fine,
            "INTERVAL",
            "has an interval finer than a millisecond, which Parquet cannot hold",
            interval(1, 2, 3)),
        is(new ArrowType.FixedSizeBinary(3), "BLOB", 0x636261, "abc"));
  }

  private static void fill(FieldVector target, List<BigInteger> values) {
    BaseFixedWidthVector vector = (BaseFixedWidthVector) target;
    vector.allocateNew(values.size() + 2);
    int width = vector.getTypeWidth();
    for (int row = 0; row < values.size(); row++) {
      BitVectorHelper.setBit(vector.getValidityBuffer(), row + 1);
      BigInteger left = values.get(row);
      for (int b = 0; b < width; b++) {
        vector.getDataBuffer().setByte((row + 1L) * width + b, left.byteValue());
        left = left.shiftRight(8);
      }
    }
    vector.setValueCount(values.size() + 2);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aColumnIsWhatItIsOrRefusedByName(Case expected) throws Exception {
    for (String file : List.of("d.feather", "d.parquet")) {
      Files.deleteIfExists(sql.data.resolve("d.feather"));
      boolean isRefused = expected.texts().get(0).startsWith("!");
      try {
        files.write(
            sql.data.resolve(file),
            Field.nullable("x", expected.type()),
            expected.values().size() + 2,
            vector -> fill(vector, expected.values()));
      } catch (MallardException e) {
        assertThat(isRefused && file.endsWith("parquet")).as(e.getMessage()).isTrue();
        continue; // What Parquet cannot hold.
      }
      String listed = "SELECT data_type FROM information_schema.columns WHERE table_name = 'd'";
      assertThat(sql.rows(listed)).as(file).containsExactly("BIGINT", expected.sqlType());
      int rows = expected.values().size() + 2;
      assertThat(sql.rows("SELECT count(*), max(id) FROM d"))
          .containsExactly(rows + "|" + (rows - 1));
      assertThat(sql.rows(listed)).as(file).containsExactly("BIGINT", expected.sqlType());
      if (isRefused) {
        assertRefused("d", expected.texts().get(0).substring(1));
        continue;
      }
      List<String> texts = new ArrayList<>(List.of("null"));
      texts.addAll(expected.texts());
      texts.add("null");
      assertThat(sql.rows("SELECT x::VARCHAR FROM d ORDER BY id")).as(file).isEqualTo(texts);
      assertWholeIsAsTheEngineHasIt("d");
      Files.delete(sql.data.resolve(file));
    }
  }

  private void assertRefused(String dataset, String why) {
    for (String query :
        List.of(
            "SELECT x FROM %s",
            "SELECT * FROM %s",
            "FROM %s",
            "SELECT id FROM %s WHERE x IS NULL",
            "SELECT count(x) FROM %s",
            "CREATE TABLE copied AS SELECT * FROM %s")) {
      assertThatThrownBy(() -> sql.rows(String.format(Locale.ROOT, query, dataset)))
          .as(query)
          .isInstanceOfSatisfying(
              MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNIMPLEMENTED))
          .hasMessage(
              "column 'x' of dataset '"
                  + dataset
                  + "' ("
                  + why
                  + "): not available in SQL; get the dataset by its name");
    }
    String ids = "SELECT id FROM " + dataset + " ORDER BY id LIMIT 1";
    assertThat(sql.rows(ids)).containsExactly("0");
    assertThat(sql.rows("SELECT * EXCLUDE (x) FROM " + dataset + " LIMIT 1")).containsExactly("0");
  }

  /** The shortcut's result and the engine's. */
  private void assertWholeIsAsTheEngineHasIt(String dataset) {
    String whole = "SELECT * FROM " + dataset;
    String computed = "SELECT * FROM " + dataset + " WHERE id >= 0 ORDER BY id";
    assertThat(sql.rows(whole)).isEqualTo(sql.rows(computed));
    assertThat(schema(whole)).isEqualTo(schema(computed));
  }

  private Schema schema(String query) {
    try (SqlConnection connection = sql.engine.connect(SessionOptions.NONE);
        SqlStatement statement = connection.prepare(query, Caller.ANONYMOUS)) {
      return statement.schema();
    }
  }

  @Test
  void everyTypeIsListedAsItIsAndNoneDisturbsTheOthers() throws Exception {
    int number = 0;
    for (Field sample : SampleFields.everyType().getFields()) {
      Field x = new Field("x", sample.getFieldType(), sample.getChildren());
      Schema schema = new Schema(List.of(Field.nullable("id", new ArrowType.Int(64, true)), x));
      for (String format : List.of(".feather", ".parquet")) {
        String name = "sample" + number++;
        if (format.equals(".parquet") && !DatasetFiles.isInParquet(schema)) {
          continue;
        }
        try (SampleBatch batch = SampleBatch.of(schema, 6, 7, sql.allocator)) {
          files.write(sql.data.resolve(name + format), batch);
        }
        assertListedAsItIs(name, sample + format);
      }
    }
  }

  private void assertListedAsItIs(String name, String what) {
    String listing =
        "SELECT data_type FROM information_schema.columns WHERE table_name = '" + name + "'";
    List<String> before = sql.rows(listing);
    assertThat(sql.rows("SELECT count(*) FROM " + name)).as(what).containsExactly("6");
    assertThat(sql.rows("SELECT id FROM " + name)).as(what).hasSize(6);
    assertThat(sql.rows(listing)).as(what).isEqualTo(before);
    Schema result = schema("SELECT * FROM " + name);
    Schema listed =
        sql.engine.metadata().tables().stream()
            .filter(table -> table.name().equals(name))
            .findFirst()
            .orElseThrow()
            .columns()
            .get();
    assertThat(types(listed.getFields())).as(what).isEqualTo(types(result.getFields()));
    if (before.get(1).equals("\"NULL\"") && !what.contains("Null")) {
      assertThatThrownBy(() -> sql.rows("SELECT * FROM " + name))
          .as(what)
          .hasMessageContaining("column 'x' of dataset '" + name + "'");
    }
  }

  private static String types(List<Field> fields) {
    StringBuilder types = new StringBuilder();
    for (Field field : fields) {
      types.append(field.getType()).append('<').append(types(field.getChildren())).append('>');
    }
    return types.toString();
  }

  @Test
  void aColumnThatIsFoundOutToBeUnavailableWithinATransactionIsNotReadAsNull() throws Exception {
    files.write(
        sql.data.resolve("d.feather"),
        Field.nullable("x", new ArrowType.Date(DateUnit.MILLISECOND)),
        3,
        vector -> fill(vector, List.of(BigInteger.ONE)));
    String transaction = sql.service.begin(SessionOptions.NONE, new Cancellation());
    assertThatThrownBy(() -> sql.rows("SELECT x FROM d", transaction))
        .isInstanceOfSatisfying(
            MallardException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
        .hasMessageContaining("'d'");
    sql.service.rollback(transaction, Caller.ANONYMOUS);
    assertThat(sql.service.open(EngineFixture.request("SELECT 1"), new Cancellation()))
        .satisfies(stream -> stream.close());
    assertThatThrownBy(() -> sql.rows("SELECT x FROM d"))
        .hasMessageContaining("column 'x' of dataset 'd' (has a date64 of 1 ms");
    String again = sql.service.begin(SessionOptions.NONE, new Cancellation());
    assertThat(sql.rows("SELECT count(*) FROM d", again)).containsExactly("3");
    sql.service.rollback(again, Caller.ANONYMOUS);
  }
}
