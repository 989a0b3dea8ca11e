package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes and parameters by the stock JDBC driver. */
class JdbcUpdateTest {
  @TempDir private Path folder;
  private TestServer server;
  private Connection connection;

  @BeforeEach
  void start() throws Exception {
    DuckFiles.write(
        folder, "sales.parquet", "SELECT range AS id, 'n' || range AS name FROM range(5)");
    server = TestServer.start(folder);
    connection = Jdbc.connect(server);
  }

  @AfterEach
  void stop() throws Exception {
    connection.close();
    server.close();
  }

  @Test
  void updatesCountTheRowsThatTheyChange() throws Exception {
    Jdbc.update(connection, "CREATE TABLE t(a INT, b VARCHAR)");
    assertThat(Jdbc.update(connection, "INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, 'z')"))
        .isEqualTo(3);
    assertThat(Jdbc.update(connection, "UPDATE t SET b = 'w' WHERE a > 1")).isEqualTo(2);
    assertThat(Jdbc.update(connection, "UPDATE t SET b = 'w' WHERE a > 9")).isZero();
    try (Statement statement = connection.createStatement()) {
      assertThat(statement.executeLargeUpdate("DELETE FROM t WHERE a = 1")).isEqualTo(1);
      assertThat(statement.execute("INSERT INTO t VALUES (4, 'v')")).isFalse();
      assertThat(statement.getUpdateCount()).isEqualTo(1);
      assertThat(statement.execute("SELECT a FROM t ORDER BY a")).isTrue();
      assertThat(Jdbc.lines(statement.getResultSet())).containsExactly("2", "3", "4");
    }
  }

  @Test
  void aDefinitionRunsOnceWhateverTheMethod() throws Exception {
    assertThat(Jdbc.update(connection, "CREATE TABLE a(x INT)")).isZero();
    try (Statement statement = connection.createStatement()) {
      assertThat(statement.execute("CREATE TABLE b(x INT)")).isFalse();
      assertThat(statement.executeLargeUpdate("CREATE SEQUENCE s")).isZero();
    }
    try (PreparedStatement create = connection.prepareStatement("CREATE TABLE c(x INT)")) {
      assertThat(create.executeUpdate()).isZero();
    }
    try (PreparedStatement create =
        connection.prepareStatement("CREATE TABLE d AS SELECT 1 AS x")) {
      create.execute();
    }
    assertThat(
            Jdbc.rows(
                connection,
                "SELECT table_name FROM duckdb_tables() WHERE database_name = 'mallard' ORDER BY 1"))
        .containsExactly("a", "b", "c", "d");
    assertThatThrownBy(() -> Jdbc.update(connection, "CREATE TABLE a(x INT)"))
        .hasStackTraceContaining("already exists");
    assertThat(Jdbc.update(connection, "DROP TABLE a")).isZero();
  }

  @Test
  void anInsertRunsOnceWhateverTheMethod() throws Exception {
    Jdbc.update(connection, "CREATE TABLE t(x INT)");
    Jdbc.update(connection, "INSERT INTO t VALUES (1)");
    try (Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO t VALUES (2)");
    }
    try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?)")) {
      insert.setInt(1, 3);
      assertThat(insert.executeUpdate()).isEqualTo(1);
      insert.setInt(1, 4);
      insert.execute();
    }
    assertThat(Jdbc.rows(connection, "SELECT x FROM t ORDER BY x"))
        .containsExactly("1", "2", "3", "4");
  }

  @Test
  void parametersOfEachTypeComeBack() throws Exception {
    TimeZone zone = TimeZone.getDefault();
    String sql =
        "SELECT ?::BOOLEAN, ?::TINYINT, ?::SMALLINT, ?::INTEGER, ?::BIGINT, ?::FLOAT, ?::DOUBLE,"
            + " ?::DECIMAL(10, 2), ?::VARCHAR, ?::BLOB, ?::DATE, ?::TIME, ?::TIMESTAMP";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setBoolean(1, true);
      query.setByte(2, (byte) -1);
      query.setShort(3, (short) -2);
      query.setInt(4, -3);
      query.setLong(5, -4_000_000_000L);
      query.setFloat(6, 1.5f);
      query.setDouble(7, -2.5);
      query.setBigDecimal(8, new BigDecimal("12345678.90"));
      query.setString(9, "héllo 'quoted'");
      query.setBytes(10, new byte[] {0, 1, -1});
      query.setDate(11, Date.valueOf("2026-11-21"));
      query.setTime(12, Time.valueOf("12:34:56"));
      query.setTimestamp(13, Timestamp.valueOf("2026-11-21 12:34:56.789"));
      try (ResultSet rows = query.executeQuery()) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getBoolean(1)).isTrue();
        assertThat(rows.getByte(2)).isEqualTo((byte) -1);
        assertThat(rows.getShort(3)).isEqualTo((short) -2);
        assertThat(rows.getInt(4)).isEqualTo(-3);
        assertThat(rows.getLong(5)).isEqualTo(-4_000_000_000L);
        assertThat(rows.getFloat(6)).isEqualTo(1.5f);
        assertThat(rows.getDouble(7)).isEqualTo(-2.5);
        assertThat(rows.getBigDecimal(8)).isEqualTo("12345678.90");
        assertThat(rows.getString(9)).isEqualTo("héllo 'quoted'");
        assertThat(rows.getBytes(10)).containsExactly(0, 1, -1);
        assertThat(rows.getDate(11)).hasToString("2026-11-21");
        assertThat(rows.getTime(12)).hasToString("12:34:56");
        assertThat(rows.getTimestamp(13).toLocalDateTime()).hasToString("2026-11-21T12:34:56.789");
        assertThat(rows.next()).isFalse();
      }
    }
    assertThat(TimeZone.getDefault()).isEqualTo(zone);
  }

  @Test
  void parametersOfEachTypeMayBeNull() throws Exception {
    int[] types = {
      Types.BOOLEAN, Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.REAL,
      Types.DOUBLE, Types.DECIMAL, Types.VARCHAR, Types.VARBINARY, Types.DATE, Types.TIME,
      Types.TIMESTAMP
    };
    String sql =
        "SELECT ?::BOOLEAN, ?::TINYINT, ?::SMALLINT, ?::INTEGER, ?::BIGINT, ?::FLOAT, ?::DOUBLE,"
            + " ?::DECIMAL(10, 2), ?::VARCHAR, ?::BLOB, ?::DATE, ?::TIME, ?::TIMESTAMP";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      for (int i = 0; i < types.length; i++) {
        query.setNull(i + 1, types[i]);
      }
      try (ResultSet rows = query.executeQuery()) {
        assertThat(rows.next()).isTrue();
        for (int i = 1; i <= types.length; i++) {
          assertThat(rows.getObject(i)).as("column %d", i).isNull();
        }
      }
    }
  }

  @Test
  void aPreparedQueryRunsAgainWithOtherParameters() throws Exception {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT name FROM sales WHERE id >= ? AND name <> ? ORDER BY 1")) {
      assertThat(query.getParameterMetaData().getParameterCount()).isEqualTo(2);
      for (int i = 0; i < 3; i++) {
        query.setLong(1, 3);
        query.setString(2, "n" + (3 + i));
        assertThat(Jdbc.lines(query.executeQuery())).hasSize(i == 2 ? 2 : 1);
      }
    }
  }

  @Test
  void nullsAreStoredByParameters() throws Exception {
    Jdbc.update(connection, "CREATE TABLE t(a INT, b VARCHAR, c DECIMAL(5, 2), d TIMESTAMP)");
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO t VALUES (?, ?, ?, ?)")) {
      insert.setNull(1, Types.INTEGER);
      insert.setString(2, null);
      insert.setBigDecimal(3, null);
      insert.setTimestamp(4, null);
      assertThat(insert.executeUpdate()).isEqualTo(1);
      insert.setInt(1, 7);
      insert.setString(2, "");
      insert.setBigDecimal(3, new BigDecimal("1.25"));
      insert.setTimestamp(4, Timestamp.valueOf("2026-01-02 03:04:05"));
      assertThat(insert.executeUpdate()).isEqualTo(1);
    }
    assertThat(Jdbc.rows(connection, "SELECT a, b, c, d::VARCHAR FROM t ORDER BY a NULLS FIRST"))
        .containsExactly("null|null|null|null", "7||1.25|2026-01-02 03:04:05");
  }

  @Test
  void whatIsNotAllowedIsAnErrorAndChangesNothing() throws Exception {
    assertThatThrownBy(() -> Jdbc.update(connection, "DROP VIEW sales"))
        .isInstanceOf(SQLException.class)
        .hasStackTraceContaining("'sales' is a dataset");
    assertThatThrownBy(() -> Jdbc.update(connection, "COPY sales TO '/tmp/x.csv'"))
        .hasStackTraceContaining("not allowed");
    assertThat(Jdbc.rows(connection, "SELECT count(*) FROM sales")).containsExactly("5");
  }

  /** It asks the server for none, whatever its user asks for; so it must not say that it does. */
  @Test
  void theDriverHasNoTransactionsAndSaysSo() throws Exception {
    assertThat(connection.getMetaData().supportsTransactions()).isFalse();
    assertThat(connection.getMetaData().getDefaultTransactionIsolation())
        .isEqualTo(Connection.TRANSACTION_NONE);
    Jdbc.update(connection, "CREATE TABLE t(x INT)");
    connection.setAutoCommit(false);
    Jdbc.update(connection, "INSERT INTO t VALUES (1)");
    connection.rollback();
    assertThat(Jdbc.rows(connection, "SELECT x FROM t")).containsExactly("1");
  }
}
