package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.mallard.testing.Await;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.arrow.flight.impl.Flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.impl.Flight.CloseSessionRequest;
import org.apache.arrow.flight.impl.Flight.FlightEndpoint;
import org.apache.arrow.flight.impl.Flight.FlightInfo;
import org.apache.arrow.flight.impl.Flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.impl.Flight.PollInfo;
import org.apache.arrow.flight.impl.Flight.RenewFlightEndpointRequest;
import org.apache.arrow.flight.impl.Flight.SessionOptionValue;
import org.apache.arrow.flight.impl.Flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.impl.Flight.Ticket;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginTransactionRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginTransactionResult;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionClosePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementResult;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionEndTransactionRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionEndTransactionRequest.EndTransaction;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementUpdate;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementUpdate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is kept for a caller is its name's, on any connection: to others it is in every way as if it
 * had never been.
 */
class OwnershipTest {
  private static final String MADE_UP = "6f2c1f4e-0000-4000-8000-123456789abc";
  private static final String QUERY = "SELECT count(*) AS n FROM t WHERE stamp <> ? AND row <> ?";

  @TempDir private Path folder;
  private TestServer server;
  private Asking alice;
  private Asking aliceElsewhere;
  private Asking bob;
  private Asking nobody;

  @BeforeEach
  void start() {
    server =
        TestServer.start(
            folder, TestConfig.of(folder).keepVersions(0), KnownNames.of("alice", "bob"));
    alice = Asking.of(server, "alice");
    aliceElsewhere = Asking.of(server, "alice");
    bob = Asking.of(server, "bob");
    nobody = Asking.of(server, "");
    ok(alice.put(Asking.rows(Asking.ingest("t", ""))));
  }

  @AfterEach
  void stop() throws Exception {
    Await.until("no call is live", () -> server.server().liveCalls().count() == 0);
    server.close();
  }

  private static RawFlight.Outcome ok(RawFlight.Outcome outcome) {
    assertThat(outcome.status().isOk()).as(outcome.status().toString()).isTrue();
    return outcome;
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  /** One way to come with a handle. */
  private interface Way {
    RawFlight.Outcome ask(Asking caller, String handle);
  }

  /** The other name and nobody, in all ways. */
  private void assertItIsNothingToOthers(Map<String, Way> ways, String handle) {
    ways.forEach(
        (what, way) -> {
          RawFlight.Outcome unknown = way.ask(bob, MADE_UP);
          RawFlight.Outcome others = way.ask(bob, handle);
          assertThat(others.code()).as(what).isEqualTo(unknown.code());
          assertThat(others.description())
              .as(what)
              .isEqualTo(unknown.description())
              .doesNotContain("alice");
          assertThat(texts(others)).as(what).isEqualTo(texts(unknown));
          assertThat(way.ask(nobody, handle).code()).as(what).isEqualTo(Code.UNAUTHENTICATED);
        });
  }

  private static List<ByteString> texts(RawFlight.Outcome outcome) {
    return outcome.messages().stream().map(ByteString::copyFrom).toList();
  }

  private static Message preparedQuery(String handle) {
    return CommandPreparedStatementQuery.newBuilder()
        .setPreparedStatementHandle(bytes(handle))
        .build();
  }

  private static Message preparedUpdate(String handle) {
    return CommandPreparedStatementUpdate.newBuilder()
        .setPreparedStatementHandle(bytes(handle))
        .build();
  }

  private static Message query(String sql, String transaction) {
    return CommandStatementQuery.newBuilder()
        .setQuery(sql)
        .setTransactionId(bytes(transaction))
        .build();
  }

  private static void describe(Map<String, Way> ways, Function<String, Message> command) {
    for (String method : List.of("GetFlightInfo", "GetSchema", "PollFlightInfo")) {
      ways.put(
          method, (caller, handle) -> caller.ask(method, Asking.descriptor(command.apply(handle))));
    }
  }

  private static final Map<String, Way> OF_PREPARED = new LinkedHashMap<>();

  static {
    describe(OF_PREPARED, OwnershipTest::preparedQuery);
    OF_PREPARED.put("DoGet", (who, handle) -> who.get("{\"prepared\":\"" + handle + "\"}"));
    OF_PREPARED.put("bind", (who, handle) -> who.put(Asking.rows(preparedQuery(handle))));
    OF_PREPARED.put("update", (who, handle) -> who.put(Asking.rows(preparedUpdate(handle))));
    OF_PREPARED.put(
        "close",
        (who, handle) ->
            who.sqlAction(
                "ClosePreparedStatement",
                ActionClosePreparedStatementRequest.newBuilder()
                    .setPreparedStatementHandle(bytes(handle))
                    .build()));
  }

  private static String prepare(Asking caller, String sql) throws Exception {
    RawFlight.Outcome outcome =
        ok(
            caller.sqlAction(
                "CreatePreparedStatement",
                ActionCreatePreparedStatementRequest.newBuilder().setQuery(sql).build()));
    return Any.parseFrom(Asking.bodies(outcome).get(0))
        .unpack(ActionCreatePreparedStatementResult.class)
        .getPreparedStatementHandle()
        .toStringUtf8();
  }

  @Test
  void preparedStatements() throws Exception {
    String handle = prepare(alice, QUERY);

    assertItIsNothingToOthers(OF_PREPARED, handle);

    String insert = prepare(alice, "INSERT INTO t VALUES (?, ?)");
    assertItIsNothingToOthers(OF_PREPARED, insert);
    ok(aliceElsewhere.put(Asking.rows(preparedUpdate(insert))));
    assertThat(count(alice)).isEqualTo(count(bob)).isEqualTo(6);
    ok(aliceElsewhere.ask("GetSchema", Asking.descriptor(preparedQuery(handle))));
    ok(OF_PREPARED.get("close").ask(aliceElsewhere, handle));
    assertThat(OF_PREPARED.get("GetSchema").ask(alice, handle).code()).isEqualTo(Code.NOT_FOUND);
  }

  private long count(Asking caller) {
    return RawReads.rows(ok(caller.get("SELECT 1 FROM t")));
  }

  private static Message end(String transaction, EndTransaction how) {
    return ActionEndTransactionRequest.newBuilder()
        .setTransactionId(bytes(transaction))
        .setAction(how)
        .build();
  }

  private static final Map<String, Way> IN_TRANSACTION = new LinkedHashMap<>();

  static {
    describe(IN_TRANSACTION, id -> query("SELECT * FROM t", id));
    IN_TRANSACTION.put(
        "DoGet", (who, id) -> who.get("{\"sql\":\"SELECT 1\",\"transaction\":\"" + id + "\"}"));
    IN_TRANSACTION.put(
        "update",
        (who, id) ->
            who.put(
                Asking.rows(
                    CommandStatementUpdate.newBuilder()
                        .setQuery("DELETE FROM t")
                        .setTransactionId(bytes(id))
                        .build())));
    IN_TRANSACTION.put("ingest", (who, id) -> who.put(Asking.rows(Asking.ingest("t", id))));
    IN_TRANSACTION.put(
        "prepare",
        (who, id) ->
            who.sqlAction(
                "CreatePreparedStatement",
                ActionCreatePreparedStatementRequest.newBuilder()
                    .setQuery("SELECT * FROM t")
                    .setTransactionId(bytes(id))
                    .build()));
    for (EndTransaction how :
        List.of(EndTransaction.END_TRANSACTION_COMMIT, EndTransaction.END_TRANSACTION_ROLLBACK)) {
      IN_TRANSACTION.put(
          how.toString(), (who, id) -> who.sqlAction("EndTransaction", end(id, how)));
    }
  }

  private static String begin(Asking caller) throws Exception {
    RawFlight.Outcome outcome =
        ok(
            caller.sqlAction(
                "BeginTransaction", ActionBeginTransactionRequest.getDefaultInstance()));
    return Any.parseFrom(Asking.bodies(outcome).get(0))
        .unpack(ActionBeginTransactionResult.class)
        .getTransactionId()
        .toStringUtf8();
  }

  @Test
  void transactions() throws Exception {
    String id = begin(alice);
    ok(IN_TRANSACTION.get("ingest").ask(alice, id));

    assertItIsNothingToOthers(IN_TRANSACTION, id);

    assertThat(count(bob)).as("nothing is committed").isEqualTo(3);
    ok(IN_TRANSACTION.get("GetSchema").ask(aliceElsewhere, id));
    ok(IN_TRANSACTION.get("END_TRANSACTION_COMMIT").ask(aliceElsewhere, id));
    assertThat(count(bob)).isEqualTo(6);
  }

  /** A proxy that says nothing of itself carries both names' calls over one connection. */
  @Test
  void anIngestJoinsNoTransactionOfAnotherNameOnTheSameConnection() throws Exception {
    RawFlight proxy = server.raw();
    Asking first = new Asking(proxy, Map.of("authorization", "Bearer alice"));
    Asking second = new Asking(proxy, Map.of("authorization", "Bearer bob"));
    String id = begin(first);

    ok(second.put(Asking.rows(Asking.ingest("t", ""))));
    assertThat(count(alice)).as("it is no part of the transaction").isEqualTo(6);

    ok(first.put(Asking.rows(Asking.ingest("t", ""))));
    assertThat(count(alice)).as("the transaction's own name still means it").isEqualTo(6);
    ok(first.sqlAction("EndTransaction", end(id, EndTransaction.END_TRANSACTION_ROLLBACK)));
    assertThat(count(alice)).isEqualTo(6);
  }

  private static FlightEndpoint endpoint(String ticket) {
    return FlightEndpoint.newBuilder()
        .setTicket(Ticket.newBuilder().setTicket(bytes(ticket)))
        .build();
  }

  private static Message cancel(FlightInfo.Builder info) {
    return CancelFlightInfoRequest.newBuilder().setInfo(info).build();
  }

  private static final Map<String, Way> OF_RESULT =
      Map.of(
          "DoGet",
          (who, id) -> who.get("{\"result\":\"" + id + "\"}"),
          "renew",
          (who, id) ->
              who.action(
                  "RenewFlightEndpoint",
                  RenewFlightEndpointRequest.newBuilder()
                      .setEndpoint(endpoint("{\"result\":\"" + id + "\"}"))
                      .build()),
          "cancel",
          (who, id) ->
              who.action(
                  "CancelFlightInfo",
                  cancel(
                      FlightInfo.newBuilder()
                          .addEndpoint(endpoint("{\"result\":\"" + id + "\"}")))));

  @Test
  void results() throws Exception {
    RawFlight.Outcome planned =
        ok(
            alice
                .with("mallard-endpoints", "2")
                .ask("GetFlightInfo", Asking.command("SELECT * FROM t")));
    String ticket = ticket(FlightInfo.parseFrom(planned.messages().get(0)));
    String id = ticket.replaceAll(".*\"result\":\"([^\"]+)\".*", "$1");

    assertItIsNothingToOthers(OF_RESULT, id);

    assertThat(RawReads.rows(ok(OF_RESULT.get("DoGet").ask(aliceElsewhere, id)))).isEqualTo(3);
    ok(OF_RESULT.get("renew").ask(aliceElsewhere, id));
    ok(OF_RESULT.get("cancel").ask(aliceElsewhere, id));
    assertThat(OF_RESULT.get("DoGet").ask(alice, id).code()).isEqualTo(Code.NOT_FOUND);
  }

  private static String ticket(FlightInfo info) {
    return info.getEndpoint(0).getTicket().getTicket().toStringUtf8();
  }

  private static final Map<String, Way> OF_POLL =
      Map.of(
          "poll",
          (who, id) -> who.ask("PollFlightInfo", Asking.command("{\"poll\":\"" + id + "\"}")),
          "cancel",
          (who, id) ->
              who.action(
                  "CancelFlightInfo",
                  cancel(
                      FlightInfo.newBuilder().setAppMetadata(bytes("{\"poll\":\"" + id + "\"}")))));

  @Test
  void polledQueries() throws Exception {
    RawFlight.Outcome started = ok(alice.ask("PollFlightInfo", Asking.command(FlightSql.ENDLESS)));
    PollInfo poll = PollInfo.parseFrom(started.messages().get(0));
    String id =
        poll.getFlightDescriptor()
            .getCmd()
            .toStringUtf8()
            .replaceAll(".*\"poll\":\"([^\"]+)\".*", "$1");

    assertItIsNothingToOthers(OF_POLL, id);

    ok(OF_POLL.get("poll").ask(aliceElsewhere, id));
    ok(OF_POLL.get("cancel").ask(aliceElsewhere, id));
    assertThat(OF_POLL.get("poll").ask(alice, id).code()).isEqualTo(Code.NOT_FOUND);
  }

  @Test
  void sessions() throws Exception {
    RawFlight.Call set =
        begunAction(
            alice,
            "SetSessionOptions",
            SetSessionOptionsRequest.newBuilder()
                .putSessionOptions(
                    "schema", SessionOptionValue.newBuilder().setStringValue("main").build())
                .putSessionOptions(
                    "TimeZone",
                    SessionOptionValue.newBuilder().setStringValue("Asia/Tokyo").build())
                .build());
    ok(set.outcome());
    String cookie = set.replyHeader("set-cookie").replaceAll(";.*", "");
    String madeUp = cookie.replaceAll("=.*", "=") + "0".repeat(32);
    Map<String, Way> ways = new LinkedHashMap<>();
    ways.put(
        "options",
        (who, value) ->
            who.with("cookie", value)
                .action("GetSessionOptions", GetSessionOptionsRequest.getDefaultInstance()));
    ways.put(
        "query",
        (who, value) ->
            who.with("cookie", value).ask("GetSchema", Asking.command("SELECT now() AS t")));
    ways.put(
        "close",
        (who, value) ->
            who.with("cookie", value)
                .action("CloseSession", CloseSessionRequest.getDefaultInstance()));
    ways.forEach(
        (what, way) -> {
          RawFlight.Outcome unknown = way.ask(bob, madeUp);
          RawFlight.Outcome others = way.ask(bob, cookie);
          assertThat(others.description()).as(what).isEqualTo(unknown.description());
          assertThat(others.code()).as(what).isEqualTo(unknown.code());
          assertThat(texts(others)).as(what).isEqualTo(texts(unknown));
        });
    RawFlight.Call anew =
        begunAction(
            bob.with("cookie", cookie),
            "SetSessionOptions",
            SetSessionOptionsRequest.getDefaultInstance());
    ok(anew.outcome());
    assertThat(anew.replyHeader("set-cookie")).as("one of his own").doesNotContain(cookie);

    assertThat(
            Asking.bodies(ok(ways.get("options").ask(aliceElsewhere, cookie)))
                .get(0)
                .toStringUtf8())
        .contains("Asia/Tokyo");
    ok(ways.get("close").ask(aliceElsewhere, cookie));
    assertThat(ways.get("close").ask(alice, cookie).code()).isEqualTo(Code.NOT_FOUND);
  }

  private static RawFlight.Call begunAction(Asking caller, String type, Message body) {
    RawFlight.Call call = caller.begin("DoAction", MethodType.SERVER_STREAMING);
    call.request(10);
    call.send(Asking.actionOf(type, body.toByteString()).toByteArray());
    call.end();
    return call;
  }

  /** A ticket is a request: both names read with the same one, and each cancels his own reads. */
  @Test
  void readsOfTheSamePlan() throws Exception {
    ok(alice.put(Frames.upload(Frames.path("big.feather"), Tables.SCHEMA, 40, 100_000, 1)));
    FlightInfo plan =
        FlightInfo.parseFrom(ok(alice.ask("GetFlightInfo", Frames.path("big"))).messages().get(0));
    RawFlight.Call alices = read(alice, plan);
    RawFlight.Call bobs = read(bob, plan);

    ok(bob.action("CancelFlightInfo", cancel(plan.toBuilder())));
    bobs.request(1_000);
    assertThat(bobs.outcome().code()).isEqualTo(Code.CANCELLED);
    alices.request(1_000);
    ok(alices.outcome());
  }

  private static RawFlight.Call read(Asking caller, FlightInfo plan) {
    RawFlight.Call call = caller.begin("DoGet", MethodType.SERVER_STREAMING);
    call.request(1);
    call.send(plan.getEndpoint(0).getTicket().toByteArray());
    call.end();
    call.next();
    return call;
  }

  @Test
  void promisesOfAVersion() throws Exception {
    for (Asking canceller : List.of(bob, alice)) {
      ok(alice.put(Frames.upload(Frames.path("v.feather"), Tables.SCHEMA, 1, 3, 1)));
      FlightInfo plan =
          FlightInfo.parseFrom(ok(alice.ask("GetFlightInfo", Frames.path("v"))).messages().get(0));
      ok(canceller.action("CancelFlightInfo", cancel(plan.toBuilder())));
      ok(alice.put(Frames.upload(Frames.path("v.feather"), Tables.SCHEMA, 1, 5, 2)));
      Code read = alice.get(ticket(plan)).code();
      assertThat(read).isEqualTo(canceller == bob ? Code.OK : Code.NOT_FOUND);
    }
  }
}
