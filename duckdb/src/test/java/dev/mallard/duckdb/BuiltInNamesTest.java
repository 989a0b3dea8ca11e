package dev.mallard.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.access.Caller;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Cancellation;
import dev.mallard.query.SessionOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one user defines does not change what another's text means. */
class BuiltInNamesTest {
  private static final String[] ATTEMPTS = {
    "CREATE MACRO count(x) AS 42",
    "CREATE OR REPLACE MACRO \"MAX\"(x) AS 42",
    "CREATE MACRO `lower`(x) AS 'z'",
    "CREATE FUNCTION mallard.main.list_value(x) AS 1",
    "CREATE MACRO Duckdb_Tables() AS TABLE SELECT 1",
    "CREATE MACRO \"||\"(a, b) AS 'z'",
    "CREATE MACRO stage.count(x) AS 42",
    "CREATE TABLE duckdb_tables(a INT)",
    "CREATE VIEW sqlite_master AS SELECT 1",
    "CREATE TABLE stage.pg_class AS SELECT 1",
    "ALTER TABLE t RENAME TO duckdb_columns",
    "ALTER VIEW v RENAME TO \"PG_TABLES\"",
    "CREATE TYPE integer AS ENUM ('a')",
    "CREATE TYPE \"VarChar\" AS INT",
    "CREATE SCHEMA datasets",
    "CREATE SCHEMA \"Mallard\"",
    "CREATE SCHEMA `temp`",
    "CREATE SCHEMA IF NOT EXISTS information_schema"
  };

  @TempDir Path root;

  @Test
  void noStatementTakesTheNameOfABuiltIn() throws Exception {
    try (EngineFixture sql = new EngineFixture(root)) {
      sql.update("CREATE TABLE t(a INT)");
      sql.update("CREATE VIEW v AS SELECT 1");
      sql.update("CREATE SCHEMA stage");
      for (String attempt : ATTEMPTS) {
        assertTaken(sql.failure(attempt).orElse(null), attempt);
        String transaction = sql.service.begin(SessionOptions.NONE, new Cancellation());
        assertThatThrownBy(() -> sql.rows(attempt, transaction))
            .satisfies(e -> assertTaken(e, attempt));
        sql.service.rollback(transaction, Caller.ANONYMOUS);
      }
      assertThat(
              sql.rows("SELECT count(1)::INT, max(2), lower('A'), [1][1], 'a' || 'b', 3::INTEGER"))
          .containsExactly("1|2|a|1|ab|3");
      sql.update("CREATE MACRO mine(x) AS x + 1");
      assertThat(sql.rows("SELECT mine(1)")).containsExactly("2");
    }
  }

  private static void assertTaken(Throwable failure, String attempt) {
    assertThat(failure).as(attempt).isInstanceOf(MallardException.class);
    assertThat(((MallardException) failure).code())
        .as(attempt + ": " + failure.getMessage())
        .isIn(ErrorCode.ALREADY_EXISTS, ErrorCode.INVALID_ARGUMENT, ErrorCode.FAILED_PRECONDITION);
  }

  @Test
  void macrosThatAnEarlierReleaseLetPassAreNotCalled() throws Exception {
    try (Connection duck =
            DriverManager.getConnection("jdbc:duckdb:" + root.resolve("tables.duckdb"));
        Statement old = duck.createStatement()) {
      old.execute("CREATE MACRO count(x) AS 42");
      old.execute("CREATE VIEW counted AS SELECT count(1)");
    }
    try (EngineFixture sql = new EngineFixture(root)) {
      for (String use : new String[] {"SELECT count(1)", "SELECT `COUNT`(1)", "FROM counted"}) {
        assertThat(sql.failure(use))
            .get()
            .satisfies(e -> assertThat(e).hasMessageContaining("DROP MACRO"));
      }
      assertThat(sql.rows("SELECT 1")).containsExactly("1");
      sql.update("DROP MACRO count");
      assertThat(sql.rows("SELECT count(1)")).containsExactly("1");
    }
  }
}
