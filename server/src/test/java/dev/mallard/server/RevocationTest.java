package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import dev.mallard.access.Role;
import dev.mallard.testing.Await;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.apache.arrow.flight.impl.Flight.PollInfo;
import org.apache.arrow.flight.impl.Flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginTransactionRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginTransactionResult;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementUpdate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs and what is kept for a name ends when the name is revoked, and nobody else's does. */
class RevocationTest {
  @TempDir private Path folder;
  private final KnownNames names = KnownNames.of("alice", "bob");
  private TestServer server;
  private Asking alice;
  private Asking bob;

  @BeforeEach
  void start() {
    server = TestServer.start(folder, TestConfig.of(folder), names);
    alice = Asking.of(server, "alice");
    bob = Asking.of(server, "bob");
    ok(bob.put(Frames.upload(Frames.path("big.feather"), Tables.SCHEMA, 100, 100_000, 1)));
    ok(bob.put(Asking.rows(update("CREATE TABLE t(stamp BIGINT, row BIGINT)", ""))));
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

  private static CommandStatementUpdate update(String sql, String transaction) {
    var update = CommandStatementUpdate.newBuilder().setQuery(sql);
    return transaction.isEmpty()
        ? update.build()
        : update.setTransactionId(ByteString.copyFromUtf8(transaction)).build();
  }

  private static void assertRevoked(RawFlight.Call call) {
    RawFlight.Outcome outcome = call.outcome();
    assertThat(outcome.code()).isEqualTo(Code.UNAUTHENTICATED);
    assertThat(outcome.description()).contains("revoked").contains("sign in anew");
  }

  private void awaitLive(int calls) {
    Await.until("they are under way", () -> server.server().liveCalls().count() == calls);
  }

  private static RawFlight.Call read(Asking caller, String ticket) {
    RawFlight.Call call = caller.begin("DoGet", MethodType.SERVER_STREAMING);
    call.send(Frames.ticket(ticket));
    call.end();
    return call;
  }

  @Test
  void readersWhoDoNotReadAreEnded() {
    for (String ticket : List.of("big", "SELECT * FROM big, range(1000)")) {
      RawFlight.Call stalled = read(alice, ticket);
      RawFlight.Call others = read(bob, ticket);
      List.of(stalled, others).forEach(call -> call.request(1));
      List.of(stalled, others).forEach(RawFlight.Call::next);

      names.revoke("alice");

      Await.until("only the other's is live", () -> isOnlyLive("bob"));
      int statements = ticket.equals("big") ? 0 : 1;
      Await.until(
          "its statement has ended, though it does not read",
          () -> server.server().runningStatements() == statements);
      stalled.request(1_000_000);
      assertRevoked(stalled);
      assertThat(others.isEnded()).isFalse();
      others.cancel();
      names.set("alice", Role.FULL);
    }
  }

  private boolean isOnlyLive(String name) {
    return server.server().liveCalls().all().stream()
        .allMatch(call -> call.caller().name().equals(name));
  }

  @Test
  void runningAndWaitingStatementsAreCancelled() {
    RawFlight.Call running = read(alice, FlightSql.ENDLESS);
    running.request(10);
    RawFlight.Call planned = alice.begin("GetFlightInfo", MethodType.SERVER_STREAMING);
    planned.request(10);
    planned.send(
        Asking.command("CREATE TABLE x AS " + FlightSql.ENDLESS.replace("count(*)", "a.range"))
            .toByteArray());
    planned.end();
    RawFlight.Call updating = alice.begin("DoPut", MethodType.BIDI_STREAMING);
    updating.request(10);
    Asking.rows(update("INSERT INTO t SELECT 1, (" + FlightSql.ENDLESS + ")", ""))
        .forEach(frame -> updating.send(frame.toByteArray()));
    awaitLive(3);

    names.revoke("alice");

    List.of(running, planned, updating).forEach(RevocationTest::assertRevoked);
    assertThat(RawReads.rows(ok(bob.get("SELECT * FROM t")))).isZero();
  }

  @Test
  void uploadsAreNotCommittedWhateverComesAfterwards() {
    List<FlightData> dataset =
        Frames.upload(Frames.path("new.feather"), Tables.SCHEMA, 3, 1_000, 1);
    List<FlightData> table =
        Frames.upload(Asking.descriptor(Asking.ingest("t", "")), Tables.SCHEMA, 3, 1_000, 1);
    RawFlight.Call first = begun(dataset);
    RawFlight.Call second = begun(table);
    awaitLive(2);

    names.revoke("alice");

    assertRevoked(first);
    assertRevoked(second);
    List.of(first, second).forEach(RawFlight.Call::end);
    server.awaitIdle();
    assertThat(bob.get("new").code()).isEqualTo(Code.NOT_FOUND);
    assertThat(RawReads.rows(ok(bob.get("SELECT * FROM t")))).isZero();
  }

  /** All but the end. */
  private RawFlight.Call begun(List<FlightData> frames) {
    RawFlight.Call call = alice.begin("DoPut", MethodType.BIDI_STREAMING);
    call.request(10);
    frames.forEach(frame -> call.send(frame.toByteArray()));
    return call;
  }

  @Test
  void whatIsKeptIsGoneAndSoItIsIfTheNameComesBack() throws Exception {
    String transaction =
        Any.parseFrom(
                Asking.bodies(
                        ok(
                            alice.sqlAction(
                                "BeginTransaction",
                                ActionBeginTransactionRequest.getDefaultInstance())))
                    .get(0))
            .unpack(ActionBeginTransactionResult.class)
            .getTransactionId()
            .toStringUtf8();
    ok(alice.put(Asking.rows(update("INSERT INTO t VALUES (1, 1)", transaction))));
    ok(
        alice.sqlAction(
            "CreatePreparedStatement",
            ActionCreatePreparedStatementRequest.newBuilder().setQuery("SELECT 1").build()));
    ok(
        alice
            .with("mallard-endpoints", "2")
            .ask("GetFlightInfo", Asking.command("SELECT * FROM range(10)")));
    ok(alice.action("SetSessionOptions", SetSessionOptionsRequest.getDefaultInstance()));
    String polled =
        PollInfo.parseFrom(
                ok(alice.ask("PollFlightInfo", Asking.command(FlightSql.ENDLESS)))
                    .messages()
                    .get(0))
            .getFlightDescriptor()
            .getCmd()
            .toStringUtf8();
    assertThat(server.server().kept()).isEqualTo(5);

    names.revoke("alice");

    Await.until("nothing is kept", () -> server.server().kept() == 0);
    names.set("alice", Role.FULL);
    assertThat(alice.ask("PollFlightInfo", Asking.command(polled)).code())
        .isEqualTo(Code.NOT_FOUND);
    assertThat(alice.put(Asking.rows(update("SELECT 1", transaction))).code())
        .isEqualTo(Code.NOT_FOUND);
    assertThat(RawReads.rows(ok(bob.get("SELECT * FROM t")))).as("rolled back").isZero();
  }

  @Test
  void aStatementThatRunsInATransactionDoesNotHoldItsEndUp() throws Exception {
    ok(alice.sqlAction("BeginTransaction", ActionBeginTransactionRequest.getDefaultInstance()));
    awaitLive(0);
    RawFlight.Call ingest =
        begun(Frames.upload(Asking.descriptor(Asking.ingest("t", "")), Tables.SCHEMA, 3, 1_000, 1));
    awaitLive(1);

    names.revoke("alice");

    assertRevoked(ingest);
    Await.until("it is rolled back", () -> server.server().kept() == 0);
    assertThat(RawReads.rows(ok(bob.get("SELECT * FROM t")))).isZero();
  }

  @Test
  void whoMayDoLessThanBeforeIsEndedAndComesInAnewAsWhatHeIs() {
    RawFlight.Call stalled = read(alice, "big");
    stalled.request(1);
    stalled.next();

    names.set("alice", Role.READ_ONLY);

    Await.until("it is ended", () -> server.server().liveCalls().all().isEmpty());
    stalled.request(1_000_000);
    assertRevoked(stalled);
    ok(alice.get("SELECT 1"));
    assertThat(alice.put(Asking.rows(update("DELETE FROM t", ""))).code())
        .isEqualTo(Code.PERMISSION_DENIED);
  }

  @Test
  void whoIsNotConcernedNoticesNothing() {
    RawFlight.Call reading = read(bob, "big");
    reading.request(1);
    reading.next();

    names.revoke("alice");
    names.set("bob", Role.ADMIN);

    Await.until("new calls are refused", () -> alice.get("big").code() == Code.UNAUTHENTICATED);
    reading.request(1_000_000);
    ok(reading.outcome());
  }
}
