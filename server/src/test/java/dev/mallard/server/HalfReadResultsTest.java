package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.mallard.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results of which clients read a little and then no more: nobody else notices. */
class HalfReadResultsTest {
  private static final int READERS = 60;
  private static final int CONCURRENT = 2;
  private static final CallOption SOON = CallOptions.timeout(20, TimeUnit.SECONDS);

  /** More than the network holds for a client that does not read. */
  private static final int ROWS = 30_000;

  private static final String LONG =
      "SELECT range AS id, repeat('x', 100) AS text FROM range(" + ROWS + ")";

  @TempDir private Path folder;
  private TestServer server;
  private FlightSqlClient sql;
  private RawFlight raw;
  private final List<RawFlight.Call> readers = new ArrayList<>();

  private void start(long cacheBytes, Duration streamIdle) {
    SqlConfig usual = SqlConfig.defaults();
    SqlConfig small =
        new SqlConfig(
            usual.memoryBytes(),
            usual.threads(),
            CONCURRENT,
            2,
            usual.timeout(),
            usual.temporaryBytes(),
            false,
            usual.database(),
            usual.transactionIdle(),
            streamIdle,
            usual.sessionIdle(),
            usual.engine());
    server = TestServer.start(folder, TestConfig.of(folder).sql(small).cacheBytes(cacheBytes));
    sql = FlightSql.client(server);
    raw = new RawFlight(server.server().port());
    sql.executeUpdate("CREATE TABLE t(a INT)");
    sql.executeUpdate("INSERT INTO t VALUES (42)");
  }

  @AfterEach
  void stop() throws Exception {
    readers.forEach(RawFlight.Call::cancel);
    Await.until("all is given back", () -> server.server().statements() == 0);
    raw.close();
    server.close();
  }

  /** Reads the schema and takes nothing more. */
  private void readALittle(FlightInfo info) {
    RawFlight.Call reader =
        raw.doGet(
            org.apache.arrow.flight.impl.Flight.Ticket.newBuilder()
                .setTicket(ByteString.copyFrom(info.getEndpoints().get(0).getTicket().getBytes()))
                .build()
                .toByteArray(),
            Map.of());
    reader.request(1);
    reader.next();
    readers.add(reader);
  }

  private void assertOthersGoOn() throws Exception {
    assertThat(FlightSql.rows(server.client(), sql.execute("SELECT a FROM t", SOON), SOON))
        .containsExactly("42");
    Transaction transaction = sql.beginTransaction(SOON);
    sql.executeUpdate("UPDATE t SET a = a + 1", transaction, SOON);
    sql.rollback(transaction, SOON);
    try (var prepared = sql.prepare("SELECT 1", SOON)) {
      assertThat(FlightSql.rows(server.client(), prepared.execute(SOON), SOON))
          .containsExactly("1");
    }
  }

  /** All rows of all, which were asked for one message before. */
  private void assertAllIsRead() {
    for (RawFlight.Call reader : readers) {
      reader.request(1_000_000);
      RawFlight.Outcome outcome = reader.outcome();
      assertThat(outcome.status().isOk()).as(outcome.description()).isTrue();
      assertThat(RawReads.rows(outcome)).isEqualTo(ROWS);
    }
  }

  @Test
  void areInNobodysWayAndCanBeReadOn() throws Exception {
    start(1L << 30, Duration.ofMinutes(1));
    FlightInfo info = sql.execute(LONG);
    for (int i = 0; i < READERS; i++) {
      readALittle(info);
    }
    assertOthersGoOn();
    assertAllIsRead();
  }

  @Test
  void ofManyTransactionsAreInNobodysWay() throws Exception {
    start(1L << 30, Duration.ofMinutes(1));
    List<Transaction> transactions = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      Transaction transaction = sql.beginTransaction(SOON);
      transactions.add(transaction);
      readALittle(sql.execute(LONG, transaction, SOON));
    }
    assertOthersGoOn();
    for (Transaction transaction : transactions) {
      // The next statement, and the end, wait for no reader either.
      assertThat(FlightSql.rows(server.client(), sql.execute("SELECT 7", transaction, SOON), SOON))
          .containsExactly("7");
      sql.commit(transaction, SOON);
    }
    assertAllIsRead();
  }

  @Test
  void areToldThatTheyWereGivenUpWhereNothingCanBeKept() throws Exception {
    start(0, Duration.ofSeconds(1));
    String endless = "SELECT range AS id, repeat('x', 100) AS text FROM range(100000000000)";
    FlightInfo info = sql.execute(endless);
    for (int i = 0; i < READERS; i++) {
      readALittle(info);
    }
    assertOthersGoOn();
    Await.until("none is kept", () -> server.server().statements() == 0);
    for (RawFlight.Call reader : readers) {
      reader.request(1_000_000);
      RawFlight.Outcome outcome = reader.outcome();
      assertThat(outcome.code()).isEqualTo(io.grpc.Status.Code.RESOURCE_EXHAUSTED);
      assertThat(outcome.description()).contains("was not read for");
    }
  }
}
