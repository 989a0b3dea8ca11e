package dev.mallard.parquet.internal.write;

import static dev.mallard.parquet.internal.write.WriterFixture.NO_DICTIONARIES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.MallardException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampSecVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Values that change on their way to Parquet, and those that cannot go there. */
class VectorWriterValuesTest {
  private static final DictionaryEncoding ENCODING =
      new DictionaryEncoding(7, false, new ArrowType.Int(32, true));

  @RegisterExtension final WriterFixture fixture = new WriterFixture();

  @Test
  void timesOfDayAreWhatTheyWere() throws Exception {
    TimeSecVector seconds = new TimeSecVector("s", fixture.allocator());
    seconds.allocateNew(2);
    seconds.set(0, 3661);
    seconds.setNull(1);
    seconds.setValueCount(2);
    TimeMilliVector millis = new TimeMilliVector("ms", fixture.allocator());
    millis.allocateNew(2);
    millis.set(0, 3661007);
    millis.set(1, 1000);
    millis.setValueCount(2);
    assertThat(all(fixture.write(seconds, millis)))
        .containsExactly("01:01:01|01:01:01.007", "null|00:00:01");
  }

  @Test
  void intervalsThatParquetCanHoldAreKept() throws Exception {
    IntervalYearVector months = new IntervalYearVector("m", fixture.allocator());
    months.allocateNew(1);
    months.set(0, 14);
    months.setValueCount(1);
    IntervalDayVector days = new IntervalDayVector("d", fixture.allocator());
    days.allocateNew(1);
    days.set(0, 3, 4005);
    days.setValueCount(1);
    IntervalMonthDayNanoVector all = new IntervalMonthDayNanoVector("a", fixture.allocator());
    all.allocateNew(1);
    all.set(0, 1, 2, 3_000_000L);
    all.setValueCount(1);
    assertThat(all(fixture.write(months, days, all)))
        .containsExactly("1 year 2 months|3 days 00:00:04.005|1 month 2 days 00:00:00.003");
  }

  @Test
  void intervalsThatParquetCannotHoldAreRefused() {
    interval("finer than a millisecond", vector -> vector.set(0, 0, 0, 1L));
    interval("negative", vector -> vector.set(0, -1, 0, 0L));
    interval("negative", vector -> vector.set(0, 0, -1, 0L));
    interval("negative", vector -> vector.set(0, 0, 0, -1_000_000L));
    interval("too long", vector -> vector.set(0, 0, 0, 5_000_000_000_000_000L));
  }

  private void interval(String message, Consumer<IntervalMonthDayNanoVector> value) {
    IntervalMonthDayNanoVector vector = new IntervalMonthDayNanoVector("i", fixture.allocator());
    vector.allocateNew(1);
    value.accept(vector);
    vector.setValueCount(1);
    refused(vector, message);
  }

  @Test
  void aDate64ThatIsNoWholeDayIsRefused() {
    for (long millis : new long[] {1, -1, Long.MAX_VALUE}) {
      DateMilliVector vector = new DateMilliVector("d", fixture.allocator());
      vector.allocateNew(1);
      vector.set(0, millis);
      vector.setValueCount(1);
      refused(vector, "not a whole day");
    }
  }

  @Test
  void secondsTooLargeForMillisecondsAreRefused() {
    TimeStampSecVector vector = new TimeStampSecVector("t", fixture.allocator());
    vector.allocateNew(1);
    vector.set(0, Long.MAX_VALUE / 999);
    vector.setValueCount(1);
    refused(vector, "too large");
  }

  @Test
  void aDecimalBeyondItsPrecisionIsRefused() {
    for (int precision : new int[] {5, 18, 20}) {
      DecimalVector vector = new DecimalVector("x", fixture.allocator(), precision, 0);
      vector.allocateNew(1);
      vector.getDataBuffer().setLong(0, 1);
      vector.getDataBuffer().setLong(8, 1L << 40);
      org.apache.arrow.vector.BitVectorHelper.setBit(vector.getValidityBuffer(), 0);
      vector.setValueCount(1);
      refused(vector, "more digits");
    }
  }

  private void refused(FieldVector vector, String message) {
    assertThatThrownBy(() -> fixture.write(vector))
        .isInstanceOf(MallardException.class)
        .hasMessageContaining("column '" + vector.getName() + "'")
        .hasMessageContaining(message)
        .hasMessageContaining("store the dataset as Feather");
  }

  @Test
  void dictionariesMayChangeFromBatchToBatch() throws Exception {
    Path file = fixture.newFile();
    try (FileChannel out = WriterFixture.create(file);
        VectorWriter writer = dictionaryWriter(out)) {
      for (int batch = 0; batch < 3; batch++) {
        int first = batch;
        try (VarCharVector values =
                WriterVectors.strings(
                    fixture.allocator(), "v", 3, i -> i == 2 ? null : "value " + (first + i));
            IntVector codes = codes(0, 1, null, 2, 0)) {
          writer.write(root(codes), provider(values));
        }
      }
      writer.finish(Map.of());
    }
    assertThat(all(file))
        .containsExactly(
            "value 0", "value 1", "null", "null", "value 0", "value 1", "value 2", "null", "null",
            "value 1", "value 2", "value 3", "null", "null", "value 2");
  }

  @Test
  void anIndexOutsideItsDictionaryIsRefused() throws Exception {
    for (int code : new int[] {-1, 3, Integer.MAX_VALUE}) {
      try (FileChannel out = WriterFixture.create(fixture.newFile());
          VectorWriter writer = dictionaryWriter(out);
          VarCharVector values =
              WriterVectors.strings(fixture.allocator(), "v", 3, i -> i == 1 ? null : "x");
          IntVector codes = codes(0, code)) {
        writer.write(root(codes), provider(values));
        assertThatThrownBy(() -> writer.finish(Map.of()))
            .isInstanceOf(MallardException.class)
            .hasMessageContaining("column 'd' has the dictionary index " + code);
      }
    }
  }

  @Test
  void aMissingDictionaryIsRefused() throws Exception {
    try (FileChannel out = WriterFixture.create(fixture.newFile());
        VectorWriter writer = dictionaryWriter(out);
        IntVector codes = codes(0)) {
      assertThatThrownBy(() -> writer.write(root(codes), NO_DICTIONARIES))
          .isInstanceOf(MallardException.class)
          .hasMessageContaining("dictionary 7, which was not sent");
    }
  }

  @Test
  void manySmallNullsAndNumbersSurviveEveryWayOfEncoding() throws Exception {
    BigIntVector sparse =
        WriterVectors.longs(
            fixture.allocator(), "a", 70_001, i -> i % 97 == 0 ? (Long) (long) i : null);
    BigIntVector dense =
        WriterVectors.longs(fixture.allocator(), "b", 70_001, i -> i % 97 == 0 ? null : (long) i);
    BigIntVector late =
        WriterVectors.longs(fixture.allocator(), "c", 70_001, i -> i < 50_000 ? null : i % 3L);
    Path file = fixture.write(sparse, dense, late);
    assertThat(
            fixture.query(
                "SELECT count(a), sum(a), count(b), sum(b), count(c), sum(c) FROM read_parquet($)",
                file))
        .containsExactly("722|25247257|69279|2424787743|20001|20001");
    assertThat(
            fixture.query(
                "SELECT count(*) FROM read_parquet($, file_row_number = true) WHERE a <>"
                    + " file_row_number OR b <> file_row_number OR c <> file_row_number % 3",
                file))
        .containsExactly("0");
  }

  private VectorWriter dictionaryWriter(FileChannel out) throws Exception {
    FieldType type = new FieldType(true, ArrowType.Utf8.INSTANCE, ENCODING);
    return new VectorWriter(
        out,
        new Schema(List.of(new Field("d", type, null))),
        WriterSettings.defaults(),
        fixture.allocator(),
        fixture.executor());
  }

  private IntVector codes(@org.jspecify.annotations.Nullable Integer... codes) {
    FieldType type = new FieldType(true, ENCODING.getIndexType(), ENCODING);
    return WriterVectors.ints(fixture.allocator(), type, "d", codes);
  }

  private static VectorSchemaRoot root(FieldVector vector) {
    return new VectorSchemaRoot(List.of(vector));
  }

  private static DictionaryProvider provider(VarCharVector values) {
    return new DictionaryProvider.MapDictionaryProvider(new Dictionary(values, ENCODING));
  }

  private List<String> all(Path file) throws Exception {
    return fixture.query("SELECT * FROM read_parquet($)", file);
  }
}
