package dev.mallard.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TpchQueriesTest {
  @TempDir static Path folder;
  private static TpchDatabase database;

  @BeforeAll
  static void generate() throws Exception {
    database = TpchDatabase.create(folder, 0.01, SampleKind.DEFAULT_SEED);
  }

  @AfterAll
  static void close() throws Exception {
    database.close();
  }

  static IntStream numbers() {
    return IntStream.rangeClosed(1, TpchQueries.COUNT);
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void everyQueryFindsSomethingAtScaleFactorOneHundredth(int number) throws Exception {
    List<String> rows = database.query(TpchQueries.text(number));

    assertThat(rows).isNotEmpty();
    assertThat(rows).noneMatch(row -> row.contains("null")); // a sum of nothing
  }

  @Test
  void brazilHasAShareOfItsMarketInBothYears() throws Exception {
    List<String> shares =
        database.query(
            "SELECT o_year, mkt_share > 0 AND mkt_share < 1 FROM (%s)"
                .formatted(TpchQueries.text(8)));

    assertThat(shares).containsExactly("1995|true", "1996|true");
  }

  @Test
  void theFractionOfQuery11GoesByTheScaleFactor() throws Exception {
    assertThat(TpchQueries.text(11, 100)).contains("* 0.0000010000");
    assertThat(TpchQueries.text(11, 0.01)).contains("* 0.0100000000");
    assertThat(database.query(TpchQueries.text(11, 0.01)))
        .hasSizeBetween(1, database.query(TpchQueries.text(11)).size());
    assertThat(TpchQueries.text(6, 100)).isEqualTo(TpchQueries.text(6));
  }

  @Test
  void query16LeavesOutTheSuppliersWithComplaints() throws Exception {
    assertThat(
            database.query(
                "SELECT count(*) FROM supplier WHERE s_comment LIKE '%Customer%Complaints%'"))
        .containsExactly("1");
  }

  @Test
  void query13LeavesOutSpecialRequests() throws Exception {
    List<String> share =
        database.query(
            "SELECT count(*) FILTER (o_comment LIKE '%special%requests%') / count(*) FROM orders");

    assertThat(Double.parseDouble(share.get(0))).isBetween(0.0005, 0.03);
  }

  @Test
  void thereAreNoOthers() {
    assertThatThrownBy(() -> TpchQueries.text(23)).hasMessage("query: 23 (expected: 1 to 22)");
    assertThatThrownBy(() -> TpchQueries.text(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
