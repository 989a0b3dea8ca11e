package dev.mallard.parquet.internal.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ParquetStatisticsTest {
  @RegisterExtension final WriterFixture fixture = new WriterFixture();

  @Test
  void numbersHaveExactBoundsAndNullsAreCounted() throws Exception {
    Statistics statistics =
        statistics(
            WriterVectors.longs(
                fixture.allocator(), "x", 1000, i -> i % 10 == 0 ? null : (long) (i * 3 - 500)));
    assertThat(number(statistics.getMin_value())).isEqualTo(-497);
    assertThat(number(statistics.getMax_value())).isEqualTo(2497);
    assertThat(statistics.getNull_count()).isEqualTo(100);
    assertThat(statistics.isIs_min_value_exact()).isTrue();
    assertThat(statistics.isIs_max_value_exact()).isTrue();
  }

  @Test
  void unsignedNumbersAreComparedAsSuch() throws Exception {
    UInt8Vector vector = new UInt8Vector("x", fixture.allocator());
    vector.allocateNew(3);
    vector.set(0, -1L);
    vector.set(1, 5);
    vector.set(2, Long.MAX_VALUE);
    vector.setValueCount(3);
    Statistics statistics = statistics(vector);
    assertThat(number(statistics.getMin_value())).isEqualTo(5);
    assertThat(number(statistics.getMax_value())).isEqualTo(-1);
  }

  @Test
  void zeroIsBothZerosAndNanLeavesNoBounds() throws Exception {
    Statistics zeros = statistics(WriterVectors.doubles(fixture.allocator(), "x", 0.0, 0.0, null));
    assertThat(ByteBuffer.wrap(zeros.getMin_value()).order(ByteOrder.LITTLE_ENDIAN).getDouble())
        .isEqualTo(-0.0);
    assertThat(ByteBuffer.wrap(zeros.getMax_value()).order(ByteOrder.LITTLE_ENDIAN).getDouble())
        .isEqualTo(0.0);

    Statistics nan = statistics(WriterVectors.floats(fixture.allocator(), "x", 1f, Float.NaN, 2f));
    assertThat(nan.isSetMin_value()).isFalse();
    assertThat(nan.isSetMax_value()).isFalse();
    assertThat(nan.isSetNull_count()).isTrue();
  }

  @Test
  void aColumnOfNullsHasNoBounds() throws Exception {
    Statistics statistics =
        statistics(WriterVectors.longs(fixture.allocator(), "x", 100, i -> null));
    assertThat(statistics.isSetMin_value()).isFalse();
    assertThat(statistics.getNull_count()).isEqualTo(100);
  }

  @Test
  void longTextIsCutToBoundsThatAreText() throws Exception {
    String least = "a" + "é".repeat(50);
    String greatest = "zebra" + "漢".repeat(50);
    Statistics statistics =
        statistics(
            WriterVectors.strings(
                fixture.allocator(), "x", 3, i -> i == 0 ? least : i == 1 ? "m" : greatest));
    String min = new String(statistics.getMin_value(), StandardCharsets.UTF_8);
    String max = new String(statistics.getMax_value(), StandardCharsets.UTF_8);
    assertThat(least).startsWith(min);
    assertThat(min).isEqualTo("a" + "é".repeat(31));
    assertThat(max).isEqualTo("zebrb");
    assertThat(statistics.isIs_min_value_exact()).isFalse();
    assertThat(statistics.isIs_max_value_exact()).isFalse();
  }

  @Test
  void bytesWithoutAnUpperBoundHaveNone() throws Exception {
    byte[] high = new byte[100];
    Arrays.fill(high, (byte) 0xFF);
    Statistics statistics =
        statistics(WriterVectors.binaries(fixture.allocator(), "x", high, new byte[] {1}));
    assertThat(statistics.getMin_value()).containsExactly(1);
    assertThat(statistics.isIs_min_value_exact()).isTrue();
    assertThat(statistics.isSetMax_value()).isFalse();
  }

  @Test
  void largeDecimalsAreComparedBySign() throws Exception {
    DecimalVector vector = new DecimalVector("x", fixture.allocator(), 30, 0);
    vector.allocateNew(3);
    vector.set(0, new java.math.BigDecimal("-5"));
    vector.set(1, new java.math.BigDecimal("123456789012345678901234567890"));
    vector.set(2, new java.math.BigDecimal("-123456789012345678901234567890"));
    vector.setValueCount(3);
    Statistics statistics = statistics(vector);
    assertThat(new java.math.BigInteger(statistics.getMin_value()))
        .isEqualTo("-123456789012345678901234567890");
    assertThat(new java.math.BigInteger(statistics.getMax_value()))
        .isEqualTo("123456789012345678901234567890");
  }

  @Test
  void duckDbSkipsRowGroupsAndStillFindsEveryRow() throws Exception {
    Path file =
        fixture.write(
            WriterSettings.defaults().withRowGroups(100, 1 << 20),
            WriterVectors.longs(fixture.allocator(), "x", 1000, i -> (long) i),
            WriterVectors.strings(fixture.allocator(), "s", 1000, i -> "y".repeat(70) + i));
    assertThat(
            fixture.query("SELECT count(*) FROM read_parquet($) WHERE x BETWEEN 250 AND 349", file))
        .containsExactly("100");
    assertThat(
            fixture.query(
                "SELECT x FROM read_parquet($) WHERE s = '" + "y".repeat(70) + "777'", file))
        .containsExactly("777");
    assertThat(fixture.query("SELECT min(s), max(x) FROM read_parquet($)", file))
        .containsExactly("y".repeat(70) + "0|999");
  }

  private Statistics statistics(FieldVector vector) throws Exception {
    FileMetaData footer = WriterFixture.footer(fixture.write(vector));
    assertThat(footer.getColumn_orders()).hasSize(1);
    return footer.getRow_groups().get(0).getColumns().get(0).getMeta_data().getStatistics();
  }

  private static long number(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }
}
