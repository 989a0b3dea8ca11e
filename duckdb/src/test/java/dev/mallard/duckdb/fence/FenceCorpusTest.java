package dev.mallard.duckdb.fence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is refused in every spelling and in every place, and what is let through. */
class FenceCorpusTest {
  /** For {@code #} a call stands. */
  private static final List<String> CALLED_IN =
      List.of(
          "SELECT #",
          "SELECT 1 WHERE # IS NULL",
          "SELECT 1 ORDER BY #",
          "SELECT count(*) FILTER (WHERE # IS NULL) OVER (PARTITION BY # ORDER BY #) FROM t",
          "SELECT [#], {'a': #}, (#).x, CASE WHEN # THEN # END, #::INT, # + 1",
          "SELECT list_transform([1], x -> #)",
          "SELECT list_transform([1], lambda x: #)",
          "SELECT [# FOR x IN [1]]",
          "SELECT (SELECT #)",
          "FROM (SELECT #)",
          "WITH x AS (SELECT #) FROM x",
          "WITH x AS (INSERT INTO t SELECT # RETURNING #) FROM x",
          "FROM t JOIN s ON # = 1",
          "FROM t, LATERAL (SELECT #)",
          "SELECT a FROM t GROUP BY GROUPING SETS ((#), ()) HAVING #",
          "SELECT a FROM t QUALIFY # = 1",
          "SELECT 1 LIMIT #",
          "VALUES (1, #)",
          "PIVOT t ON # USING sum(#)",
          "PIVOT (SELECT # AS a) ON a",
          "UNPIVOT (SELECT # AS a) ON a",
          "DESCRIBE SELECT #",
          "SUMMARIZE SELECT #",
          "EXPLAIN SELECT #",
          "EXPLAIN ANALYZE SELECT #",
          "INSERT INTO t VALUES (#)",
          "INSERT INTO t SELECT #",
          "INSERT INTO t VALUES (1) ON CONFLICT DO UPDATE SET a = #",
          "INSERT INTO t VALUES (1) RETURNING #",
          "UPDATE t SET a = #",
          "UPDATE t SET a = 1 WHERE #",
          "DELETE FROM t WHERE #",
          "MERGE INTO t USING s ON # WHEN MATCHED THEN DELETE",
          "MERGE INTO t USING (SELECT #) s ON true WHEN MATCHED THEN UPDATE SET a = #",
          "CREATE TABLE n AS SELECT #",
          "CREATE TABLE n(a INT DEFAULT #)",
          "CREATE TABLE n(a INT CHECK (# > 0))",
          "CREATE TABLE n(a INT, b INT AS (#))",
          "CREATE VIEW n AS SELECT #",
          "CREATE VIEW n AS PIVOT t ON # USING sum(a)",
          "CREATE MACRO n() AS #",
          "CREATE MACRO n(p := #) AS p",
          "CREATE MACRO n() AS TABLE SELECT #",
          "CREATE INDEX n ON t((#))",
          "CREATE TYPE n AS ENUM (SELECT #)",
          "ALTER TABLE t ADD COLUMN z INT DEFAULT #",
          "ALTER TABLE t ALTER a SET DEFAULT #",
          "ALTER TABLE t ALTER a TYPE INT USING #");

  /** For {@code #} a table stands. */
  private static final List<String> READ_IN =
      List.of(
          "FROM #",
          "TABLE #",
          "SELECT * FROM t, #",
          "SELECT * FROM t JOIN # ON true",
          "SELECT * FROM t POSITIONAL JOIN # u",
          "SELECT * FROM (#)",
          "SELECT (SELECT 1 FROM #)",
          "SELECT 1 WHERE EXISTS (FROM #)",
          "SELECT 1 WHERE 1 IN (SELECT a FROM #)",
          "WITH x AS (FROM #) FROM x",
          "WITH x AS (DELETE FROM t USING # RETURNING a) FROM x",
          "SELECT 1 UNION ALL FROM #",
          "PIVOT # ON a",
          "UNPIVOT # ON a",
          "PIVOT (FROM #) ON a",
          "DESCRIBE #",
          "SUMMARIZE #",
          "DESCRIBE FROM #",
          "EXPLAIN FROM #",
          "INSERT INTO t FROM #",
          "INSERT INTO t SELECT a FROM s, #",
          "UPDATE t SET a = 1 FROM #",
          "DELETE FROM t USING #",
          "MERGE INTO t USING # u ON true WHEN MATCHED THEN DELETE",
          "CREATE TABLE n AS FROM #",
          "CREATE VIEW n AS FROM #",
          "CREATE VIEW n AS PIVOT # ON a",
          "CREATE MACRO n() AS TABLE FROM #",
          "CREATE MACRO n() AS (SELECT a FROM #)",
          "CREATE TYPE n AS ENUM (FROM #)");

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

  private static List<String> spellings(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    String mixed = upper.charAt(0) + name.substring(1);
    return List.of(
        name,
        upper,
        "\"" + name + "\"",
        "\"" + mixed + "\"",
        "`" + name + "`",
        "`" + upper + "`",
        "main." + name,
        "`system`.\"main\".`" + name + "`");
  }

  private static void assertRefused(String text, List<String> passed) {
    try {
      JudgedText judged = fence.judge(text);
      if (judged.mustExist().isEmpty()) {
        passed.add(text);
      }
    } catch (MallardException e) {
      if (e.code() != ErrorCode.PERMISSION_DENIED && e.code() != ErrorCode.INVALID_ARGUMENT) {
        passed.add(text + ": " + e);
      }
    }
  }

  @Test
  void whatMayNotBeCalledIsNotCalledAnywhere() {
    List<String> passed = new ArrayList<>();
    for (String function :
        List.of(
            "current_setting",
            "getvariable",
            "pg_get_viewdef",
            "read_text",
            "json_serialize_plan")) {
      for (String name : spellings(function)) {
        for (String gap : List.of("", " ", "/* ( */", "--\n", "\u00a0", "\ufeff")) {
          String call = name + gap + "('x')";
          CALLED_IN.forEach(place -> assertRefused(place.replace("#", call), passed));
        }
        CALLED_IN.forEach(
            place -> assertRefused(place.replace("#", "('x')." + name + "()"), passed));
      }
    }
    assertThat(passed).isEmpty();
  }

  @Test
  void whatMayNotBeReadIsNotReadAnywhere() {
    List<String> passed = new ArrayList<>();
    for (String table :
        List.of(
            "duckdb_views",
            "sqlite_master",
            "pg_views",
            "pragma_database_list",
            "duckdb_settings()")) {
      boolean isCall = table.endsWith("()");
      String bare = table.replace("()", "");
      List<String> names = new ArrayList<>();
      spellings(bare).forEach(name -> names.add(isCall ? name + "()" : name));
      if (!isCall) {
        names.add("'" + bare + "'");
        names.add("$$" + bare + "$$");
        names.add("E'" + bare + "'");
      }
      for (String name : names) {
        READ_IN.forEach(place -> assertRefused(place.replace("#", name), passed));
      }
    }
    assertThat(passed).isEmpty();
  }

  @Test
  void filesAreNotReadAnywhere() {
    List<String> passed = new ArrayList<>();
    for (String file :
        List.of(
            "'/etc/x.csv'",
            "\"x.parquet\"",
            "`a/b.json`",
            "$$x.csv$$",
            "E'x\\x2ecsv'",
            "x.csv",
            "s3.parquet")) {
      READ_IN.forEach(place -> assertRefused(place.replace("#", file), passed));
    }
    assertThat(passed).isEmpty();
  }

  @Test
  void ordinarySqlIsLetThrough() throws Exception {
    List<String> refused = new ArrayList<>();
    try (InputStream file = Fence.class.getResourceAsStream("/dev/mallard/duckdb/ordinary.sql")) {
      String all = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      List<String> texts = List.of(all.split("\n;\n"));
      assertThat(texts).hasSizeGreaterThan(100);
      for (String text : texts) {
        try {
          fence.judge(text.strip());
        } catch (MallardException e) {
          refused.add(text + "\n    " + e.getMessage());
        }
      }
    }
    assertThat(refused).isEmpty();
  }
}
