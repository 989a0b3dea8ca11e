package dev.mallard.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.duckdb.fence.SqlLexer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** There are two datasets here: sales and my_app/events. */
class ChangeTargetTest {
  private static void check(String sql, boolean inTransaction) {
    ChangeTarget.check(
        SqlLexer.of(sql),
        name -> name.dataset().equals("sales") || name.dataset().equals("my_app/events"),
        inTransaction);
  }

  private static void assertRefused(String sql, ErrorCode code) {
    assertThatThrownBy(() -> check(sql, true))
        .as(sql)
        .isInstanceOfSatisfying(MallardException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO sales VALUES (1)",
        "INSERT OR REPLACE INTO main.sales VALUES (1)",
        "INSERT INTO \"sales\" VALUES (1)",
        "UPDATE my_app.events SET x = 1",
        "DELETE FROM datasets.main.other",
        "TRUNCATE TABLE sales",
        "WITH x AS (SELECT 1) DELETE FROM sales",
        "MERGE INTO sales USING x ON true WHEN MATCHED THEN DELETE",
        "DROP VIEW IF EXISTS sales",
        "ALTER TABLE IF EXISTS my_app.events RENAME TO x",
        "COMMENT ON COLUMN sales.id IS 'x'",
        "CREATE SCHEMA datasets.x",
        "DROP SCHEMA datasets CASCADE"
      })
  void aDatasetIsNoTarget(String sql) {
    assertRefused(sql, ErrorCode.FAILED_PRECONDITION);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE sales(a INT)",
        "CREATE OR REPLACE VIEW my_app.events AS SELECT 1",
        "CREATE TABLE IF NOT EXISTS mallard.my_app.events(a INT)"
      })
  void aDatasetsNameIsTaken(String sql) {
    assertRefused(sql, ErrorCode.ALREADY_EXISTS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO mallard.sales VALUES (1)",
        "ALTER TABLE mallard.main.sales RENAME TO x",
        "INSERT INTO t SELECT * FROM sales",
        "UPDATE t SET a = 1 FROM sales",
        "DELETE FROM t USING sales",
        "CREATE TABLE t AS FROM sales",
        "CREATE INDEX sales ON t(a)",
        "CREATE SCHEMA my_app",
        "DROP TABLE other.sales",
        "ALTER TABLE t ADD COLUMN sales INT"
      })
  void whatOnlyReadsADatasetIsFine(String sql) {
    check(sql, false);
  }

  @Test
  void temporaryTablesNeedATransaction() {
    check("CREATE TEMP TABLE sales(a INT)", true);
    assertThatThrownBy(() -> check("CREATE OR REPLACE TEMPORARY TABLE x(a INT)", false))
        .hasMessageContaining("begin one");
  }
}
