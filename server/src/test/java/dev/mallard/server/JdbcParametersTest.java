package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Parameters by the stock JDBC driver, which converts what is set to the type that it was told of a
 * parameter, and can set but one kind of value for each.
 */
class JdbcParametersTest {
  @TempDir private Path folder;
  private TestServer server;
  private Connection connection;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start(folder);
    connection = Jdbc.connect(server);
    Jdbc.update(
        connection,
        "CREATE TABLE t(a BIGINT, b VARCHAR, p DECIMAL(10,2), d DOUBLE, ts TIMESTAMP, big UBIGINT)");
    Jdbc.update(connection, "INSERT INTO t VALUES (1, 'x', 1.50, 2.5, '2020-05-06 07:08:09', 7)");
  }

  @AfterEach
  void stop() throws Exception {
    connection.close();
    server.close();
  }

  /** Sets the parameters. */
  private interface Setter {
    void set(PreparedStatement statement) throws SQLException;
  }

  private List<String> rows(String sql, Setter setter) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      setter.set(statement);
      return Jdbc.lines(statement.executeQuery());
    }
  }

  private int update(String sql, Setter setter) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      setter.set(statement);
      return statement.executeUpdate();
    }
  }

  @Test
  void numbersAreSetInArithmeticAndFunctions() throws Exception {
    assertThat(rows("SELECT 1 + ?", p -> p.setInt(1, 2))).containsExactly("3");
    assertThat(rows("SELECT a + ? FROM t", p -> p.setLong(1, Long.MAX_VALUE - 1)))
        .containsExactly("" + Long.MAX_VALUE);
    assertThat(rows("SELECT -?", p -> p.setInt(1, 2))).containsExactly("-2.0");
    assertThat(rows("SELECT abs(?)", p -> p.setDouble(1, -2.5))).containsExactly("2.5");
    assertThat(rows("SELECT round(?, 2)", p -> p.setDouble(1, 3.14159))).containsExactly("3.14");
    assertThat(rows("SELECT p * ?, d * ? FROM t", p -> setDoubles(p, 1.5, 2)))
        .containsExactly("2.25|5.0");
    assertThat(rows("SELECT * FROM range(?)", p -> p.setInt(1, 2))).containsExactly("0", "1");
    assertThat(rows("SELECT 1+?,?+?,-?", p -> setInts(p, 1, 2, 3, 4)))
        .containsExactly("2|5.0|-4.0");
    assertThat(rows("SELECT a FROM t WHERE a + ? = ?", p -> setInts(p, 1, 2))).containsExactly("1");
    assertThat(rows("SELECT list_transform([1], lambda x: x + ?)", p -> p.setInt(1, 1))).hasSize(1);
  }

  private static void setInts(PreparedStatement statement, int... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setInt(i + 1, values[i]);
    }
  }

  private static void setDoubles(PreparedStatement statement, double... values)
      throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setDouble(i + 1, values[i]);
    }
  }

  @Test
  void whatDuckDbInfersIsSetAsThat() throws Exception {
    assertThat(rows("SELECT coalesce(?, 1)", p -> p.setInt(1, 5))).containsExactly("5");
    assertThat(rows("SELECT greatest(?, 1)", p -> p.setInt(1, 5))).containsExactly("5");
    assertThat(rows("SELECT [1, ?][2]", p -> p.setInt(1, 5))).containsExactly("5");
    assertThat(rows("SELECT CASE WHEN false THEN 1 ELSE ? END", p -> p.setInt(1, 5)))
        .containsExactly("5");
    assertThat(rows("SELECT a FROM t LIMIT ? OFFSET ?", p -> setInts(p, 1, 0)))
        .containsExactly("1");
    assertThat(rows("SELECT a FROM t WHERE a IN (?, ?)", p -> setInts(p, 1, 2)))
        .containsExactly("1");
    assertThat(rows("SELECT a FROM t WHERE big = ?", p -> p.setInt(1, 7))).containsExactly("1");
    assertThat(rows("SELECT a FROM t WHERE p = ?", p -> p.setBigDecimal(1, new BigDecimal("1.50"))))
        .containsExactly("1");
    assertThat(rows("SELECT $1 + 1, $1", p -> p.setInt(1, 5))).containsExactly("6|5");
    assertThat(rows("SELECT $x + $y::INT", p -> setInts(p, 5, 6))).containsExactly("11");
  }

  @Test
  void textAndMomentsAreSet() throws Exception {
    assertThat(rows("SELECT ?, b || ? FROM t", p -> setStrings(p, "ü", "z")))
        .containsExactly("ü|xz");
    Timestamp moment = Timestamp.valueOf("2020-05-06 07:08:09");
    assertThat(rows("SELECT year(?)", p -> p.setTimestamp(1, moment))).containsExactly("2020");
    assertThat(rows("SELECT epoch(date_trunc('month', ?))", p -> p.setTimestamp(1, moment)))
        .hasSize(1);
    assertThat(rows("SELECT strftime(?, '%Y')", p -> p.setTimestamp(1, moment)))
        .containsExactly("2020");
    assertThat(rows("SELECT DATE '2020-01-01' + ? = DATE '2020-01-03'", p -> p.setInt(1, 2)))
        .containsExactly("true");
  }

  private static void setStrings(PreparedStatement statement, String... values)
      throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setString(i + 1, values[i]);
    }
  }

  @Test
  void nullsAreSet() throws Exception {
    assertThat(rows("SELECT ?", p -> p.setNull(1, Types.VARCHAR))).containsExactly("null");
    assertThat(rows("SELECT 1 + ?, coalesce(?, 3)", p -> setNulls(p, 2))).containsExactly("null|3");
    assertThat(rows("SELECT a FROM t WHERE ? = a + ? AND lower(?) = 'x'", p -> setMixed(p)))
        .containsExactly("1");
    assertThat(rows("SELECT year(?)", p -> p.setNull(1, Types.TIMESTAMP))).containsExactly("null");
    assertThat(update("INSERT INTO t(a, b) VALUES (? + 1, ?)", p -> setNulls(p, 2))).isEqualTo(1);
  }

  private static void setMixed(PreparedStatement statement) throws SQLException {
    setInts(statement, 2, 1);
    statement.setString(3, "X");
  }

  private static void setNulls(PreparedStatement statement, int count) throws SQLException {
    for (int i = 1; i <= count; i++) {
      statement.setNull(i, Types.NULL);
    }
  }

  @Test
  void changesTakeThem() throws Exception {
    assertThat(update("UPDATE t SET a = a + ?", p -> p.setLong(1, 9_007_199_254_740_992L)))
        .isEqualTo(1);
    assertThat(Jdbc.rows(connection, "SELECT a FROM t")).containsExactly("9007199254740993");
    assertThat(update("UPDATE t SET a = a - ?", p -> p.setLong(1, 9_007_199_254_740_992L)))
        .isEqualTo(1);
    assertThat(update("DELETE FROM t WHERE a + ? > 10", p -> p.setInt(1, 9))).isZero();
    assertThat(
            update(
                "INSERT INTO t(a, b) SELECT ?::BIGINT, ?",
                p -> {
                  p.setInt(1, 5);
                  p.setString(2, "y");
                }))
        .isEqualTo(1);
    assertThat(
            update(
                "MERGE INTO t USING (SELECT ?::BIGINT AS k) s ON t.a = s.k"
                    + " WHEN MATCHED THEN UPDATE SET b = ?"
                    + " WHEN NOT MATCHED THEN INSERT (a) VALUES (s.k + ?)",
                p -> {
                  p.setInt(1, 5);
                  p.setString(2, "merged");
                  p.setInt(3, 0);
                }))
        .isEqualTo(1);
    assertThat(Jdbc.rows(connection, "SELECT a, b FROM t ORDER BY a"))
        .containsExactly("1|x", "5|merged");
  }

  @Test
  void aBatchIsAllOrNothing() throws Exception {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO t(a, b) VALUES (? + 1, ?)")) {
      for (int i = 10; i < 13; i++) {
        insert.setInt(1, i);
        insert.setString(2, i == 11 ? null : "n" + i);
        insert.addBatch();
      }
      insert.executeBatch();
    }
    assertThat(Jdbc.rows(connection, "SELECT a, b FROM t WHERE a > 5 ORDER BY a"))
        .containsExactly("11|n10", "12|null", "13|n12");
  }

  @Test
  void theSameStatementRunsAgainWithOthers() throws Exception {
    try (PreparedStatement query = connection.prepareStatement("SELECT ? + 1")) {
      for (int i = 0; i < 3; i++) {
        query.setInt(1, i);
        assertThat(Jdbc.lines(query.executeQuery())).containsExactly("" + (i + 1));
      }
    }
  }

  @Test
  void errorsNameWhatIsWrong() {
    assertThatThrownBy(() -> rows("SELECT nope(?)", p -> p.setInt(1, 1)))
        .hasStackTraceContaining("nope");
    assertThatThrownBy(() -> rows("SELECT 1 + ?", p -> {})).isInstanceOf(Exception.class);
  }
}
