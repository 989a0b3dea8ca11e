package dev.mallard.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SampleKindTest {
  @ParameterizedTest
  @EnumSource(SampleKind.class)
  void everyKindIsFoundByItsName(SampleKind kind) {
    assertThat(SampleKind.of(kind.label())).isEqualTo(kind);
    assertThat(kind.description()).isNotBlank();
  }

  @Test
  void anUnknownNameIsAnErrorThatListsTheKnownOnes() {
    assertInvalid(
        () -> SampleKind.of("tpcds"),
        "kind of sample data: 'tpcds' (expected one of: sample, feather-demo, mixed, batch, demo,"
            + " tpch)");
  }

  @Test
  void kindsHaveTheSizesOfTheProgramsTheyStandFor() {
    assertThat(rows(SampleKind.SAMPLE)).containsExactly(100_000L);
    assertThat(rows(SampleKind.MIXED)).containsExactly(10_000_000L);
    assertThat(rows(SampleKind.BATCH)).containsExactly(131_072L);
    assertThat(rows(SampleKind.DEMO)).containsExactly(100_000L, 50_000L, 1_000L, 1_095L);
  }

  @Test
  void tablesHaveTheirNamesAndColumns() {
    assertThat(names(SampleKind.DEMO))
        .containsExactly(
            "sales.parquet", "large_table.feather", "my_app/user_sessions", "reports/daily_sales");
    assertThat(names(SampleKind.TPCH))
        .containsExactly(
            "region", "nation", "supplier", "customer", "part", "partsupp", "orders", "lineitem");
    assertThat(schema(SampleKind.SAMPLE).toString())
        .isEqualTo(
            "Schema<id: Int(64, true) not null, date: Date(DAY) not null, category: Utf8 not null,"
                + " value1: FloatingPoint(DOUBLE) not null, value2: FloatingPoint(DOUBLE) not"
                + " null, active: Bool not null, text: Utf8 not null>");
    assertThat(schema(SampleKind.FEATHER_DEMO).toString())
        .isEqualTo(
            "Schema<id: Int(64, true) not null, is_active: Bool, name: Utf8 not null, metadata:"
                + " Struct<source: Utf8, score: FloatingPoint(DOUBLE)>>");
    assertThat(schema(SampleKind.MIXED).toString())
        .isEqualTo(
            "Schema<id: Int(64, true) not null, day: Date(DAY) not null, city: Utf8 not null,"
                + " customer: Utf8 not null, price: FloatingPoint(DOUBLE) not null, score:"
                + " FloatingPoint(DOUBLE) not null, active: Bool not null>");
  }

  @Test
  void aSizeThatIsNoneForTheKindIsAnError() {
    assertInvalid(
        () -> SampleKind.SAMPLE.tables(SampleSize.ofRows(-1), 1),
        "number of rows: -1 (expected: >= 0)");
    assertInvalid(
        () -> SampleKind.MIXED.tables(SampleSize.ofScaleFactor(1), 1),
        "scale factor: sample data of kind 'mixed' has none; only 'tpch' does");
    assertInvalid(
        () -> SampleKind.TPCH.tables(SampleSize.ofRows(5), 1),
        "number of rows: sample data of kind 'tpch' takes none; give a scale factor instead");
    assertInvalid(
        () -> SampleKind.DEMO.tables(new SampleSize(OptionalLong.of(5), OptionalDouble.empty()), 1),
        "number of rows: sample data of kind 'demo' takes none; its size is fixed");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.009, 100.1, Double.NaN, Double.POSITIVE_INFINITY})
  void aScaleFactorOutOfRangeIsAnError(double scaleFactor) {
    assertInvalid(
        () -> SampleKind.TPCH.tables(SampleSize.ofScaleFactor(scaleFactor), 1),
        "scale factor: " + scaleFactor + " (expected: from 0.01 to 100)");
  }

  private static List<Long> rows(SampleKind kind) {
    return kind.tables(SampleSize.DEFAULT, 1).stream().map(SampleTable::rows).toList();
  }

  private static List<String> names(SampleKind kind) {
    return kind.tables(SampleSize.DEFAULT, 1).stream().map(SampleTable::name).toList();
  }

  private static Schema schema(SampleKind kind) {
    return kind.tables(SampleSize.DEFAULT, 1).get(0).schema();
  }

  private static void assertInvalid(Runnable call, String message) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessage(message);
  }
}
