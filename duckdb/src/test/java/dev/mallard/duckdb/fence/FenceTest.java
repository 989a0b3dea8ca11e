package dev.mallard.duckdb.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FenceTest {
  private static DuckDBConnection connection;
  private static Fence fence;

  @BeforeAll
  static void open() throws SQLException {
    connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
    fence = Fence.open(connection::duplicate, false);
  }

  @AfterAll
  static void close() throws SQLException {
    fence.close();
    connection.close();
  }

  @Test
  void everyFunctionAndViewThatDuckDbBringsHasBeenJudged() throws SQLException {
    SystemNames names = SystemNames.read(connection);
    assertThat(names.functions()).hasSizeGreaterThan(1_000);
    assertThat(Functions.unjudged(names.functions()))
        .as("judge them: functions.txt or functions-refused.txt, in one of them")
        .isEmpty();
    assertThat(SystemTables.unjudged(names.views())).as("judge them in SystemTables").isEmpty();
  }

  @Test
  void aStatementLosesWhatFollowsItsLastToken() {
    assertThat(fence.judge("SELECT 1 ; -- done\n;").sql()).isEqualTo("SELECT 1");
    assertThat(fence.judge("/* a */ SELECT ';'").sql()).isEqualTo("/* a */ SELECT ';'");
  }

  @Test
  void thereMustBeExactlyOneStatement() {
    assertThatThrownBy(() -> fence.judge(" -- nothing")).hasMessageContaining("empty");
    assertThatThrownBy(() -> fence.judge(";;")).hasMessageContaining("empty");
    for (String two :
        List.of(
            "SELECT 1; SELECT 2", "SELECT 1 AS `'`; DETACH datasets --'", "SELECT `;`; SELECT 2")) {
      assertThatThrownBy(() -> fence.judge(two)).as(two).hasMessageContaining("more than one");
    }
    assertThat(fence.judge("SELECT `;`, \";\", ';', $$;$$ /* ; */").sql()).hasSize(27);
  }

  @Test
  void spacesOfOtherScriptsArePlainOnesOutsideOfQuotes() {
    assertThat(fence.judge("SELECT\u00a01\u3000AS\u200b\"a\u00a0b\"").sql())
        .isEqualTo("SELECT 1 AS \"a\u00a0b\"");
    assertRefused("SELECT `a\u00a0b`", ErrorCode.INVALID_ARGUMENT, "double quotes");
    assertRefused("SELECT E'a\\'b' FROM 'x.c\u200bsv'", ErrorCode.INVALID_ARGUMENT, "backslashes");
    assertRefused("SELECT 1\u0000", ErrorCode.INVALID_ARGUMENT, "zero character");
    assertRefused("SELECT 1 AS a\u0001", ErrorCode.INVALID_ARGUMENT, "control character");
    assertRefused("SELECT '\ud800'", ErrorCode.INVALID_ARGUMENT, "half a character");
  }

  private static void assertRefused(String sql, ErrorCode code, String words) {
    assertThatThrownBy(() -> fence.judge(sql))
        .as(sql.substring(0, Math.min(sql.length(), 200)))
        .isInstanceOfSatisfying(
            MallardException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e).hasMessageContaining(words);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "WITH x AS (COPY t TO 'f') SELECT 1",
        "WITH x AS (COPY t TO 'f') FROM (PIVOT t ON a)",
        "SELECT histogram(a) FROM histogram('t', a)",
        "CREATE VIEW v AS FROM histogram(t, a)",
        "MERGE INTO t USING histogram(t, a) s ON true WHEN MATCHED THEN DELETE",
        "PIVOT (FROM histogram(t, a)) ON a",
        "SELECT setseed(0.5)",
        "PIVOT (FROM t JOIN s ON true, t u, 'sqlite_master') ON a",
        "CREATE MACRO m() AS TABLE FROM t JOIN s ON t.a = s.a, t u, t w, 'duckdb_views'",
        "SELECT json_serialize_sql('SELECT 1')",
        "FROM pragma_table_info('duckdb_' || 'views')",
        "FROM pragma_table_info('duckdb_views')",
        "FROM pragma_show('pg_catalog.pg_views')",
        "MERGE INTO t USING 'duckdb_views' v ON true WHEN MATCHED THEN DELETE",
        "CREATE MACRO m() AS TABLE FROM 'sqlite_master'"
      })
  void whatReachesOutIsRefusedWhateverStandsAroundIt(String sql) {
    assertRefused(sql, ErrorCode.PERMISSION_DENIED, "not allowed here");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT read_csv, version, \"duckdb_views\" FROM t",
        "SELECT histogram(a), 'duckdb_views', \"a/b.c\" FROM t",
        "CREATE TABLE stats(a INT, version INT CHECK (version IN (1, 2)))",
        "CREATE TYPE mood AS ENUM ('a.b', 'c/d')",
        "CREATE MACRO m(a) AS a IN ('x.csv', 'y.csv')",
        "INSERT INTO summary(a, b) VALUES ('sqlite_master', 'a.csv'), ('b.csv', 'c.csv')",
        "MERGE INTO t USING s ON t.\"a.b\" = s.\"a.b\" WHEN MATCHED THEN UPDATE SET \"a.b\" = 'x.csv'",
        "WITH \"x.csv\" AS (SELECT 1) FROM \"x.csv\"",
        "CREATE TABLE c AS SELECT histogram(a) h FROM t",
        "FROM pragma_table_info('t')",
        "CREATE INDEX i ON t(a)",
        "CREATE TABLE b(a INT REFERENCES stats(a))"
      })
  void whatOnlyLooksLikeThatIsNot(String sql) {
    assertThat(fence.judge(sql).sql()).isEqualTo(sql);
  }

  @Test
  void whatDuckDbMightTakeForAFileMustBeATable() {
    assertThat(fence.judge("FROM 'x.csv', \"y/z\", a.parquet, b.c").mustExist())
        .extracting(name -> name.schema() + "|" + name.table())
        .containsExactlyInAnyOrder("main|x.csv", "main|y/z", "a|parquet");
    assertThat(fence.judge("SHOW temp_directory").mustExist()).hasSize(1);
    assertThat(fence.judge("PIVOT `x.csv` ON a").mustExist()).hasSize(1);
    assertThat(fence.judge("SHOW TABLES").mustExist()).isEmpty();
  }

  @Test
  void limitsAreSaid() {
    String thousands = "1" + "+1".repeat(5_000);
    assertRefused("SELECT " + thousands, ErrorCode.INVALID_ARGUMENT, "operators");
    assertRefused(
        "SELECT " + "(".repeat(500) + "1" + ")".repeat(500), ErrorCode.INVALID_ARGUMENT, "nesting");
    assertRefused("EXPLAIN ".repeat(10_000) + "SELECT 1", ErrorCode.PERMISSION_DENIED, "EXPLAIN");
    assertRefused(
        "SELECT 1 AS " + "x".repeat(70_000), ErrorCode.INVALID_ARGUMENT, "name is longer");
    assertRefused(
        "SELECT '" + "x".repeat(1 << 20) + "'", ErrorCode.INVALID_ARGUMENT, "longer than");
  }
}
