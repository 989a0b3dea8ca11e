package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.access.Admitted;
import dev.mallard.access.Caller;
import dev.mallard.access.Credentials;
import dev.mallard.access.Peer;
import dev.mallard.access.SignIn;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.flight.auth.LiveCalls;
import dev.mallard.testing.Await;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls while it is decided who they are from; and what is before the door. */
class DoorTest {
  /** Decides when it is told to. */
  private static final class Deciding implements SignIn {
    private final KnownNames names = KnownNames.of("alice");
    private final Queue<CompletableFuture<Void>> waiting = new ConcurrentLinkedQueue<>();
    private volatile boolean waits;

    @Override
    public CompletionStage<Admitted> admit(Credentials shown, Peer from) {
      CompletionStage<Admitted> decision = names.admit(shown, from);
      if (!waits) {
        return decision;
      }
      CompletableFuture<Void> told = new CompletableFuture<>();
      waiting.add(told);
      return told.thenCompose(nothing -> decision);
    }

    void decide() {
      waits = false;
      waiting.forEach(told -> told.complete(null));
      waiting.clear();
    }

    @Override
    public boolean isGood(Caller caller) {
      return names.isGood(caller);
    }

    @Override
    public long revision() {
      return names.revision();
    }
  }

  @TempDir private Path folder;
  private final Deciding signIn = new Deciding();
  private TestServer server;
  private Asking alice;

  @BeforeEach
  void start() {
    server = TestServer.start(folder, TestConfig.of(folder), signIn);
    alice = Asking.of(server, "alice");
    RawFlight.Outcome put =
        alice.put(Frames.upload(Frames.path("d.feather"), Tables.SCHEMA, 100, 100_000, 1));
    assertThat(put.status().isOk()).isTrue();
    signIn.waits = true;
  }

  @AfterEach
  void stop() throws Exception {
    signIn.decide();
    Await.until("no call is live", () -> server.server().liveCalls().count() == 0);
    server.close();
  }

  private RawFlight.Call get(Asking caller) {
    RawFlight.Call call =
        caller.begin("DoGet", io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING);
    call.send(Frames.ticket("d"));
    call.end();
    call.request(1);
    Await.until("it waits for its decision", () -> !signIn.waiting.isEmpty());
    return call;
  }

  @Test
  void aCallGoesOnOnceItIsDecided() {
    RawFlight.Call call = get(alice);
    assertThat(server.server().liveCalls().count()).isZero();

    signIn.decide();

    call.request(1_000_000);
    assertThat(RawReads.rows(call.outcome())).isEqualTo(10_000_000);
  }

  @Test
  void aCallThatIsGivenUpInTheMeantimeIsNotServed() {
    RawFlight.Call call = get(alice);
    call.cancel();
    Await.until("it has ended", () -> server.server().runningCalls() == 0 || call.isEnded());

    signIn.decide();

    assertThat(call.outcome().code()).isEqualTo(Code.CANCELLED);
    server.awaitIdle();
  }

  @Test
  void whoIsRevokedWhileItIsDecidedDoesNotStay() {
    RawFlight.Call call = get(alice);
    signIn.names.revoke("alice");
    signIn.waits = false;
    Await.until("it is known", () -> alice.get("d").code() == Code.UNAUTHENTICATED);
    signIn.decide();

    call.request(1_000_000);

    assertThat(call.outcome().code()).isEqualTo(Code.UNAUTHENTICATED);
  }

  @Test
  void aLiveCallIsToldAndCanBeEnded() {
    RawFlight.Call call = get(alice);
    signIn.decide();
    call.next();
    LiveCalls.Live live = server.server().liveCalls().all().get(0);
    assertThat(live.caller().name()).isEqualTo("alice");
    assertThat(live.method()).endsWith("FlightService/DoGet");
    assertThat(live.peer()).contains("127.0.0.1:");
    MallardException why = new MallardException(ErrorCode.CANCELLED, "a test wants it");

    assertThat(server.server().liveCalls().end(live.id(), why)).isTrue();
    assertThat(server.server().liveCalls().end(live.id(), why)).as("again").isFalse();

    call.request(1_000_000);
    assertThat(call.outcome().code()).isEqualTo(Code.CANCELLED);
    assertThat(call.outcome().description()).contains("a test wants it");
  }

  @Test
  void healthIsForEverybodyAndWhatIsServedIsForCallers() {
    signIn.decide();
    ManagedChannel channel = server.raw().channel();
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
    Metadata token = new Metadata();
    token.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer alice");
    for (String version : new String[] {"v1", "v1alpha"}) {
      assertThatThrownBy(() -> Reflection.services(channel, version))
          .hasMessageContaining("UNAUTHENTICATED");
      assertThat(
              Reflection.services(
                  io.grpc.ClientInterceptors.intercept(
                      channel, MetadataUtils.newAttachHeadersInterceptor(token)),
                  version))
          .contains("arrow.flight.protocol.FlightService");
    }
  }
}
