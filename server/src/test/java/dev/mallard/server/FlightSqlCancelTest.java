package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.CancelResult;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements that are stopped, by their client or by a limit: they are gone within two seconds. */
class FlightSqlCancelTest {
  private static final Duration SOON = Duration.ofSeconds(2);

  @TempDir private Path folder;
  private TestServer server;
  private FlightSqlClient sql;

  private void start(SqlConfig config) {
    server = TestServer.start(folder, TestConfig.of(folder).sql(config));
    sql = FlightSql.client(server);
  }

  private static SqlConfig config(
      long memory, int concurrent, int queued, Duration timeout, long temporary) {
    SqlConfig usual = SqlConfig.defaults();
    return new SqlConfig(
        memory,
        usual.threads(),
        concurrent,
        queued,
        timeout,
        temporary,
        false,
        usual.database(),
        usual.transactionIdle(),
        usual.streamIdle(),
        usual.sessionIdle(),
        usual.engine());
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  /** Reads in a thread of its own; completes with the status that ends it. */
  private CompletableFuture<FlightStatusCode> reading(FlightInfo info) {
    FlightClient reader = server.newClient();
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            FlightSql.rows(reader, info);
            return FlightStatusCode.OK;
          } catch (FlightRuntimeException e) {
            return e.status().code();
          }
        });
  }

  private void assertFree() {
    Await.until("no call is under way", SOON, () -> server.server().runningCalls() == 0);
    assertThat(FlightSql.rows(server.client(), sql.execute("SELECT 42"))).containsExactly("42");
  }

  @Test
  void cancelFlightInfoStopsAQueryThatRuns() throws Exception {
    start(SqlConfig.defaults());
    FlightInfo info = sql.execute(FlightSql.ENDLESS);
    CompletableFuture<FlightStatusCode> reading = reading(info);
    Await.until("the query runs and is cancelled", () -> cancelled(info));
    assertThat(reading.get(5, TimeUnit.SECONDS)).isEqualTo(FlightStatusCode.CANCELLED);
    assertFree();
    assertThat(sql.cancelFlightInfo(new CancelFlightInfoRequest(info)).getStatus())
        .isEqualTo(CancelStatus.NOT_CANCELLABLE);
  }

  private boolean cancelled(FlightInfo info) {
    return sql.cancelFlightInfo(new CancelFlightInfoRequest(info)).getStatus()
        == CancelStatus.CANCELLED;
  }

  @Test
  void cancelQueryDoesTheSame() throws Exception {
    start(SqlConfig.defaults());
    FlightInfo info = sql.execute(FlightSql.ENDLESS);
    CompletableFuture<FlightStatusCode> reading = reading(info);
    Await.until(
        "the query runs and is cancelled", () -> sql.cancelQuery(info) == CancelResult.CANCELLED);
    assertThat(reading.get(5, TimeUnit.SECONDS)).isEqualTo(FlightStatusCode.CANCELLED);
    assertFree();
  }

  /** A cancel may come before the engine has begun, and must not be lost then. */
  @Test
  void aQueryIsStoppedWheneverItsClientCancels() throws Exception {
    start(SqlConfig.defaults());
    FlightInfo info = sql.execute(FlightSql.ENDLESS);
    for (int i = 0; i < 30; i++) {
      FlightStream stream = server.client().getStream(info.getEndpoints().get(0).getTicket());
      Await.moment(i * 500_000L);
      stream.cancel("the test wants it", null);
      stream.close();
      Await.until("no call is under way", SOON, () -> server.server().runningCalls() == 0);
    }
    assertFree();
  }

  @Test
  void aClientThatGoesAwayStopsItsQuery() throws Exception {
    start(SqlConfig.defaults());
    FlightInfo info = sql.execute(FlightSql.ENDLESS);
    RawFlight raw = new RawFlight(server.server().port());
    raw.doGet(
        org.apache.arrow.flight.impl.Flight.Ticket.newBuilder()
            .setTicket(
                com.google.protobuf.ByteString.copyFrom(
                    info.getEndpoints().get(0).getTicket().getBytes()))
            .build()
            .toByteArray(),
        java.util.Map.of());
    Await.until("the query runs", () -> server.server().runningCalls() == 1);
    raw.close();
    assertFree();
  }

  @Test
  void aDeadlineStopsAQueryAndAnUpdate() {
    start(SqlConfig.defaults());
    sql.executeUpdate("CREATE TABLE t(a BIGINT)");
    FlightInfo info = sql.execute(FlightSql.ENDLESS);
    var soon = CallOptions.timeout(700, TimeUnit.MILLISECONDS);
    assertTimedOut(() -> FlightSql.rows(server.client(), info, soon));
    assertFree();
    assertTimedOut(() -> sql.executeUpdate("INSERT INTO t " + FlightSql.ENDLESS, soon));
    assertFree();
    assertThat(FlightSql.rows(server.client(), sql.execute("SELECT count(*) FROM t")))
        .containsExactly("0");
  }

  private static void assertTimedOut(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.TIMED_OUT));
  }

  @Test
  void theQueryTimeoutStopsWhatRunsTooLong() {
    start(config(256L << 20, 4, 8, Duration.ofSeconds(1), 1L << 30));
    assertThatThrownBy(() -> FlightSql.rows(server.client(), sql.execute(FlightSql.ENDLESS)))
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.TIMED_OUT))
        .hasMessageContaining("--query-timeout");
    assertFree();
  }

  @Test
  void whenTheQueueIsFullAClientIsToldToTryAgain() throws Exception {
    start(config(256L << 20, 1, 1, Duration.ZERO, 1L << 30));
    FlightInfo endless = sql.execute(FlightSql.ENDLESS);
    List<CompletableFuture<FlightStatusCode>> readings = new ArrayList<>();
    readings.add(reading(endless));
    readings.add(reading(endless));
    Await.until("one runs and one waits", () -> server.server().statements() == 2);
    Await.until("the queue is full", () -> isTurnedAway("SELECT 1"));
    assertThat(sql.cancelFlightInfo(new CancelFlightInfoRequest(endless)).getStatus())
        .isEqualTo(CancelStatus.CANCELLED);
    for (CompletableFuture<FlightStatusCode> reading : readings) {
      assertThat(reading.get(5, TimeUnit.SECONDS)).isEqualTo(FlightStatusCode.CANCELLED);
    }
    assertFree();
  }

  private boolean isTurnedAway(String query) {
    try {
      CallOption soon = CallOptions.timeout(500, TimeUnit.MILLISECONDS);
      FlightSql.rows(server.client(), sql.execute(query, soon), soon);
      return false;
    } catch (FlightRuntimeException e) {
      boolean isTurnedAway = e.status().code() == FlightStatusCode.UNAVAILABLE;
      if (isTurnedAway) {
        assertThat(e).hasMessageContaining("--max-queued-queries").hasMessageContaining("again");
      }
      return isTurnedAway;
    }
  }

  @Test
  void aQueryThatNeedsTooMuchIsToldTheLimit() {
    start(config(64L << 20, 4, 8, Duration.ZERO, 1L << 20));
    assertThatThrownBy(
            () ->
                FlightSql.rows(
                    server.client(),
                    sql.execute(
                        "SELECT count(*) FROM (SELECT range::VARCHAR || 'padding-padding-padding' AS k,"
                            + " count(*) FROM range(20000000) GROUP BY 1)")))
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.RESOURCE_EXHAUSTED))
        .hasMessageContaining("--memory-limit 64MiB");
    assertFree();
  }
}
