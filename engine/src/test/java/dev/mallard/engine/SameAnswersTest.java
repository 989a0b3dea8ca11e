package dev.mallard.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.arrow.BatchStream;
import dev.mallard.error.MallardException;
import dev.mallard.query.SqlConnection;
import dev.mallard.query.SqlMetadata;
import dev.mallard.query.SqlStatement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the engine is asked, it answers behind the wall what it answers without. */
class SameAnswersTest {
  private static final List<String> STATEMENTS =
      List.of(
          "SELECT 1",
          "SELECT * FROM numbers",
          "SELECT n + 1 AS m FROM Numbers ORDER BY n DESC",
          "SELECT * FROM numbers WHERE n > 5",
          "SELECT range AS r, range::VARCHAR AS t FROM range(300000)",
          "SELECT repeat('x', 200000) AS long FROM range(7)",
          "SELECT TRUE b, 1::TINYINT, 2::UBIGINT, 1.5::DECIMAL(9,2), 3::HUGEINT, 1e3::DOUBLE, 'x',"
              + " DATE '2024-02-29', TIME '01:02:03', TIMESTAMP '2024-02-29 01:02:03',"
              + " TIMESTAMPTZ '2024-02-29 01:02:03+01', INTERVAL 3 DAY, '\\xAA'::BLOB, NULL",
          "SELECT [1, 2], {'a': 1, 'b': 'x'}, MAP {'k': 1}, 'b'::ENUM('a', 'b'), uuid() IS NULL",
          "SELECT 'b'::ENUM('a', 'b') AS e FROM range(3)",
          "SELECT nothing",
          "SELECT * FROM nowhere",
          "SELECT FROM WHERE",
          "SELECT 1; SELECT 2",
          "SELECT error('told') FROM range(3)",
          "SELECT CAST('x' AS INTEGER)",
          "SELECT CASE WHEN range > 200000 THEN error('late') ELSE range END FROM range(300000)",
          "COPY numbers TO '/tmp/x.csv'",
          "CREATE TABLE t(a INTEGER, b VARCHAR)",
          "CREATE TABLE t(a INTEGER)",
          "CREATE TABLE numbers(a INTEGER)",
          "INSERT INTO t VALUES (1, 'x'), (2, 'y')",
          "INSERT INTO t VALUES (3, 'z') RETURNING a, b",
          "UPDATE t SET b = 'w' WHERE a > 1",
          "DELETE FROM t WHERE a = 9",
          "INSERT INTO t SELECT n, 'n' FROM numbers",
          "SELECT * FROM t ORDER BY a, b",
          "CREATE VIEW v AS SELECT sum(n) AS s FROM numbers",
          "SELECT * FROM v",
          "CREATE SEQUENCE s",
          "SELECT nextval('s')",
          "CREATE TABLE k(a INTEGER PRIMARY KEY)",
          "INSERT INTO k VALUES (1), (1)",
          "CREATE OR REPLACE TABLE t AS SELECT 7 AS a",
          "SELECT * FROM t",
          "SELECT * FROM __mallard.commits",
          "CREATE TABLE __mallard.x(a INTEGER)",
          "SHOW TABLES",
          "DESCRIBE numbers",
          "EXPLAIN SELECT 1",
          "DROP VIEW v",
          "DROP TABLE t");

  @TempDir private Path here;
  @TempDir private Path there;

  @Test
  void toEveryStatement() throws Exception {
    try (RoomFixture one = RoomFixture.inProcess(here);
        RoomFixture other = RoomFixture.behindTheWall(there)) {
      List<String> expected = STATEMENTS.stream().map(sql -> said(one, sql)).toList();
      List<String> actual = STATEMENTS.stream().map(sql -> said(other, sql)).toList();
      assertThat(actual).isEqualTo(expected);
      assertThat(other.datasets.read).hasValue(one.datasets.read.get()).hasValueGreaterThan(0);
    }
  }

  private static String said(RoomFixture fixture, String sql) {
    String said = sql + "\n";
    try (SqlConnection connection = fixture.connect();
        SqlStatement statement = RoomFixture.prepare(connection, sql)) {
      said += statement.isQuery() + " " + statement.isRepeatable() + "\n";
      said += statement.parameters() + " " + statement.schema() + "\n";
      try (BatchStream stream = statement.run()) {
        List<String> rows = fixture.rows(stream);
        return said + rows.size() + " " + rows.hashCode() + " " + shortened(rows);
      }
    } catch (MallardException e) {
      return said + e.code() + " " + e.getMessage();
    }
  }

  private static List<String> shortened(List<String> rows) {
    return rows.stream()
        .limit(3)
        .map(row -> row.substring(0, Math.min(100, row.length())))
        .toList();
  }

  @Test
  void aboutWhatThereIs() throws Exception {
    try (RoomFixture one = RoomFixture.inProcess(here);
        RoomFixture other = RoomFixture.behindTheWall(there)) {
      assertThat(metadata(other)).isEqualTo(metadata(one));
    }
  }

  private static List<String> metadata(RoomFixture fixture) {
    fixture.update("CREATE SCHEMA s");
    fixture.update("CREATE TABLE s.p(a INTEGER PRIMARY KEY, b VARCHAR NOT NULL)");
    fixture.update("CREATE TABLE s.f(a INTEGER REFERENCES s.p(a))");
    fixture.update("CREATE VIEW w AS SELECT 1 AS x");
    SqlMetadata metadata = fixture.engine.metadata();
    List<String> said = new ArrayList<>();
    said.add(metadata.schemas().toString());
    metadata
        .tables()
        .forEach(
            table ->
                said.add(
                    table.catalog()
                        + "."
                        + table.schema()
                        + "."
                        + table.name()
                        + table.type()
                        + table.columns().get()));
    said.add(metadata.primaryKeys().toString());
    said.add(metadata.foreignKeys().toString());
    said.add(metadata.functions().toString());
    said.add(metadata.keywords().toString());
    said.add(metadata.engineVersion());
    said.add(fixture.engine.settings().toString());
    said.add(metadata.hasTable("S", "P") + " " + metadata.hasTable("s", "q"));
    assertThat(said.toString()).doesNotContain("__mallard");
    return said;
  }
}
