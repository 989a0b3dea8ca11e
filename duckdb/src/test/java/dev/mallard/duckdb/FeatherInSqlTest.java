package dev.mallard.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.access.Caller;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Cancellation;
import dev.mallard.query.SessionOptions;
import dev.mallard.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows of Feather datasets are made when they are read, for those who read them, and not before.
 */
class FeatherInSqlTest {
  private static final String COUNT = "SELECT count(*), max(x) FROM slow";

  @TempDir Path root;

  private final GatedFeather feather = new GatedFeather();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private EngineFixture sql;
  private DatasetFiles files;

  @BeforeEach
  void open() throws Exception {
    sql = new EngineFixture(root, feather);
    files = new DatasetFiles(sql.allocator);
    files.numbers(sql.data.resolve("slow.feather"), 5);
    files.numbers(sql.data.resolve("shop/sales.feather"), 3);
    sql.parquet("big.parquet", "SELECT 1 AS a");
  }

  @AfterEach
  void close() throws Exception {
    feather.open();
    threads.shutdown();
    sql.close();
  }

  private Future<List<String>> later(String text, Cancellation cancellation) {
    Callable<List<String>> work =
        () -> sql.rows(sql.service.open(EngineFixture.request(text), cancellation));
    return threads.submit(work);
  }

  private static void assertCancelled(Future<?> work) {
    assertThatThrownBy(work::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
  }

  @Test
  void listingsTypesAndTransactionsReadNoRow() throws Exception {
    String types = "[id|BIGINT|YES|null|null|null, x|BIGINT|YES|null|null|null]";
    assertThat(sql.rows("SHOW TABLES")).containsExactly("big", "slow");
    assertThat(sql.rows("SHOW ALL TABLES")).hasSize(3);
    assertThat(sql.rows("DESCRIBE slow")).hasToString(types);
    assertThat(sql.rows("DESCRIBE SELECT * FROM slow")).hasToString(types);
    assertThat(sql.rows("SHOW slow")).hasToString(types);
    assertThat(
            sql.rows("SELECT data_type FROM information_schema.columns WHERE table_name = 'sales'"))
        .containsExactly("BIGINT", "BIGINT");
    assertThat(sql.rows("SELECT count(*) FROM duckdb_columns() WHERE table_name = 'sales'"))
        .containsExactly("2");
    assertThat(sql.rows("SELECT count(*) FROM pg_catalog.pg_class WHERE relname = 'slow'"))
        .containsExactly("1");
    assertThat(sql.rows("SELECT 1 AS pg_size")).containsExactly("1");
    sql.engine.metadata().tables().forEach(table -> assertThat(table.columns().get()).isNotNull());
    String transaction = sql.service.begin(SessionOptions.NONE, new Cancellation());
    assertThat(sql.rows("SELECT a FROM big", transaction)).containsExactly("1");
    sql.service.commit(transaction, Caller.ANONYMOUS);
    assertThat(feather.reads()).isZero();
    assertThat(sql.rows(COUNT)).containsExactly("5|40");
    assertThat(feather.reads()).isEqualTo(1);
    assertThat(sql.rows("DESCRIBE slow")).hasToString(types);
  }

  @Test
  void nobodyElseWaitsForAConversionAndWhoeverIsCancelledDoesNotEither() throws Exception {
    feather.shut();
    Cancellation one = new Cancellation();
    Future<List<String>> first = later(COUNT, one);
    Future<List<String>> second = later("SELECT sum(id) FROM slow", new Cancellation());
    Await.until("the conversion has begun", () -> feather.reads() == 1);

    assertThat(sql.rows("SELECT a FROM big")).containsExactly("1");
    assertThat(sql.rows("SHOW TABLES")).containsExactly("big", "slow");
    sql.parquet("big.parquet", "SELECT 2 AS a");
    assertThat(sql.rows("SELECT a FROM big")).containsExactly("2");
    sql.engine.tidy();
    sql.engine.giveWay();
    String transaction = sql.service.begin(SessionOptions.NONE, new Cancellation());
    sql.service.rollback(transaction, Caller.ANONYMOUS);

    one.cancel();
    assertCancelled(first);
    assertThat(second).isNotDone();
    feather.open();
    assertThat(second.get()).containsExactly("10");
    assertThat(feather.reads()).isEqualTo(1);
  }

  @Test
  void aConversionThatNobodyWaitsForEndsAndIsBegunAnew() throws Exception {
    feather.shut();
    Cancellation cancellation = new Cancellation();
    Future<List<String>> only = later(COUNT, cancellation);
    Await.until("the conversion has begun", () -> feather.reads() == 1);
    cancellation.cancel();
    assertCancelled(only);
    assertThat(feather.ended()).isZero();
    Future<List<String>> next = later(COUNT, new Cancellation());
    feather.open();
    assertThat(next.get()).containsExactly("5|40");
    Await.until("both have ended", () -> feather.ended() == 2);
  }

  @Test
  void aTransactionSeesDatasetsThatNobodyHasAskedForAsTheyWereWhenItBegan() throws Exception {
    files.numbers(sql.data.resolve("gone.feather"), 2);
    String transaction = sql.service.begin(SessionOptions.NONE, new Cancellation());
    files.numbers(sql.data.resolve("slow.feather"), 7);
    files.numbers(sql.data.resolve("shop/sales.feather"), 8);
    files.numbers(sql.data.resolve("late.feather"), 9);
    Files.delete(sql.data.resolve("gone.feather"));
    assertThat(sql.rows("SELECT count(*) FROM slow")).containsExactly("7");
    sql.engine.tidy();

    assertThat(sql.rows("SELECT count(*) FROM slow", transaction)).containsExactly("5");
    assertThat(sql.rows("SELECT count(*) FROM shop.sales", transaction)).containsExactly("3");
    assertThat(sql.rows("SELECT count(*) FROM datasets.main.gone", transaction))
        .containsExactly("2");
    assertThatThrownBy(() -> sql.rows("SELECT count(*) FROM late", transaction))
        .isInstanceOfSatisfying(
            MallardException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
        .hasMessageContaining("'late'");
    sql.service.rollback(transaction, Caller.ANONYMOUS);
    assertThat(sql.rows("SELECT count(*) FROM late")).containsExactly("9");
  }

  @Test
  void theFirstLookAtTypesIsNotTakenForTheRows() throws Exception {
    for (int round = 0; round < 5; round++) {
      files.numbers(sql.data.resolve("slow.feather"), 10 + round);
      assertThat(sql.rows("DESCRIBE slow")).hasSize(2);
      assertThat(sql.rows("SELECT count(*) FROM slow")).containsExactly("" + (10 + round));
    }
  }
}
