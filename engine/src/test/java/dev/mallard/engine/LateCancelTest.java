package dev.mallard.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.engine.link.Answer;
import dev.mallard.engine.link.Request;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.SqlConnection;
import dev.mallard.query.SqlStatement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stops a request comes on another line, whenever it does: it stops that one and no other. */
class LateCancelTest {
  private static final int ROWS = 500_000;
  private static final String MANY = "SELECT range AS r FROM range(" + ROWS + ")";

  /** Its first rows are there at once, and its end after a long time. */
  private static final String FEW_AND_THEN_NONE =
      "SELECT range AS r FROM range(100000000000) WHERE range < 3000000 OR range < 0";

  @TempDir private static Path root;
  private static RoomFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = RoomFixture.behindTheWall(root);
  }

  @AfterAll
  static void stop() throws Exception {
    fixture.close();
  }

  private static Calls line(SqlConnection connection) {
    return Objects.requireNonNull(((RemoteConnection) connection).line());
  }

  /** Requests that have been answered on a line. */
  private static long ended(Calls line) {
    assertThat(line.turns()).isEven();
    return line.requests();
  }

  /** As the thread that passes wishes on, but when the test wants it. */
  private static void interrupt(Calls line, long request) {
    fixture.live().ask(new Request.Interrupt(line.connection(), request), Answer.Done.class);
  }

  private static void stopResult(Calls line, long request) {
    fixture.live().ask(new Request.StopResult(line.connection(), request), Answer.Done.class);
  }

  private static void everythingSoFarIsCancelled(Calls line) {
    for (long request = 1; request <= ended(line); request++) {
      interrupt(line, request);
      stopResult(line, request);
    }
  }

  private static long read(BatchStream rows) throws IOException {
    try (IpcMessage message = rows.next()) {
      return message == null ? 0 : message.rows();
    }
  }

  private static long readAll(BatchStream rows) throws IOException {
    long all = 0;
    for (long some = read(rows); some > 0; some = read(rows)) {
      all += some;
    }
    return all;
  }

  private static void assertCancelled(Throwable failure) {
    assertThat(failure)
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
  }

  @Test
  void afterItsEndItHitsNothingThatTheSameStatementDoesNext() throws Exception {
    try (SqlConnection connection = fixture.connect();
        SqlStatement statement = RoomFixture.prepare(connection, MANY)) {
      Calls line = line(connection);
      for (int run = 0; run < 3; run++) {
        everythingSoFarIsCancelled(line);
        try (BatchStream rows = statement.run()) {
          everythingSoFarIsCancelled(line);
          long some = read(rows);
          everythingSoFarIsCancelled(line);
          assertThat(some + readAll(rows)).isEqualTo(ROWS);
          everythingSoFarIsCancelled(line);
        }
        everythingSoFarIsCancelled(line);
        assertThat(statement.isCurrent()).isTrue();
      }
    }
  }

  @Test
  void afterItsEndItHitsNoOtherStatementOfTheTransaction() throws Exception {
    try (SqlConnection connection = fixture.connect()) {
      connection.begin();
      Calls line = line(connection);
      RoomFixture.update(connection, "CREATE TABLE t AS SELECT 1 AS a");
      everythingSoFarIsCancelled(line);
      assertThat(RoomFixture.update(connection, "INSERT INTO t VALUES (2)")).isEqualTo(1);
      everythingSoFarIsCancelled(line);
      connection.commit();
      everythingSoFarIsCancelled(line);
    }
    assertThat(fixture.rows("SELECT * FROM t ORDER BY a")).isEqualTo(List.of("1", "2"));
  }

  @Test
  void afterItsEndItDoesNotHitWhoHasTheLineNext() throws Exception {
    SqlConnection before = fixture.connect();
    assertThat(fixture.rows(before, "SELECT 42")).containsExactly("42");
    Calls line = line(before);
    long number = line.connection();
    before.close();
    try (SqlConnection connection = fixture.connect();
        SqlStatement statement = RoomFixture.prepare(connection, MANY)) {
      assertThat(line(connection)).as("the line of before").isSameAs(line);
      for (long request = 1; request <= ended(line) + 1; request++) {
        fixture.live().ask(new Request.Interrupt(number, request), Answer.Done.class);
        fixture.live().ask(new Request.StopResult(number, request), Answer.Done.class);
      }
      assertThat(statement.isCurrent()).isTrue();
      try (BatchStream rows = statement.run()) {
        assertThat(readAll(rows)).isEqualTo(ROWS);
      }
    }
  }

  @Test
  void beforeItIsReadItHitsItAndNothingAfterThat() throws Exception {
    try (SqlConnection connection = fixture.connect()) {
      try (SqlStatement statement = RoomFixture.prepare(connection, MANY)) {
        Calls line = line(connection);
        interrupt(line, line.nextRequest());
        assertCancelled(catchThrowable(statement::run));
        assertThat(statement.isCurrent()).as("whether it may run again").isFalse();
      }
      assertThat(fixture.rows(connection, "SELECT 42")).containsExactly("42");
    }
    assertThat(fixture.rows(MANY)).hasSize(ROWS);
  }

  @Test
  void whileItIsComputedAheadItHitsIt() throws Exception {
    try (SqlConnection connection = fixture.connect();
        SqlStatement statement = RoomFixture.prepare(connection, FEW_AND_THEN_NONE)) {
      Calls line = line(connection);
      try (BatchStream rows = statement.run()) {
        assertThat(read(rows)).isPositive();
        interrupt(line, line.nextRequest());
        assertCancelled(catchThrowable(() -> readAll(rows)));
      }
      assertThat(statement.isCurrent()).as("whether it may run again").isFalse();
      assertThat(line.isUsable()).as("whether the line outlives it").isTrue();
    }
  }

  @Test
  void aResultThatIsClosedHalfReadCostsNoLine() throws Exception {
    try (SqlConnection connection = fixture.connect()) {
      assertThat(fixture.rows(connection, "SELECT 42")).containsExactly("42");
      Calls line = line(connection);
      for (String sql : List.of(MANY, FEW_AND_THEN_NONE)) {
        try (SqlStatement statement = RoomFixture.prepare(connection, sql);
            BatchStream rows = statement.run()) {
          assertThat(read(rows)).isPositive();
        }
        assertThat(fixture.rows(connection, "SELECT 42")).containsExactly("42");
      }
      assertThat(line(connection)).isSameAs(line);
    }
  }

  @Test
  void aResultThatIsClosedHalfReadDoesNotEndItsTransaction() throws Exception {
    try (SqlConnection connection = fixture.connect()) {
      connection.begin();
      RoomFixture.update(connection, "CREATE TABLE u AS SELECT 1 AS a");
      try (SqlStatement statement = RoomFixture.prepare(connection, FEW_AND_THEN_NONE);
          BatchStream rows = statement.run()) {
        assertThat(read(rows)).isPositive();
      }
      assertThat(fixture.rows(connection, "SELECT * FROM u")).containsExactly("1");
      connection.commit();
    }
    assertThat(fixture.rows("SELECT * FROM u")).containsExactly("1");
  }
}
