package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.flight.auth.CallerLimits;
import dev.mallard.server.security.AuditConfig;
import dev.mallard.server.security.LimitConfig;
import dev.mallard.server.security.SecurityConfig;
import dev.mallard.testing.Await;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.auth2.BearerCredentialWriter;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallerLimitsTest {
  private static final Map<String, String> ANN = Map.of("authorization", "Bearer ann");
  private static final Map<String, String> BOB = Map.of("authorization", "Bearer bob");
  private static final String LIST = "ListFlights";

  @TempDir private Path folder;

  private TestServer start(LimitConfig limits) {
    SecurityConfig open = SecurityConfig.OPEN;
    SecurityConfig security =
        new SecurityConfig(open.signIn(), open.openId(), open.tls(), limits, AuditConfig.NONE);
    TestServer server =
        TestServer.start(
            folder, TestConfig.of(folder).security(security), KnownNames.of("ann", "bob", "cat"));
    Tables.put(
        server.client(),
        server.memory(),
        FlightDescriptor.path("big"),
        1,
        140,
        10_000,
        new CredentialCallOption(new BearerCredentialWriter("cat")));
    return server;
  }

  private static LimitConfig limits(int statements, int streams, int connections) {
    return new LimitConfig(statements, streams, connections, 0, 0);
  }

  /** Under way until it is cancelled: nobody reads it. */
  private static RawFlight.Call stalled(RawFlight raw, Map<String, String> who) {
    RawFlight.Call call = raw.doGet(Frames.ticket("big"), who);
    call.request(1);
    call.next();
    return call;
  }

  private static RawFlight.Outcome list(RawFlight raw, Map<String, String> who) {
    RawFlight.Call call = raw.start(LIST, MethodType.SERVER_STREAMING, CallOptions.DEFAULT, who);
    call.send(new byte[0]);
    call.end();
    call.request(100);
    return call.outcome();
  }

  @Test
  void soManyCallsAreOneCallersAtATimeOverAllItsConnections() throws Exception {
    try (TestServer server = start(limits(0, 2, 0))) {
      RawFlight.Call first = stalled(server.raw(), ANN);
      RawFlight.Call second = stalled(server.raw(), ANN);

      RawFlight.Outcome third = list(server.raw(), ANN);

      assertThat(third.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(third.description())
          .contains("2 calls of 'ann'", "--max-streams-per-caller", "(call ");
      assertThat(list(server.raw(), BOB).code()).isEqualTo(Status.Code.OK);
      var health =
          HealthGrpc.newBlockingStub(server.raw().channel())
              .check(HealthCheckRequest.getDefaultInstance());
      assertThat(health.getStatus().getNumber()).isEqualTo(1);
      first.cancel();
      Await.until("its place is free", () -> list(server.raw(), ANN).code() == Status.Code.OK);
      second.cancel();
    }
  }

  @Test
  void soManyConnectionsAreOneCallersUntilTheyAreClosed() throws Exception {
    try (TestServer server = start(limits(0, 0, 2))) {
      RawFlight first = server.raw();
      assertThat(list(first, ANN).code()).isEqualTo(Status.Code.OK);
      assertThat(list(server.raw(), ANN).code()).isEqualTo(Status.Code.OK);
      RawFlight third = server.raw();
      RawFlight.Outcome refused = list(third, ANN);
      assertThat(refused.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(refused.description())
          .contains("'ann' has 2 connections", "--max-connections-per-caller");
      assertThat(list(third, BOB).code()).isEqualTo(Status.Code.OK);
      assertThat(list(first, ANN).code()).isEqualTo(Status.Code.OK);
      first.close();
      Await.until("its place is free", () -> list(third, ANN).code() == Status.Code.OK);
    }
  }

  @Test
  void soManyStatementsAreOneCallers() throws Exception {
    try (TestServer server = start(limits(1, 0, 0))) {
      RawFlight.Call endless = server.raw().doGet(Frames.ticket(FlightSql.ENDLESS), ANN);
      Await.until("it runs", () -> server.server().statements() == 1);
      RawFlight.Outcome second =
          server.raw().doGet(Frames.ticket("SELECT 1 AS one"), ANN).outcome();
      assertThat(second.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(second.description())
          .contains("1 statements of 'ann'", "--max-statements-per-caller");
      RawFlight.Call other = server.raw().doGet(Frames.ticket("SELECT 1 AS one"), BOB);
      other.request(10);
      assertThat(other.outcome().code()).isEqualTo(Status.Code.OK);
      endless.cancel();
      Await.until("it has ended", () -> server.server().statements() == 0);
    }
  }

  @Test
  void anOpenServersCallersAreNotCounted() throws Exception {
    SecurityConfig open = SecurityConfig.OPEN;
    SecurityConfig security =
        new SecurityConfig(
            open.signIn(), open.openId(), open.tls(), limits(1, 1, 1), AuditConfig.NONE);
    try (TestServer server = TestServer.start(folder, TestConfig.of(folder).security(security))) {
      for (int i = 0; i < 3; i++) {
        assertThat(list(server.raw(), ANN).code()).isEqualTo(Status.Code.OK);
      }
      assertThat(server.server().callers()).isEmpty();
    }
  }

  /** However calls end (read, refused, cancelled, cut off), what they took is given back. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whateverCallsComeToAllIsGivenBack(long seed) throws Exception {
    Random random = new Random(seed);
    try (TestServer server = start(limits(2, 5, 4))) {
      List<RawFlight> connections = new ArrayList<>();
      List<RawFlight.Call> calls = new ArrayList<>();
      for (int i = 0; i < 250; i++) {
        if (connections.size() < 3 || random.nextInt(12) == 0) {
          connections.add(server.raw());
        }
        RawFlight raw = connections.get(random.nextInt(connections.size()));
        String name = List.of("ann", "ann", "bob", "nobody").get(random.nextInt(4));
        calls.add(call(random, raw, Map.of("authorization", "Bearer " + name)));
        if (random.nextInt(2) == 0) {
          calls.remove(random.nextInt(calls.size())).cancel();
        }
        if (random.nextInt(15) == 0) {
          RawFlight cut = connections.remove(random.nextInt(connections.size()));
          cut.channel().shutdownNow();
        }
      }
      calls.forEach(RawFlight.Call::cancel);
      for (RawFlight raw : connections) {
        raw.channel().shutdownNow().awaitTermination(20, TimeUnit.SECONDS);
      }
      Await.until("no call is under way", () -> server.server().runningCalls() == 0);
      Await.until("no statement is", () -> server.server().statements() == 0);
      Map<String, CallerLimits.Use> onlyTheFirstClients = Map.of("cat", new CallerLimits.Use(0, 1));
      Await.until(
          "nobody has anything", () -> server.server().callers().equals(onlyTheFirstClients));
    }
  }

  private static RawFlight.Call call(Random random, RawFlight raw, Map<String, String> who) {
    RawFlight.Call call =
        switch (random.nextInt(5)) {
          case 0 -> raw.doGet(Frames.ticket("big"), who);
          case 1 -> raw.doGet(Frames.ticket(FlightSql.ENDLESS), who);
          case 2 -> raw.doGet(Frames.ticket("SELECT 1 AS one"), who);
          case 3 -> raw.doPut(CallOptions.DEFAULT, who);
          default -> raw.doGet(Frames.ticket("nothing"), who);
        };
    call.request(random.nextInt(3));
    return call;
  }
}
