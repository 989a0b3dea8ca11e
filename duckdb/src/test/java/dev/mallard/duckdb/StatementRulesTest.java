package dev.mallard.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.access.Caller;
import dev.mallard.duckdb.fence.Fence;
import dev.mallard.duckdb.fence.JudgedText;
import dev.mallard.duckdb.fence.StatementKind;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is let through, and as what; {@link EscapeCorpusTest} has what is not. */
class StatementRulesTest {
  private static DuckDBConnection connection;
  private static Fence fence;
  private static Fence fileFence;

  @BeforeAll
  static void open() throws SQLException {
    connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
    fence = Fence.open(connection::duplicate, false);
    fileFence = Fence.open(connection::duplicate, true);
  }

  @AfterAll
  static void close() throws SQLException {
    fence.close();
    fileFence.close();
    connection.close();
  }

  private static StatementKind kind(String sql) {
    return kind(sql, false, false);
  }

  private static StatementKind kind(String sql, boolean allowFileAccess, boolean readOnly) {
    JudgedText judged = (allowFileAccess ? fileFence : fence).judge(sql);
    StatementRules.check(judged, Caller.ANONYMOUS, readOnly);
    return judged.kind();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "(SELECT 1) UNION (SELECT 2)",
        "FROM t",
        "VALUES (1), (2)",
        "TABLE t",
        "WITH x AS (SELECT 1) SELECT * FROM x",
        "WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x WHERE n < 5) FROM x",
        "PIVOT t ON a",
        "DESCRIBE t",
        "SHOW TABLES",
        "SUMMARIZE t",
        "SELECT * FROM range(3)",
        "SELECT read_text FROM t",
        "SELECT 'read_csv(x)', \"update\" FROM t",
        "SELECT * FROM t WHERE a IN ('insert into x', 'delete from x')",
        "SELECT update, truncate FROM t",
        "SELECT set FROM t ORDER BY delete",
        "SELECT version(), current_database(), current_schema(), current_user"
      })
  void queriesAreQueries(String sql) {
    assertThat(kind(sql)).isEqualTo(StatementKind.QUERY);
    assertThat(kind(sql, false, true)).isEqualTo(StatementKind.QUERY);
    assertThat(kind("EXPLAIN " + sql)).isEqualTo(StatementKind.EXPLAIN);
    assertThat(kind("EXPLAIN ANALYZE " + sql)).isEqualTo(StatementKind.EXPLAIN);
    assertThat(kind("EXPLAIN (ANALYZE, FORMAT json) " + sql)).isEqualTo(StatementKind.EXPLAIN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO t VALUES (1)",
        "insert or replace into t by name select 1 as a",
        "UPDATE t SET a = 1",
        "UPDATE extensions SET a = 1",
        "DELETE FROM t",
        "TRUNCATE t",
        "MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE",
        "WITH x AS (SELECT 1) INSERT INTO t FROM x",
        "WITH x AS (INSERT INTO t VALUES (1) RETURNING a) SELECT * FROM x",
        "WITH x AS (WITH y AS (SELECT 1) DELETE FROM t RETURNING a) SELECT * FROM x",
        "WITH x AS MATERIALIZED (UPDATE a.b.t AS u SET a = 1 RETURNING a) SELECT * FROM x",
        "FROM (WITH x AS (INSERT INTO t VALUES (1) RETURNING a) FROM x)"
      })
  void changesAreChangesHoweverTheyAreHidden(String sql) {
    assertThat(kind(sql)).isEqualTo(StatementKind.CHANGE);
    assertRefused(sql, false, true);
    assertRefused("EXPLAIN ANALYZE " + sql, false, false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE t(a INT)",
        "CREATE OR REPLACE TEMP TABLE t AS SELECT 1",
        "CREATE UNIQUE INDEX i ON t(a)",
        "CREATE VIEW v AS SELECT 1",
        "CREATE SCHEMA s",
        "CREATE SEQUENCE s",
        "CREATE TYPE e AS ENUM ('a')",
        "CREATE MACRO m(a) AS a + 1",
        "DROP TABLE IF EXISTS t",
        "ALTER TABLE t ADD COLUMN b INT",
        "COMMENT ON TABLE t IS 'x'",
        "COMMENT ON COLUMN t.a IS 'x'"
      })
  void definitionsAreDefinitions(String sql) {
    assertThat(kind(sql)).isEqualTo(StatementKind.DEFINITION);
    assertRefused(sql, false, true);
  }

  private static void assertRefused(String sql, boolean allowFileAccess, boolean readOnly) {
    assertThatThrownBy(() -> kind(sql, allowFileAccess, readOnly))
        .isInstanceOfSatisfying(
            MallardException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.PERMISSION_DENIED));
  }

  @Test
  void filesAreForOperatorsToAllow() {
    assertRefused("SELECT * FROM read_csv('x')", false, false);
    assertRefused("COPY t TO 'x'", false, false);
    assertThat(kind("SELECT * FROM read_csv('x')", true, false)).isEqualTo(StatementKind.QUERY);
    assertThat(kind("COPY t TO 'x'", true, false)).isEqualTo(StatementKind.DEFINITION);
    assertRefused("INSTALL httpfs", true, false);
    assertRefused("SELECT getenv('HOME')", true, false);
  }

  @Test
  void refusalsSayWhatToDo() {
    assertThatThrownBy(() -> kind("BEGIN")).hasMessageContaining("autocommit off");
    assertThatThrownBy(() -> kind("SET threads = 1")).hasMessageContaining("session options");
    assertThatThrownBy(() -> kind("COPY t TO 'x'")).hasMessageContaining("--allow-file-access");
    assertThatThrownBy(() -> kind("SELEC 1"))
        .hasMessageContaining("no statement begins with 'selec'");
  }
}
