package dev.mallard.flight.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.mallard.access.Admitted;
import dev.mallard.access.Credentials;
import dev.mallard.access.OpenSignIn;
import dev.mallard.access.Peer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.impl.Flight.HandshakeRequest;
import org.apache.arrow.flight.impl.Flight.HandshakeResponse;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.junit.jupiter.api.Test;

/** A Handshake ends, whatever the client sends or does not. */
class HandshakeTest {
  @Test
  void aClientThatSaysNothingIsGivenUp() throws Exception {
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    var door =
        new Door(new OpenSignIn(), new LiveCalls(), Runnable::run, timer, Duration.ofMillis(50));
    var method = Door.handshakeMethod();
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(
                ServerInterceptors.intercept(
                    ServerServiceDefinition.builder(FlightServiceGrpc.SERVICE_NAME)
                        .addMethod(method, door.handshake())
                        .build(),
                    door))
            .build()
            .start();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
    try {
      CompletableFuture<Status> end = new CompletableFuture<>();

      FlightServiceGrpc.newStub(channel).handshake(new End(end));

      Status status = end.get(20, TimeUnit.SECONDS);
      assertThat(status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
      assertThat(status.getDescription()).contains("did not end in time");
    } finally {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
      server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
      timer.shutdownNow();
    }
  }

  private record End(CompletableFuture<Status> end) implements StreamObserver<HandshakeResponse> {
    @Override
    public void onNext(HandshakeResponse response) {}

    @Override
    public void onError(Throwable error) {
      end.complete(((StatusRuntimeException) error).getStatus());
    }

    @Override
    public void onCompleted() {
      end.complete(Status.OK);
    }
  }

  @Test
  void anyPayloadIsCredentialsOrRefusedInWords() {
    Random random = new Random(7);
    byte[] json = "{\"username\":\"a\",\"password\":\"b\"}".getBytes();
    byte[] arrow = HandshakeRequest.newBuilder().setProtocolVersion(1).build().toByteArray();
    for (int i = 0; i < 20_000; i++) {
      byte[] payload = random.nextBoolean() ? json.clone() : arrow.clone();
      if (random.nextInt(3) == 0) {
        payload = new byte[random.nextInt(300)];
        random.nextBytes(payload);
      } else {
        payload[random.nextInt(payload.length)] = (byte) random.nextInt();
      }
      Credentials read = HandshakePayload.read(ByteString.copyFrom(payload));
      Admitted first = admit(read);
      Admitted again = admit(new Credentials.Token(first.token().orElseThrow()));
      assertThat(again.caller().name()).isEqualTo(first.caller().name());
    }
    assertThat(HandshakePayload.read(ByteString.copyFrom("[".repeat(60_000).getBytes())))
        .isInstanceOf(Credentials.Other.class);
    assertThatThrownBy(() -> HandshakePayload.read(ByteString.copyFrom(new byte[65_537])))
        .isInstanceOf(MallardException.class)
        .matches(e -> ((MallardException) e).code() == ErrorCode.INVALID_ARGUMENT);
  }

  private static Admitted admit(Credentials shown) {
    return new OpenSignIn().admit(shown, new Peer("", List.of())).toCompletableFuture().join();
  }
}
