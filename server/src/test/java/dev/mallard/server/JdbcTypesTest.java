package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A value of each of DuckDB's types, read by the stock JDBC driver. */
class JdbcTypesTest {
  @TempDir private static Path folder;
  private static TestServer server;
  private static Connection connection;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(folder);
    connection = Jdbc.connect(server);
  }

  @AfterAll
  static void stop() throws Exception {
    connection.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "true; true",
        "(-128)::TINYINT; -128",
        "(-32768)::SMALLINT; -32768",
        "(-2147483648)::INTEGER; -2147483648",
        "(-9223372036854775808)::BIGINT; -9223372036854775808",
        "127::UTINYINT; 127",
        "65535::USMALLINT; 65535",
        "2147483647::UINTEGER; 2147483647",
        "18446744073709551615::UBIGINT; 18446744073709551615",
        "99999999999999999999999999999999999999::HUGEINT; 99999999999999999999999999999999999999",
        "170141183460469231731687303715884105727::HUGEINT; 170141183460469231731687303715884105727",
        "(-170141183460469231731687303715884105727)::HUGEINT; -170141183460469231731687303715884105727",
        "340282366920938463463374607431768211455::UHUGEINT; 340282366920938463463374607431768211455",
        "1.5::FLOAT; 1.5",
        "-2.25::DOUBLE; -2.25",
        "123.45::DECIMAL(5, 2); 123.45",
        "12345678901234567890123456.789012345678::DECIMAL(38, 12); 12345678901234567890123456.789012345678",
        "'héllo'; héllo",
        "'c0ffee00-0000-4000-8000-000000000001'::UUID; c0ffee00-0000-4000-8000-000000000001",
        "'10110'::BIT; 10110",
        "TIMETZ '12:34:56+05:30'; 12:34:56+05:30",
        "'{\"a\": [1, 2]}'::JSON; {\"a\": [1, 2]}",
        "DATE '2026-11-21'; 2026-11-21",
        "123456789012345678901234567890123456789012345::BIGNUM; 123456789012345678901234567890123456789012345",
        "'b'::ENUM('a', 'b'); b",
        "255::UTINYINT; 255",
        "65535::USMALLINT; 65535",
        "4294967295::UINTEGER; 4294967295",
        "18446744073709551615::UBIGINT; 18446744073709551615"
      })
  void aScalarIsReadAsText(String expression, String expected) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT " + expression)) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo(expected);
      assertThat(rows.getObject(1)).isNotNull();
      assertThat(rows.wasNull()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BOOLEAN",
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
        "HUGEINT",
        "UHUGEINT",
        "BIGNUM",
        "FLOAT",
        "DOUBLE",
        "DECIMAL(4, 1)",
        "DECIMAL(38, 10)",
        "VARCHAR",
        "UUID",
        "BIT",
        "BLOB",
        "DATE",
        "TIME",
        "TIMETZ",
        "TIME_NS",
        "TIMESTAMP",
        "TIMESTAMP_S",
        "TIMESTAMP_MS",
        "TIMESTAMP_NS",
        "INTERVAL",
        "JSON",
        "ENUM('a', 'b')",
        "INTEGER[]",
        "INTEGER[3]",
        "STRUCT(a INTEGER, b VARCHAR)",
        "MAP(VARCHAR, INTEGER)"
      })
  void nullOfEachTypeIsNull(String type) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT NULL::" + type + " AS v, 1 AS one")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getObject(1)).isNull();
      assertThat(rows.wasNull()).isTrue();
      assertThat(rows.getInt(2)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "TIMESTAMP '2026-11-21 12:34:56.789012'; 1795264496789; 789012000",
        "TIMESTAMP_S '2026-11-21 12:34:56'; 1795264496000; 0",
        "TIMESTAMP_MS '2026-11-21 12:34:56.789'; 1795264496789; 789000000",
        "TIMESTAMP_NS '2026-11-21 12:34:56.789012345'; 1795264496789; 789012345"
      })
  void timestampsOfAllUnitsAreTheSameMoment(String expression, long millis, int nanos)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT " + expression)) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getTimestamp(1).toLocalDateTime().toString())
          .startsWith("2026-11-21T12:34:56");
      assertThat(rows.getTimestamp(1).getTime() / 1000).isEqualTo(millis / 1000);
    }
  }

  @Test
  void timesAndIntervalsAreRead() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT TIME '12:34:56', TIMESTAMPTZ '2026-11-21 12:34:56+00', INTERVAL 14 MONTH,"
                    + " INTERVAL '3 days 2 hours', NULL::TIMESTAMPTZ")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getTime(1).toLocalTime()).hasToString("12:34:56");
      assertThat(rows.getTimestamp(2).getTime()).isEqualTo(1795264496000L);
      assertThat(rows.getObject(3)).isNotNull();
      assertThat(rows.getString(3)).isNotEmpty();
      assertThat(rows.getString(4)).isNotEmpty();
      assertThat(rows.getTimestamp(5)).isNull();
    }
  }

  @Test
  void bytesAreBytes() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 'a\\x00\\xFF'::BLOB, encode('é')")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getBytes(1)).containsExactly('a', 0, 0xFF);
      assertThat(rows.getBytes(2)).isEqualTo("é".getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void nestedValuesAreRead() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT [1, NULL, 3], {'a': 1, 'b': ['x']}, MAP {'k': 2.5}, [[1], []],"
                    + " array_value(1, 2, 3), union_value(n := 5), [{'deep': [{'er': 1}]}]")) {
      assertThat(rows.next()).isTrue();
      assertThat((Object[]) rows.getArray(1).getArray()).containsExactly(1, null, 3);
      assertThat(rows.getString(2)).contains("\"a\":1").contains("\"x\"");
      for (int column = 1; column <= 7; column++) {
        assertThat(rows.getObject(column)).as("column %d", column).isNotNull();
        assertThat(rows.getString(column)).as("column %d", column).isNotNull();
      }
    }
  }

  @Test
  void everyTypeOfTestAllTypesIsRead() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM test_all_types()")) {
      int columns = rows.getMetaData().getColumnCount();
      int count = 0;
      while (rows.next()) {
        for (int column = 1; column <= columns; column++) {
          // The driver has no getObject for timestamps with a zone, also with other servers.
          if (rows.getMetaData().getColumnType(column) == Types.TIMESTAMP_WITH_TIMEZONE) {
            rows.getTimestamp(column);
          } else {
            rows.getObject(column);
          }
        }
        count++;
      }
      assertThat(count).isEqualTo(3);
    }
  }

  /** The driver does not look into dictionaries: it would show their indices. */
  @Test
  void anEnumerationIsTextInEveryRow() throws SQLException {
    Jdbc.update(connection, "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')");
    Jdbc.update(connection, "CREATE TABLE people(name VARCHAR, mood mood)");
    Jdbc.update(
        connection,
        "INSERT INTO people VALUES ('a', 'happy'), ('b', NULL), ('c', 'sad'), ('d', 'happy')");
    assertThat(Jdbc.rows(connection, "SELECT name, mood FROM people ORDER BY name"))
        .containsExactly("a|happy", "b|null", "c|sad", "d|happy");
  }
}
