package dev.mallard.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.access.Caller;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Cancellation;
import dev.mallard.query.SessionOptions;
import dev.mallard.query.SqlRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements over datasets and tables, through the whole of the query package. */
class DuckEngineTest {
  @TempDir Path root;

  private EngineFixture sql;

  @BeforeEach
  void open() throws Exception {
    sql = new EngineFixture(root);
    sql.parquet("sales.parquet", "SELECT range AS id, 'n' || range AS name FROM range(5)");
    sql.parquet("my_app/user_sessions.parquet", "SELECT 7 AS x");
  }

  @AfterEach
  void close() throws Exception {
    sql.close();
  }

  @Test
  void datasetsAreTables() {
    assertThat(sql.rows("SELECT id, name FROM sales WHERE id >= 3 ORDER BY id"))
        .containsExactly("3|n3", "4|n4");
    assertThat(sql.rows("SELECT x FROM my_app.user_sessions")).containsExactly("7");
    assertThat(sql.rows("SELECT count(*) FROM datasets.main.sales;")).containsExactly("5");
    assertThat(sql.rows("SELECT max(SALES.Id) FROM main.SALES -- done")).containsExactly("4");
    assertThat(sql.rows("FROM \"sales.parquet\" SELECT sum(id)")).containsExactly("10");
  }

  @Test
  void allOfADatasetComesAsItIsStored() {
    assertThat(sql.rows("SELECT * FROM sales")).hasSize(5).startsWith("0|n0").endsWith("4|n4");
    assertThat(sql.rows("FROM my_app.user_sessions;")).containsExactly("7");
    assertThat(sql.rows("select * from sales LIMIT 1")).containsExactly("0|n0");
    assertThat(sql.rows("SELECT i FROM range(1000000) t(i) ORDER BY i DESC")).startsWith("999999");
  }

  @Test
  void aDatasetThatAppearsUnderATablesNameGoesBeforeItUntilItIsGone() throws Exception {
    sql.update("CREATE TABLE late AS SELECT 1 AS a");
    assertThat(sql.rows("SELECT a FROM late")).containsExactly("1");
    sql.parquet("late.parquet", "SELECT 2 AS a");
    for (String from : List.of("late", "main.late", "datasets.main.late", "LATE")) {
      assertThat(sql.rows("SELECT * FROM " + from)).as(from).containsExactly("2");
      assertThat(sql.rows("SELECT a + 0 FROM " + from)).as(from).containsExactly("2");
    }
    String transaction = sql.service.begin(SessionOptions.NONE, new Cancellation());
    assertThat(sql.rows("SELECT a FROM late", transaction)).containsExactly("2");
    sql.service.commit(transaction, Caller.ANONYMOUS);
    assertThat(sql.rows("SELECT a FROM mallard.main.late")).containsExactly("1");
    Files.delete(sql.data.resolve("late.parquet"));
    assertThat(sql.rows("SELECT a FROM late")).containsExactly("1");
  }

  @Test
  void aQueryThatStaysPreparedIsNotAQueryThatStaysAnswered() {
    sql.update("CREATE TABLE n AS SELECT 1 AS a");
    assertThat(sql.rows("SELECT a FROM n")).containsExactly("1");
    sql.update("UPDATE n SET a = 2");
    assertThat(sql.rows("SELECT a FROM n")).containsExactly("2");
    sql.update("DROP TABLE n");
    sql.update("CREATE TABLE n AS SELECT 'x' AS b, 3 AS a");
    assertThat(sql.rows("SELECT a FROM n")).containsExactly("3");
    assertThat(sql.rows("SELECT now()")).isNotEqualTo(sql.rows("SELECT now()"));
    assertThat(sql.rows("SELECT * FROM n")).containsExactly("x|3");
    sql.update("ALTER TABLE n DROP COLUMN b");
    assertThat(sql.rows("SELECT * FROM n")).containsExactly("3");
  }

  @Test
  void whatTellsNothingMayBeAsked() {
    assertThat(sql.rows("SELECT version()")).singleElement().asString().startsWith("v");
    assertThat(sql.rows("SELECT current_schema(), current_user, pg_typeof(1)"))
        .containsExactly("main|duckdb|integer");
  }

  @Test
  void orderedResultsComeInOrder() {
    List<String> rows = sql.rows("SELECT i FROM range(1000000) t(i) ORDER BY i");
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i)).isEqualTo(String.valueOf(i));
    }
  }

  @Test
  void aReplacedDatasetIsSeenAtOnceAndADroppedOneIsGone() throws Exception {
    assertThat(sql.rows("SELECT count(*) FROM sales")).containsExactly("5");
    sql.parquet("sales.parquet", "SELECT 'a' AS other FROM range(7)");
    assertThat(sql.rows("SELECT count(*), min(other) FROM sales")).containsExactly("7|a");
    Files.delete(sql.data.resolve("sales.parquet"));
    assertThat(sql.failure("SELECT count(*) FROM sales"))
        .get()
        .satisfies(
            e -> assertThat(((MallardException) e).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .satisfies(e -> assertThat(e).hasMessageContaining("sales does not exist"));
  }

  @Test
  void tablesLiveBesideTheDatasets() {
    assertThat(sql.update("CREATE TABLE t(a INT, b VARCHAR)")).isEqualTo(-1);
    assertThat(sql.update("INSERT INTO t VALUES (1, 'x'), (2, NULL)")).isEqualTo(2);
    assertThat(sql.rows("SELECT t.a, s.name FROM t JOIN sales s ON s.id = t.a ORDER BY 1"))
        .containsExactly("1|n1", "2|n2");
    assertThat(sql.update("UPDATE t SET b = 'y'")).isEqualTo(2);
    assertThat(sql.rows("INSERT INTO t VALUES (3, 'z') RETURNING a")).containsExactly("3");
    assertThat(sql.rows("DELETE FROM t WHERE a > 1")).containsExactly("2");
    assertThat(sql.update("CREATE SCHEMA my_app")).isEqualTo(-1);
    assertThat(sql.update("CREATE TABLE my_app.orders AS SELECT 5 AS o")).isEqualTo(1);
    assertThat(sql.rows("SELECT o, x FROM my_app.orders, my_app.user_sessions"))
        .containsExactly("5|7");
  }

  @Test
  void viewsAndMacrosOfUsersFollowTheirDatasets() throws Exception {
    sql.update("CREATE VIEW totals AS SELECT count(*) AS n FROM sales");
    sql.update("CREATE MACRO twice() AS (SELECT 2 * n FROM totals)");
    assertThat(sql.rows("SELECT n, twice() FROM totals")).containsExactly("5|10");
    sql.parquet("sales.parquet", "SELECT range AS id FROM range(8)");
    assertThat(sql.rows("SELECT twice()")).containsExactly("16");
  }

  @Test
  void datasetsCannotBeChangedBySql() {
    for (String change :
        new String[] {
          "INSERT INTO sales VALUES (1, 'x')",
          "UPDATE sales SET id = 1",
          "DELETE FROM main.sales",
          "TRUNCATE sales",
          "DROP VIEW sales",
          "DROP VIEW IF EXISTS datasets.main.sales",
          "ALTER VIEW sales RENAME TO other",
          "CREATE OR REPLACE VIEW datasets.main.sales AS SELECT 1",
          "CREATE TABLE datasets.main.t(a INT)",
          "DROP SCHEMA datasets.my_app CASCADE",
          "WITH x AS (SELECT 1) INSERT INTO sales SELECT * FROM x",
          "COMMENT ON VIEW sales IS 'x'",
          "MERGE INTO sales USING (SELECT 1 AS id) AS s ON s.id = sales.id WHEN MATCHED THEN DELETE"
        }) {
      assertThatThrownBy(() -> sql.update(change))
          .as(change)
          .isInstanceOfSatisfying(
              MallardException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION));
    }
    assertThatThrownBy(() -> sql.update("CREATE TABLE sales(a INT)"))
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS));
    assertThat(sql.rows("SELECT count(*) FROM sales")).containsExactly("5");
  }

  @Test
  void errorsOfUsersAreDuckDbsOwn() {
    assertThat(sql.failure("SELECT nope FROM sales"))
        .get()
        .satisfies(
            e ->
                assertThat(e)
                    .hasMessageContaining("Binder Error")
                    .hasMessageContaining("LINE 1: SELECT nope FROM sales"));
    assertThat(sql.failure("SELECT CAST(name AS INT) FROM sales"))
        .get()
        .satisfies(e -> assertThat(e).hasMessageContaining("Could not convert string 'n"));
    assertThat(sql.failure("INSERT INTO missing VALUES (1)"))
        .get()
        .satisfies(e -> assertThat(e).hasMessageContaining("missing does not exist"));
    sql.update("CREATE TABLE k(a INT PRIMARY KEY)");
    sql.update("INSERT INTO k VALUES (1)");
    assertThatThrownBy(() -> sql.update("INSERT INTO k VALUES (1)"))
        .isInstanceOfSatisfying(
            MallardException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
        .hasMessageContaining("uplicate key");
  }

  @Test
  void theSchemaIsKnownWithoutRunning() {
    String query =
        "SELECT 1 AS i, 'x'::ENUM('x', 'y') AS e, now() AS t, [1, 2] AS l, {'a': 1.5} AS s,"
            + " MAP {'k': 1} AS m, NULL AS n, 170141183460469231731687303715884105727::HUGEINT AS h";
    Schema planned = sql.service.schema(EngineFixture.request(query), new Cancellation());
    try (var result = sql.service.open(EngineFixture.request(query), new Cancellation())) {
      assertThat(planned).isEqualTo(result.schema());
    }
  }

  @Test
  void whatClientsCannotReadIsText() {
    assertThat(
            sql.rows(
                "SELECT 340282366920938463463374607431768211455::UHUGEINT, TIMETZ '12:00:00+02', '101'::BIT,"
                    + " [1::UHUGEINT], {'a': 1, 'b c': '1'::BIT}, 12345678901234567890123456789012345678901::BIGNUM"))
        .containsExactly(
            "340282366920938463463374607431768211455|12:00:00+02|101|[\"1\"]|"
                + "{\"a\":1,\"b c\":\"1\"}|12345678901234567890123456789012345678901");
  }

  @Test
  void aTransactionSeesOneMomentAndIsUndoneAsAWhole() throws Exception {
    sql.update("CREATE TABLE t(a INT)");
    String transaction = sql.service.begin(SessionOptions.NONE, new Cancellation());
    assertThat(sql.rows("SELECT count(*) FROM sales", transaction)).containsExactly("5");
    sql.rows("INSERT INTO t VALUES (1)", transaction);
    sql.parquet("sales.parquet", "SELECT 1 AS id");
    assertThat(sql.rows("SELECT count(*) FROM sales")).containsExactly("1");
    assertThat(sql.rows("SELECT count(*) FROM sales", transaction)).containsExactly("5");
    assertThat(sql.rows("SELECT count(*) FROM t")).containsExactly("0");
    sql.rows("CREATE TEMP TABLE mine AS SELECT 9 AS z", transaction);
    assertThat(sql.rows("SELECT z FROM mine", transaction)).containsExactly("9");
    sql.service.rollback(transaction, Caller.ANONYMOUS);
    assertThat(sql.rows("SELECT count(*) FROM t")).containsExactly("0");
    assertThatThrownBy(() -> sql.rows("SELECT 1", transaction))
        .hasMessageContaining("no such transaction");
    assertThat(sql.failure("CREATE TEMP TABLE x(a INT)"))
        .get()
        .satisfies(e -> assertThat(e).hasMessageContaining("as long as a transaction"));
  }

  @Test
  void aSecondStatementOfATransactionDoesNotWaitForAnUnreadResult() throws Exception {
    String transaction = sql.service.begin(SessionOptions.NONE, new Cancellation());
    try (var first =
        sql.service.open(
            EngineFixture.request("SELECT range FROM range(1000000)", transaction),
            new Cancellation())) {
      first.next().close();
      assertThat(sql.rows("SELECT 42", transaction)).containsExactly("42");
      long rows = 0;
      var message = first.next();
      while (message != null) {
        rows += message.rows();
        message.close();
        message = first.next();
      }
      assertThat(rows).isGreaterThan(900_000);
    }
    sql.service.commit(transaction, Caller.ANONYMOUS);
  }

  @Test
  void sessionsHaveTheirOwnSchemaAndZone() {
    SessionOptions session =
        new SessionOptions("s", null, "my_app", Map.of("TimeZone", "Europe/Berlin"));
    SqlRequest request =
        new SqlRequest(
            "SELECT x, strftime(TIMESTAMPTZ '2026-01-01 00:00:00+00', '%H') FROM user_sessions",
            null, session);
    assertThat(sql.rows(sql.service.open(request, new Cancellation()))).containsExactly("7|01");
    assertThat(sql.rows("SELECT strftime(TIMESTAMPTZ '2026-01-01 00:00:00+00', '%H')"))
        .containsExactly("00");
    assertThatThrownBy(
            () ->
                sql.service.checkOptions(
                    new SessionOptions("s", null, null, Map.of("memory_limit", "1GB"))))
        .hasMessageContaining("memory_limit");
    assertThatThrownBy(
            () -> sql.service.checkOptions(new SessionOptions("s", null, "nowhere", Map.of())))
        .hasMessageContaining("nowhere");
    assertThatThrownBy(
            () ->
                sql.service.checkOptions(
                    new SessionOptions("s", null, null, Map.of("TimeZone", "Mars/Olympus"))))
        .isInstanceOf(MallardException.class);
  }
}
