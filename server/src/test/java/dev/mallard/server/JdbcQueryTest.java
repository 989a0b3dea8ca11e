package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.testing.Await;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries by the stock JDBC driver: datasets, errors, cancelling, much data. */
class JdbcQueryTest {
  @TempDir private Path folder;
  private TestServer server;
  private Connection connection;

  @BeforeEach
  void start() throws Exception {
    DuckFiles.write(
        folder, "sales.parquet", "SELECT range AS id, 'n' || range AS name FROM range(5)");
    DuckFiles.write(folder, "my_app/events.parquet", "SELECT 7 AS x");
    server = TestServer.start(folder);
    connection = Jdbc.connect(server);
  }

  @AfterEach
  void stop() throws Exception {
    connection.close();
    server.close();
  }

  @Test
  void datasetsAreTables() throws Exception {
    assertThat(Jdbc.rows(connection, "SELECT * FROM sales WHERE id > 2 ORDER BY id"))
        .containsExactly("3|n3", "4|n4");
    assertThat(Jdbc.rows(connection, "SELECT x FROM my_app.events")).containsExactly("7");
    assertThat(
            Jdbc.rows(
                connection,
                "SELECT count(*) FROM datasets.main.sales s JOIN datasets.my_app.events e ON e.x > s.id"))
        .containsExactly("5");
  }

  @Test
  void anUploadIsSeenByTheNextQuery() throws Exception {
    Tables.put(server.client(), server.memory(), Tables.path("fresh.feather"), 9, 2, 50);
    assertThat(Jdbc.rows(connection, "SELECT stamp, count(*) FROM fresh GROUP BY 1"))
        .containsExactly("9|100");
    Tables.put(server.client(), server.memory(), Tables.path("fresh.feather"), 10, 1, 50);
    assertThat(Jdbc.rows(connection, "SELECT stamp, count(*) FROM fresh GROUP BY 1"))
        .containsExactly("10|50");
  }

  @Test
  void columnsAreDescribed() throws Exception {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id AS number, name FROM sales LIMIT 0")) {
      assertThat(rows.getMetaData().getColumnLabel(1)).isEqualTo("number");
      assertThat(rows.getMetaData().getColumnType(1)).isEqualTo(Types.BIGINT);
      assertThat(rows.getMetaData().getColumnType(2)).isEqualTo(Types.VARCHAR);
      assertThat(rows.next()).isFalse();
    }
  }

  @Test
  void theUrlMayNameACatalog() throws Exception {
    Connection datasets = Jdbc.connect(server, "&catalog=datasets");
    assertThat(Jdbc.rows(datasets, "SELECT count(*) FROM sales")).containsExactly("5");
    assertThat(Jdbc.rows(datasets, "SELECT current_database()")).containsExactly("datasets");
    // The driver closes its session twice, the second time after its channel; with any server.
    assertThatThrownBy(datasets::close).hasMessageContaining("Channel shutdown");
  }

  @Test
  void anErrorIsDuckDbsText() {
    assertThatThrownBy(() -> Jdbc.rows(connection, "SELECT nope FROM sales"))
        .isInstanceOf(SQLException.class)
        .hasStackTraceContaining("Binder Error")
        .hasStackTraceContaining("LINE 1: SELECT nope FROM sales");
    assertThatThrownBy(() -> Jdbc.rows(connection, "SELEC 1"))
        .hasStackTraceContaining("syntax error");
    assertThatThrownBy(() -> Jdbc.rows(connection, "SELECT CAST(name AS INT) FROM sales"))
        .hasStackTraceContaining("Could not convert string");
    assertThatThrownBy(() -> Jdbc.rows(connection, "SELECT * FROM missing"))
        .hasStackTraceContaining("missing does not exist");
  }

  @Test
  void aConnectionIsUsableAfterAnError() throws Exception {
    assertThatThrownBy(() -> Jdbc.rows(connection, "SELECT error('on purpose')"))
        .hasStackTraceContaining("on purpose");
    assertThat(Jdbc.rows(connection, "SELECT 1")).containsExactly("1");
  }

  @Test
  void tenMillionRowsAreRead() throws Exception {
    long sum = 0;
    long count = 0;
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT range AS n FROM range(10000000)")) {
      while (rows.next()) {
        sum += rows.getLong(1);
        count++;
      }
    }
    assertThat(count).isEqualTo(10_000_000);
    assertThat(sum).isEqualTo(49_999_995_000_000L);
  }

  @Test
  void severalResultsOfOneConnectionAreReadInTurns() throws Exception {
    try (Statement first = connection.createStatement();
        Statement second = connection.createStatement();
        Statement third = connection.createStatement();
        ResultSet a = first.executeQuery("SELECT range FROM range(1000000) ORDER BY 1");
        ResultSet b = second.executeQuery("SELECT -range FROM range(1000000) ORDER BY 1 DESC");
        ResultSet c = third.executeQuery("SELECT id FROM sales ORDER BY 1")) {
      for (int i = 0; i < 5; i++) {
        assertThat(a.next() && b.next() && c.next()).isTrue();
        assertThat(a.getLong(1)).isEqualTo(-b.getLong(1)).isEqualTo(c.getLong(1)).isEqualTo(i);
      }
    }
  }

  @Test
  void aResultThatIsClosedEarlyIsStopped() throws Exception {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT range FROM range(10000000000)")) {
      assertThat(rows.next()).isTrue();
    }
    server.awaitIdle();
  }

  @Test
  void aStatementIsCancelledFromAnotherThread() throws Exception {
    try (Statement statement = connection.createStatement()) {
      ResultSet rows = statement.executeQuery("SELECT range FROM range(10000000000)");
      assertThat(rows.next()).isTrue();
      CompletableFuture.runAsync(() -> cancel(statement)).get(20, TimeUnit.SECONDS);
      assertThatThrownBy(() -> readAll(rows)).isInstanceOf(Exception.class);
      server.awaitIdle();
    }
    assertThat(Jdbc.rows(connection, "SELECT 1")).containsExactly("1");
  }

  private static void cancel(Statement statement) {
    try {
      statement.cancel();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static void readAll(ResultSet rows) throws SQLException {
    while (rows.next()) {
      rows.getLong(1);
    }
  }

  /** Until the first rows come, the driver forgets to pass a cancel on. */
  @Test
  void aQueryThatHasNotAnsweredYetEndsWithItsConnection() throws Exception {
    Connection other = Jdbc.connect(server);
    Statement statement = other.createStatement();
    CompletableFuture<Void> running =
        CompletableFuture.runAsync(
            () -> {
              try {
                readAll(statement.executeQuery(FlightSql.ENDLESS));
              } catch (SQLException e) {
                throw new CompletionException(e);
              }
            });
    Await.until("the query runs", () -> server.server().runningCalls() > 0);
    other.close();
    assertThatThrownBy(() -> running.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(Exception.class);
    server.awaitIdle();
  }

  @Test
  void closingTheConnectionEndsWhatRuns() throws Exception {
    try (Connection other = Jdbc.connect(server);
        Statement statement = other.createStatement()) {
      ResultSet rows = statement.executeQuery("SELECT range FROM range(10000000000)");
      assertThat(rows.next()).isTrue();
    }
    server.awaitIdle();
  }
}
