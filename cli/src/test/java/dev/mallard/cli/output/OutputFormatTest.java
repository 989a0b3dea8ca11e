package dev.mallard.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.SampleBatch;
import dev.mallard.testing.SampleFields;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampNanoVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Values keep their precision and their meaning. */
class OutputFormatTest {
  @RegisterExtension private final LeakCheckedAllocator memory = new LeakCheckedAllocator();

  private String write(OutputFormat format, VectorSchemaRoot root) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (RowSink sink = format.open(Channels.newChannel(out), root.getSchema(), memory.get())) {
      sink.write(BatchEncoder.encode(root));
      sink.finish();
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The lines of one column in a format, without its heading. */
  private <V extends FieldVector> List<String> column(
      OutputFormat format, ArrowType type, int rows, Consumer<V> filler) throws IOException {
    Schema schema = new Schema(List.of(new Field("x", FieldType.nullable(type), null)));
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, memory.get())) {
      root.allocateNew();
      @SuppressWarnings("unchecked")
      V vector = (V) root.getVector(0);
      filler.accept(vector);
      root.setRowCount(rows);
      List<String> lines = write(format, root).lines().toList();
      return format == OutputFormat.CSV ? lines.subList(1, lines.size()) : lines;
    }
  }

  private <V extends FieldVector> void assertColumn(
      ArrowType type, Consumer<V> filler, List<String> csv, List<String> json) throws IOException {
    assertThat(column(OutputFormat.CSV, type, csv.size(), filler)).isEqualTo(csv);
    assertThat(column(OutputFormat.JSONL, type, csv.size(), filler))
        .isEqualTo(json.stream().map(value -> "{\"x\":" + value + "}").toList());
  }

  @Test
  void integersHaveAllTheirDigits() throws IOException {
    assertColumn(
        new ArrowType.Int(64, true),
        (BigIntVector v) -> {
          v.set(0, Long.MIN_VALUE);
          v.set(1, Long.MAX_VALUE);
          v.set(2, 0);
          v.setNull(3);
        },
        List.of("-9223372036854775808", "9223372036854775807", "0", ""),
        List.of("-9223372036854775808", "9223372036854775807", "0", "null"));
    assertColumn(
        new ArrowType.Int(64, false),
        (UInt8Vector v) -> v.set(0, -1L),
        List.of("18446744073709551615"),
        List.of("18446744073709551615"));
    assertColumn(
        new ArrowType.Int(32, false),
        (UInt4Vector v) -> v.set(0, -1),
        List.of("4294967295"),
        List.of("4294967295"));
  }

  @Test
  void floatsAreTheShortestThatReadTheSame() throws IOException {
    double[] values = {
      0.1, 1e300, 5e-324, -0.0, 2.0E-3, 123456789.125, Double.NaN, Double.NEGATIVE_INFINITY
    };
    assertColumn(
        new ArrowType.FloatingPoint(org.apache.arrow.vector.types.FloatingPointPrecision.DOUBLE),
        (Float8Vector v) -> {
          for (int i = 0; i < values.length; i++) {
            v.set(i, values[i]);
          }
        },
        List.of(
            "0.1", "1.0E300", "4.9E-324", "-0.0", "0.002", "1.23456789125E8", "NaN", "-Infinity"),
        List.of(
            "0.1",
            "1.0E300",
            "4.9E-324",
            "-0.0",
            "0.002",
            "1.23456789125E8",
            "\"NaN\"",
            "\"-Infinity\""));
    assertColumn(
        new ArrowType.FloatingPoint(org.apache.arrow.vector.types.FloatingPointPrecision.SINGLE),
        (Float4Vector v) -> v.set(0, 0.1f),
        List.of("0.1"),
        List.of("0.1"));
  }

  @Test
  void decimalsKeepTheirScale() throws IOException {
    assertColumn(
        new ArrowType.Decimal(18, 3, 128),
        (DecimalVector v) -> {
          v.set(0, new BigDecimal("-999999999999999.999"));
          v.set(1, new BigDecimal("1.500"));
          v.set(2, new BigDecimal("0.000"));
          v.set(3, new BigDecimal("-0.001"));
        },
        List.of("-999999999999999.999", "1.500", "0.000", "-0.001"),
        List.of("-999999999999999.999", "1.500", "0.000", "-0.001"));
    assertColumn(
        new ArrowType.Decimal(38, 10, 128),
        (DecimalVector v) -> v.set(0, new BigDecimal("1234567890123456789012345678.0000000001")),
        List.of("1234567890123456789012345678.0000000001"),
        List.of("1234567890123456789012345678.0000000001"));
  }

  @Test
  void timesAreIsoWithTheirZone() throws IOException {
    assertColumn(
        new ArrowType.Timestamp(TimeUnit.NANOSECOND, null),
        (TimeStampNanoVector v) -> {
          v.set(0, -1);
          v.set(1, 1_704_164_645_500_000_000L);
          v.set(2, 0);
        },
        List.of("1969-12-31 23:59:59.999999999", "2024-01-02 03:04:05.5", "1970-01-01 00:00:00"),
        List.of(
            "\"1969-12-31T23:59:59.999999999\"",
            "\"2024-01-02T03:04:05.5\"",
            "\"1970-01-01T00:00:00\""));
    assertColumn(
        new ArrowType.Timestamp(TimeUnit.MICROSECOND, "Europe/Berlin"),
        (TimeStampMicroTZVector v) -> {
          v.set(0, 0);
          v.set(1, 1_720_000_000_000_000L);
        },
        List.of("1970-01-01 01:00:00+01:00", "2024-07-03 11:46:40+02:00"),
        List.of("\"1970-01-01T01:00:00+01:00\"", "\"2024-07-03T11:46:40+02:00\""));
    assertColumn(
        new ArrowType.Time(TimeUnit.MICROSECOND, 64),
        (TimeMicroVector v) -> v.set(0, 86_399_999_999L),
        List.of("23:59:59.999999"),
        List.of("\"23:59:59.999999\""));
    assertColumn(
        new ArrowType.Duration(TimeUnit.MILLISECOND),
        (DurationVector v) -> v.set(0, -1_500),
        List.of("PT-1.5S"),
        List.of("\"PT-1.5S\""));
    assertColumn(
        new ArrowType.Interval(org.apache.arrow.vector.types.IntervalUnit.MONTH_DAY_NANO),
        (IntervalMonthDayNanoVector v) -> v.set(0, 14, -3, Duration.ofSeconds(90).toNanos()),
        List.of("P14M-3DT1M30S"),
        List.of("\"P14M-3DT1M30S\""));
  }

  @Test
  void everyDayOfTheCalendarIsItsDate() throws IOException {
    for (long day = -719_600; day < 2_933_000; day += 97) {
      TextBuffer text = new TextBuffer(16);
      TimeText.date(day, text);
      assertThat(text.text(0)).isEqualTo(java.time.LocalDate.ofEpochDay(day).toString());
    }
    assertColumn(
        new ArrowType.Date(org.apache.arrow.vector.types.DateUnit.DAY),
        (DateDayVector v) -> v.set(0, Integer.MIN_VALUE),
        List.of("-5877641-06-23"),
        List.of("\"-5877641-06-23\""));
  }

  @Test
  void csvTellsNullFromEmptyAndQuotesWhatItMust() throws IOException {
    String[] values = {"", "plain", "a,b", "say \"hi\"", "two\nlines", "cr\r", " space ", "Ünï 🦆"};
    List<String> csv = new ArrayList<>();
    Schema schema =
        new Schema(
            List.of(
                Field.nullable("a,\"b", ArrowType.Utf8.INSTANCE),
                Field.nullable("n", ArrowType.Bool.INSTANCE)));
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, memory.get())) {
      root.allocateNew();
      for (int i = 0; i < values.length; i++) {
        ((VarCharVector) root.getVector(0)).setSafe(i, values[i].getBytes(StandardCharsets.UTF_8));
      }
      ((BitVector) root.getVector(1)).setSafe(1, 1);
      root.setRowCount(values.length + 1);
      csv.add(write(OutputFormat.CSV, root));
      csv.add(write(OutputFormat.TSV, root));
      csv.add(write(OutputFormat.MARKDOWN, root));
    }
    assertThat(csv.get(0))
        .isEqualTo(
            "\"a,\"\"b\",n\n\"\",\nplain,true\n\"a,b\",\n\"say \"\"hi\"\"\",\n\"two\nlines\",\n"
                + "\"cr\r\",\n space ,\nÜnï 🦆,\n,\n");
    assertThat(csv.get(1)).contains("\nsay \"hi\"\t\\N\n", "two\\nlines\t", "\n\\N\t\\N\n");
    assertThat(csv.get(2))
        .startsWith("| a,\"b | n |\n|---|---|\n|  | NULL |\n| plain | true |\n")
        .contains("| two<br>lines | NULL |");
  }

  @Test
  void binaryIsHexadecimalInTextAndBase64InJson() throws IOException {
    assertColumn(
        ArrowType.Binary.INSTANCE,
        (VarBinaryVector v) -> {
          v.setSafe(0, new byte[] {0, (byte) 0xff, 'a'});
          v.setSafe(1, new byte[0]);
        },
        List.of("\\x00ff61", "\\x"),
        List.of("\"AP9h\"", "\"\""));
  }

  @ParameterizedTest
  @EnumSource(
      value = OutputFormat.class,
      names = {"DISPLAY", "CSV", "TSV", "JSON", "JSONL", "MARKDOWN", "ARROW"})
  void everyTypeCanBeWritten(OutputFormat format) throws IOException {
    Schema schema = SampleFields.everyType();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (SampleBatch batch =
            SampleBatch.of(ArrowSchemas.toMemoryForm(schema), 50, 1, memory.get());
        RowSink sink = format.open(Channels.newChannel(out), batch.schema(), memory.get())) {
      for (IpcMessage dictionary :
          BatchEncoder.encodeDictionaries(batch.root().getSchema(), batch.dictionaries())) {
        sink.write(dictionary);
      }
      sink.write(BatchEncoder.encode(batch.root()));
      sink.finish();
    }
    assertThat(out.size()).isGreaterThan(1_000);
    if (format == OutputFormat.JSON) {
      JsonNode rows = new ObjectMapper().readTree(out.toByteArray());
      assertThat(rows.size()).isEqualTo(50);
      assertThat(rows.get(0).size()).isEqualTo(schema.getFields().size());
    }
  }

  @Test
  void anEmptyResultHasItsHeadings() throws IOException {
    Schema schema = new Schema(List.of(Field.nullable("x", ArrowType.Utf8.INSTANCE)));
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, memory.get())) {
      root.allocateNew();
      root.setRowCount(0);
      assertThat(write(OutputFormat.CSV, root)).isEqualTo("x\n");
      assertThat(write(OutputFormat.JSON, root)).isEqualTo("[]\n");
      assertThat(write(OutputFormat.JSONL, root)).isEmpty();
      assertThat(write(OutputFormat.DISPLAY, root).lines()).hasSize(5);
    }
  }

  @Test
  void tablesFitTheirWidth() {
    TextTable table =
        new TextTable(
            List.of(
                TextTable.Column.text("name"),
                TextTable.Column.number("count"),
                TextTable.Column.text("what")));
    table.add("a", "1", "x".repeat(100));
    table.add("日本語", "12345", "tab\there");

    assertThat(table.boxed(40))
        .containsExactly(
            "┌────────┬───────┬─────────────────────┐",
            "│ name   │ count │ what                │",
            "├────────┼───────┼─────────────────────┤",
            "│ a      │     1 │ xxxxxxxxxxxxxxxxxx… │",
            "│ 日本語 │ 12345 │ tab\\there           │",
            "└────────┴───────┴─────────────────────┘");
    assertThat(table.boxed(24))
        .allSatisfy(line -> assertThat(DisplayText.width(line)).isLessThanOrEqualTo(24));
    assertThat(table.boxed(0).get(0).length()).isGreaterThan(100);
    assertThat(table.plain().get(1)).startsWith("a           1  xxx");
  }

  @Test
  void typesHaveTheirNames() {
    assertThat(SampleFields.everyType().getFields().stream().map(TypeNames::of))
        .allSatisfy(name -> assertThat(name).doesNotContain("(" + "bits"))
        .contains("int64", "string", "bool", "float64");
  }
}
