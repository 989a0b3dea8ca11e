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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements see exactly the datasets that are there, whatever happens to them meanwhile. */
class DatasetViewsTest {
  @TempDir Path root;

  private EngineFixture sql;

  @BeforeEach
  void open() throws Exception {
    sql = new EngineFixture(root);
    sql.parquet("big.parquet", "SELECT 1 AS a");
  }

  @AfterEach
  void close() throws Exception {
    sql.close();
  }

  private interface Work {
    void with(SqlStatement statement) throws Exception;
  }

  private void prepared(String text, Work work) throws Exception {
    try (SqlConnection connection = sql.engine.connect(SessionOptions.NONE);
        SqlStatement statement = connection.prepare(text, Caller.ANONYMOUS)) {
      work.with(statement);
    }
  }

  @Test
  void aStatementRunsWhateverBecameOfItsViewSinceItWasPrepared() throws Exception {
    prepared(
        "SELECT count(*), max(a) FROM big",
        statement -> {
          sql.engine.tidy();
          sql.parquet("big.parquet", "SELECT 2 AS a FROM range(2)");
          sql.engine.tidy();
          assertThat(sql.rows(statement.run())).containsExactly("2|2");
          sql.parquet("big.parquet", "SELECT 3 AS a FROM range(3)");
          assertThat(sql.rows("SELECT max(a) FROM big")).containsExactly("3");
          assertThat(sql.rows(statement.run())).containsExactly("3|3");
          assertThat(statement.isCurrent()).isFalse();
        });
    sql.update("CREATE TABLE copied(a INT)");
    prepared(
        "INSERT INTO copied SELECT a FROM big",
        statement -> {
          sql.parquet("big.parquet", "SELECT 4 AS a");
          sql.engine.tidy();
          assertThat(statement.update()).isEqualTo(1);
        });
    assertThat(sql.rows("SELECT a FROM copied")).containsExactly("4");
  }

  @Test
  void allRowsCanBeHadOfAVersionThatWasPrunedSince() throws Exception {
    prepared(
        "SELECT * FROM big",
        statement -> {
          sql.parquet("big.parquet", "SELECT 2 AS a");
          assertThat(sql.rows(statement.run())).hasSize(1);
          Files.delete(sql.data.resolve("big.parquet"));
          assertThat(sql.rows(statement.run())).hasSize(1);
        });
  }

  /** Each run of many at once asks for datasets that nobody has asked for. */
  @Test
  void aDatasetThatSeveralAskForFirstAtOnceIsThereForAll() throws Exception {
    int threads = 4;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; round < 10; round++) {
        String name = "first_" + round;
        sql.parquet(name + ".parquet", "SELECT 7 AS x");
        CyclicBarrier together = new CyclicBarrier(threads);
        List<Callable<List<String>>> asks = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          String text = "SELECT x + " + i + " - " + i + " FROM " + name;
          asks.add(
              () -> {
                together.await();
                return sql.rows(text);
              });
        }
        for (Future<List<String>> answer : pool.invokeAll(asks)) {
          assertThat(answer.get()).containsExactly("7");
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void tablesAreListedAsTheyAreNow() throws Exception {
    String names =
        "SELECT table_name FROM information_schema.tables WHERE table_catalog = 'datasets' ORDER BY 1";
    assertThat(sql.rows(names)).containsExactly("big");
    sql.parquet("late.parquet", "SELECT 1 AS a");
    sql.parquet("shop/sales.parquet", "SELECT 1 AS a");
    assertThat(sql.rows(names)).containsExactly("big", "late", "sales");
  }

  @Test
  void namesInListingsAreTheDatasetsOwn() throws Exception {
    String names =
        "SELECT table_name FROM information_schema.tables WHERE table_catalog = 'datasets' ORDER BY 1";
    assertThat(sql.rows("SELECT count(*) FROM BIG, \"big.parquet\"")).containsExactly("1");
    assertThat(sql.rows(names)).containsExactly("big");
    assertThat(sql.rows("SELECT count(*) FROM Big, \"big.parquet\"")).containsExactly("1");
    Files.delete(sql.data.resolve("big.parquet"));
    assertThat(sql.rows(names)).isEmpty();
    prepared(
        names,
        statement -> {
          sql.parquet("other.parquet", "SELECT 1 AS a");
          assertThat(sql.rows(statement.run())).containsExactly("other");
        });
    assertThat(sql.rows("SHOW TABLES")).containsExactly("other");
  }

  @Test
  void oneUnreadableDatasetHidesNoOther() throws Exception {
    Files.writeString(sql.data.resolve("bad.parquet"), "this is not Parquet at all");
    assertThat(sql.rows("SHOW TABLES")).containsExactly("big");
    assertThat(sql.engine.metadata().tables()).extracting(t -> t.name()).containsExactly("big");
    String transaction = sql.service.begin(SessionOptions.NONE, new Cancellation());
    assertThat(sql.rows("SELECT a FROM big", transaction)).containsExactly("1");
    sql.service.commit(transaction, Caller.ANONYMOUS);
    assertThatThrownBy(() -> sql.rows("SELECT * FROM bad"))
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_LOSS))
        .hasMessageContaining("bad");
    assertThat(sql.rows("SELECT bad.a FROM big AS bad")).containsExactly("1");
  }

  @Test
  void aNameOfTwoDatasetsIsAnErrorThatNamesBoth() throws Exception {
    assertThat(sql.rows("SELECT a FROM big")).containsExactly("1");
    Files.copy(sql.data.resolve("big.parquet"), sql.data.resolve("big.feather"));
    for (String from : List.of("big", "BIG".toLowerCase(java.util.Locale.ROOT), "main.big")) {
      assertThatThrownBy(() -> sql.rows("SELECT a FROM " + from))
          .isInstanceOfSatisfying(
              MallardException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
          .hasMessageContaining("'big.parquet'")
          .hasMessageContaining("'big.feather'");
    }
    assertThat(sql.rows("SELECT a FROM \"big.parquet\"")).containsExactly("1");
    Files.delete(sql.data.resolve("big.feather"));
    assertThat(sql.rows("SELECT a FROM big")).containsExactly("1");
  }
}
