package dev.mallard.server;

import static dev.mallard.server.Tables.header;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.CloseSessionResult;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.PollInfo;
import org.apache.arrow.flight.RenewFlightEndpointRequest;
import org.apache.arrow.flight.SessionOptionValue;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.SetSessionOptionsResult;
import org.apache.arrow.flight.client.ClientCookieMiddleware;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ways to a result: raw SQL, several endpoints, polling, sessions; by arrow-java's clients. */
class FlightSqlResultsTest {
  @TempDir private Path folder;
  private TestServer server;
  private FlightClient client;
  private FlightSqlClient sql;

  @BeforeEach
  void start() throws Exception {
    DuckFiles.write(folder, "sales.parquet", "SELECT range AS id FROM range(5)");
    DuckFiles.write(folder, "my_app/events.parquet", "SELECT 7 AS x");
    server = TestServer.start(folder);
    client = server.client();
    sql = FlightSql.client(server);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private static FlightDescriptor command(String query) {
    return FlightDescriptor.command(query.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void sqlIsACommandAndATicket() {
    FlightInfo info = client.getInfo(command("SELECT max(id) AS m FROM sales"));
    assertThat(info.getEndpoints()).hasSize(1);
    assertThat(info.getRecords()).isEqualTo(-1);
    assertThat(client.getSchema(command("SELECT max(id) AS m FROM sales")).getSchema())
        .isEqualTo(info.getSchemaOptional().orElseThrow());
    assertThat(FlightSql.rows(client, info)).containsExactly("4");
    assertThat(FlightSql.rows(client, ticket("SELECT sum(id) FROM sales"))).containsExactly("10");
    assertThatThrownBy(() -> FlightSql.rows(client, ticket("SELECT nope FROM sales")))
        .hasMessageContaining("LINE 1: SELECT nope FROM sales");
    assertThatThrownBy(() -> client.getInfo(command("COPY sales TO 'x.csv'")))
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNAUTHORIZED));
  }

  @Test
  void queriesAreNotListedButTablesAre() {
    client.getInfo(command("SELECT 1"));
    sql.executeUpdate("CREATE TABLE t AS SELECT 9 AS z");
    sql.executeUpdate("CREATE SCHEMA s");
    sql.executeUpdate("CREATE TABLE s.u AS SELECT 8 AS y");
    List<String> listed =
        StreamSupport.stream(client.listFlights(Criteria.ALL).spliterator(), false)
            .map(info -> String.join("/", info.getDescriptor().getPath()))
            .toList();
    assertThat(listed)
        .containsExactlyInAnyOrder("sales.parquet", "my_app/events.parquet", "t", "s/u");
    FlightInfo table = client.getInfo(FlightDescriptor.path("t"));
    assertThat(FlightSql.rows(client, table)).containsExactly("9");
    assertThat(FlightSql.rows(client, client.getInfo(FlightDescriptor.path("s", "u"))))
        .containsExactly("8");
    assertThatThrownBy(() -> client.getInfo(FlightDescriptor.path("nothing")))
        .hasMessageContaining("no dataset 'nothing'");
  }

  @Test
  void severalEndpointsAreReadInParallelAndAreTheWholeResultInOrder() throws Exception {
    FlightInfo info =
        sql.execute(
            "SELECT range AS n, 'row ' || range AS t FROM range(1000000) ORDER BY n",
            header("mallard-endpoints", "4"));
    List<FlightEndpoint> endpoints = info.getEndpoints();
    assertThat(endpoints).hasSize(4);
    assertThat(info.getRecords()).isEqualTo(1_000_000);
    assertThat(info.getBytes()).isPositive();
    assertThat(info.getOrdered()).isTrue();
    List<List<String>> parts = new ArrayList<>(Collections.nCopies(4, List.of()));
    Together together = new Together();
    for (int i = 0; i < 4; i++) {
      int part = i;
      FlightClient reader = server.newClient();
      together.add(() -> parts.set(part, FlightSql.rows(reader, endpoints.get(part).getTicket())));
    }
    together.run();
    long declared = 0;
    for (int i = 0; i < 4; i++) {
      long rows = Tables.json(endpoints.get(i).getAppMetadata()).get("rows").asLong();
      assertThat(parts.get(i)).hasSize((int) rows);
      declared += rows;
    }
    assertThat(declared).isEqualTo(1_000_000);
    List<String> all = parts.stream().flatMap(List::stream).toList();
    assertThat(all)
        .isEqualTo(IntStream.range(0, 1_000_000).mapToObj(n -> n + "|row " + n).toList());
  }

  @Test
  void aKeptResultIsRenewedAndLetGo() {
    FlightInfo info =
        sql.execute("SELECT range FROM range(100000)", header("mallard-endpoints", "2"));
    FlightEndpoint endpoint = info.getEndpoints().get(0);
    Instant until = endpoint.getExpirationTime().orElseThrow();
    FlightEndpoint renewed = sql.renewFlightEndpoint(new RenewFlightEndpointRequest(endpoint));
    assertThat(renewed.getExpirationTime().orElseThrow()).isAfterOrEqualTo(until);
    assertThat(FlightSql.rows(client, renewed.getTicket())).isNotEmpty();
    assertThat(sql.cancelFlightInfo(new CancelFlightInfoRequest(info)).getStatus())
        .isEqualTo(CancelStatus.CANCELLED);
    assertThatThrownBy(() -> FlightSql.rows(client, endpoint.getTicket()))
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.NOT_FOUND));
    FlightEndpoint unkept = sql.execute("SELECT 1").getEndpoints().get(0);
    assertThatThrownBy(() -> sql.renewFlightEndpoint(new RenewFlightEndpointRequest(unkept)))
        .hasMessageContaining("does not expire");
  }

  @Test
  void aLongQueryIsPolledUntilItIsDone() {
    PollInfo poll =
        client.pollInfo(
            command("SELECT sum(range * 2) FROM range(1500000000) WHERE range % 7 <> 3"));
    int polls = 1;
    double last = 0;
    while (poll.getFlightDescriptor().isPresent()) {
      double progress = poll.getProgress().orElse(last);
      assertThat(progress).isBetween(0.0, 1.0);
      last = progress;
      poll = client.pollInfo(poll.getFlightDescriptor().get());
      polls++;
      assertThat(polls).isLessThan(600);
    }
    assertThat(poll.getProgress()).hasValue(1.0);
    assertThat(FlightSql.rows(client, poll.getFlightInfo())).hasSize(1);
  }

  @Test
  void aPolledQueryIsCancelled() {
    PollInfo poll = client.pollInfo(command(FlightSql.ENDLESS));
    FlightDescriptor next = poll.getFlightDescriptor().orElseThrow();
    assertThat(sql.cancelFlightInfo(new CancelFlightInfoRequest(poll.getFlightInfo())).getStatus())
        .isEqualTo(CancelStatus.CANCELLED);
    assertThatThrownBy(() -> client.pollInfo(next)).isInstanceOf(FlightRuntimeException.class);
    assertThat(FlightSql.rows(client, ticket("SELECT 1"))).containsExactly("1");
  }

  @Test
  void aSessionIsKeptByItsCookie() throws Exception {
    ClientCookieMiddleware.Factory cookies = new ClientCookieMiddleware.Factory();
    try (FlightClient withCookies =
        FlightClient.builder(
                server.memory(), Location.forGrpcInsecure("127.0.0.1", server.server().port()))
            .intercept(cookies)
            .build()) {
      FlightSqlClient session = new FlightSqlClient(withCookies);
      SetSessionOptionsResult set =
          session.setSessionOptions(
              new SetSessionOptionsRequest(
                  Map.of(
                      "catalog", text("datasets"),
                      "schema", text("my_app"),
                      "TimeZone", text("Europe/Berlin"),
                      "memory_limit", text("1TB"))));
      assertThat(set.getErrors()).containsOnlyKeys("memory_limit");
      assertThat(
              FlightSql.rows(
                  withCookies,
                  session.execute(
                      "SELECT x, strftime(TIMESTAMPTZ '2026-01-01 00:00:00+00', '%H') FROM events")))
          .containsExactly("7|01");
      assertThat(session.getSessionOptions(new GetSessionOptionsRequest()).getSessionOptions())
          .containsEntry("schema", text("my_app"))
          .containsEntry("TimeZone", text("Europe/Berlin"));
      assertThatThrownBy(() -> sql.execute("SELECT x FROM events"))
          .hasMessageContaining("events does not exist");
      assertThat(session.closeSession(new CloseSessionRequest()).getStatus())
          .isEqualTo(CloseSessionResult.Status.CLOSED);
      assertThat(session.getSessionOptions(new GetSessionOptionsRequest()).getSessionOptions())
          .containsEntry("schema", text("main"));
    }
  }

  private static SessionOptionValue text(String value) {
    return SessionOptionValueFactory.makeSessionOptionValue(value);
  }
}
