package dev.mallard.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Ingest;
import dev.mallard.query.IngestTarget;
import dev.mallard.query.SqlConnection;
import dev.mallard.query.SqlStatement;
import dev.mallard.testing.Await;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine's process ends at every moment: what each caller is told is what is. */
class KilledEngineTest {
  private static final IngestTarget APPEND =
      new IngestTarget(
          null, null, "t", IngestTarget.IfExists.APPEND, IngestTarget.IfMissing.CREATE, false);

  @TempDir private Path root;
  private RoomFixture fixture;

  @BeforeEach
  void open() throws Exception {
    fixture = RoomFixture.behindTheWall(root);
  }

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  private static void assertCode(Throwable error, ErrorCode code) {
    assertThat(error).isInstanceOf(MallardException.class);
    assertThat(((MallardException) error).code()).as(error.getMessage()).isEqualTo(code);
  }

  @Test
  void betweenStatementsNobodyNotices() {
    try (SqlConnection connection = fixture.connect();
        SqlStatement statement =
            RoomFixture.prepare(connection, "SELECT * FROM numbers WHERE n > 0")) {
      fixture.kill();
      assertThat(statement.isCurrent()).isFalse();
      try (BatchStream stream = statement.run()) {
        assertThat(fixture.rows(stream)).containsExactly("1", "2");
      }
    }
  }

  @Test
  void whileAStatementIsPreparedItIsPreparedAgain() {
    AtomicBoolean once = new AtomicBoolean(true);
    fixture.datasets.whenOpened =
        () -> {
          if (once.getAndSet(false)) {
            fixture.kill();
          }
        };
    // Somebody else is there, so that nobody can say who did it.
    CompletableFuture<String> other = running("SELECT count(*) FROM range(300000000)");
    assertThat(fixture.rows("SELECT sum(n) FROM numbers")).containsExactly("3");
    assertThat(other.orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo("[300000000]");
  }

  /** What a statement says in the end; it is under way when this returns. */
  private CompletableFuture<String> running(String sql) {
    AtomicBoolean prepared = new AtomicBoolean();
    int before = fixture.room().losses().running();
    CompletableFuture<String> said =
        CompletableFuture.supplyAsync(
            () -> {
              try (SqlConnection connection = fixture.connect();
                  SqlStatement statement = RoomFixture.prepare(connection, sql)) {
                prepared.set(true);
                try (BatchStream stream = statement.run()) {
                  return fixture.rows(stream).toString();
                }
              } catch (MallardException e) {
                return e.code() + " " + e.getMessage();
              }
            },
            task -> new Thread(task, "test-statement").start());
    Await.until(
        "it runs",
        () -> (prepared.get() && fixture.room().losses().running() > before) || said.isDone());
    return said;
  }

  @Test
  void whatReadsRunsAgainAndWhatIsNotTheSameTwiceDoesNot() {
    fixture.update("CREATE SEQUENCE s");
    CompletableFuture<String> read = running("SELECT count(*) FROM range(200000000)");
    CompletableFuture<String> random = running("SELECT sum(random()) FROM range(2000000000)");
    CompletableFuture<String> sequence = running("SELECT max(nextval('s')) FROM range(40000000)");
    fixture.kill();
    assertThat(read.join()).isEqualTo("[200000000]");
    assertThat(random.join()).startsWith("UNAVAILABLE").contains("try again");
    assertThat(sequence.join()).startsWith("UNAVAILABLE");
  }

  @Test
  void afterItsFirstMessageAResultEndsInAnError() throws Exception {
    try (SqlConnection connection = fixture.connect();
        SqlStatement statement =
            RoomFixture.prepare(connection, "SELECT range, repeat('x', 50) FROM range(5000000)");
        BatchStream stream = statement.run()) {
      try (IpcMessage first = stream.next()) {
        assertThat(first.rows()).isPositive();
        fixture.kill();
      }
      Throwable error = catchThrowable(() -> fixture.rows(stream));
      assertThat(((MallardException) error).code()).isIn(ErrorCode.UNAVAILABLE, ErrorCode.INTERNAL);
      assertThat(catchThrowable(stream::next)).isSameAs(error);
    }
    assertThat(fixture.rows("SELECT 1")).containsExactly("1");
  }

  @Test
  void aTransactionIsOverAndSaysSo() {
    fixture.update("CREATE TABLE t(a INTEGER)");
    try (SqlConnection connection = fixture.connect()) {
      connection.begin();
      RoomFixture.update(connection, "INSERT INTO t VALUES (1)");
      fixture.kill();
      Await.until("it is noticed", () -> !connection.isUsable());
      assertThatThrownBy(() -> RoomFixture.prepare(connection, "SELECT 1"))
          .hasMessageContaining("begin another");
      assertCode(catchThrowable(connection::commit), ErrorCode.FAILED_PRECONDITION);
      connection.rollback();
    }
    assertThat(fixture.rows("SELECT count(*) FROM t")).containsExactly("0");
  }

  @Test
  void whetherAChangeWasMadeIsToldAsItIs() {
    fixture.update("CREATE TABLE t(a INTEGER)");
    Random random = new Random(11);
    for (int i = 0; i < 3; i++) {
      int value = i;
      CompletableFuture<Throwable> change =
          CompletableFuture.supplyAsync(
              () ->
                  catchThrowable(
                      () ->
                          assertThat(fixture.update("INSERT INTO t VALUES (" + value + ")"))
                              .isEqualTo(1)));
      Await.moment(random.nextInt(6_000_000));
      fixture.kill();
      Throwable error = change.orTimeout(60, TimeUnit.SECONDS).join();
      assertTruth(error, value);
    }
  }

  private void assertTruth(Throwable error, int value) {
    if (error != null) {
      assertThat(error).isInstanceOf(MallardException.class);
    }
    assertThat(fixture.rows("SELECT count(*) FROM t WHERE a = " + value))
        .as(String.valueOf(error))
        .containsExactly(error == null ? "1" : "0");
  }

  @Test
  void alsoOfATransactionsCommit() {
    fixture.update("CREATE TABLE t(a INTEGER)");
    Random random = new Random(12);
    for (int i = 0; i < 2; i++) {
      try (SqlConnection connection = fixture.connect()) {
        connection.begin();
        RoomFixture.update(connection, "INSERT INTO t VALUES (" + i + ")");
        CompletableFuture<Throwable> commit =
            CompletableFuture.supplyAsync(() -> catchThrowable(connection::commit));
        Await.moment(random.nextInt(3_000_000));
        fixture.kill();
        Throwable error = commit.orTimeout(60, TimeUnit.SECONDS).join();
        assertTruth(error, i);
      }
    }
  }

  @Test
  void anUploadThatWasLostHasLeftNothing() throws Exception {
    try (SqlConnection connection = fixture.connect();
        SqlStatement numbers = RoomFixture.prepare(connection, "SELECT * FROM numbers");
        BatchStream rows = numbers.run()) {
      Ingest ingest = fixture.connect().ingest(APPEND, FakeDatasets.SCHEMA);
      IpcMessage message = rows.next();
      ingest.write(message);
      fixture.kill();
      assertCode(catchThrowable(ingest::commit), ErrorCode.UNAVAILABLE);
      ingest.close();
    }
    assertCode(catchThrowable(() -> fixture.rows("SELECT * FROM t")), ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void metadataIsAskedAgain() {
    fixture.update("CREATE TABLE t(a INTEGER)");
    fixture.kill();
    assertThat(fixture.engine.metadata().hasTable("main", "t")).isTrue();
    fixture.engine.tidy();
    fixture.engine.giveWay();
  }

  @Test
  void whatDoesNotStopTakesTheProcessWithItAndNobodyElse() {
    fixture.update("CREATE TABLE t(a INTEGER)");
    CompletableFuture<String> innocent = running("SELECT count(*) FROM range(300000000)");
    SqlConnection connection = fixture.connect();
    CompletableFuture<Throwable> stuck =
        CompletableFuture.supplyAsync(
            () ->
                catchThrowable(
                    () ->
                        fixture.rows(
                            connection,
                            "SELECT sum(length(regexp_replace(repeat('a', 40000000), '(a|b|ab)*c', 'x')))")));
    Await.until("it runs", () -> fixture.room().losses().running() > 1 || stuck.isDone());
    Await.moment(TimeUnit.MILLISECONDS.toNanos(300));
    connection.interrupt();
    assertCode(stuck.orTimeout(30, TimeUnit.SECONDS).join(), ErrorCode.CANCELLED);
    connection.close();
    assertThat(innocent.orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo("[300000000]");
  }
}
