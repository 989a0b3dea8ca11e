package dev.mallard.server;

import static dev.mallard.server.Tables.path;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mallard.testing.Await;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starting, draining and stopping. */
class LifecycleTest {
  private static final Pattern READY =
      Pattern.compile(
          "mallard \\S+ listening on grpc://127.0.0.1:(\\d+) \\((\\d+) datasets? in (.+)\\)");

  @TempDir private Path folder;

  @Test
  void drainingLetsARunningStreamFinishAndTurnsNewCallsAway() throws Exception {
    try (TestServer server = TestServer.start(folder)) {
      Tables.put(server.client(), server.memory(), path("big.feather"), 1, 40, 50_000);
      var channel = server.raw().channel();
      Iterator<HealthCheckResponse> health =
          HealthGrpc.newBlockingStub(channel).watch(HealthCheckRequest.getDefaultInstance());
      assertThat(health.next().getStatus()).isEqualTo(ServingStatus.SERVING);
      assertThat(health(channel, FlightServiceGrpc.SERVICE_NAME)).isEqualTo(ServingStatus.SERVING);
      CompletableFuture<Boolean> drained;
      try (FlightStream stream = server.client().getStream(ticket("big"))) {
        assertThat(stream.next()).isTrue();

        drained = CompletableFuture.supplyAsync(() -> server.server().drain());

        assertThat(health.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(health(channel, "")).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(health(channel, FlightServiceGrpc.SERVICE_NAME))
            .isEqualTo(ServingStatus.NOT_SERVING);
        Await.until("new calls are turned away", () -> isTurnedAway(server.client()));
        assertThat(drained).isNotDone();
        assertThat(Tables.drain(stream)).hasSize(39 * 50_000);
      }
      assertThat(drained.get(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static ServingStatus health(Channel channel, String service) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  private static boolean isTurnedAway(FlightClient client) {
    FlightRuntimeException error =
        catchThrowableOfType(FlightRuntimeException.class, () -> client.getInfo(path("big")));
    return error != null
        && error.status().code() == FlightStatusCode.UNAVAILABLE
        && String.valueOf(error.getMessage()).contains("shutting down");
  }

  @Test
  void streamsThatDoNotFinishAreEndedWhenTheGracePeriodIsOver() throws Exception {
    TestConfig config = TestConfig.of(folder).grace(Duration.ofMillis(300));
    try (TestServer server = TestServer.start(folder, config)) {
      Tables.put(server.client(), server.memory(), path("big.feather"), 1, 40, 100_000);
      RawFlight.Call stalled = server.raw().doGet(Frames.ticket("big"), Map.of());
      stalled.request(2);
      stalled.next();
      stalled.next();
      RawFlight.Call upload = server.raw().doPut();
      Frames.bytes(Frames.upload(Frames.path("half.feather"), Tables.SCHEMA, 1, 10, 1))
          .forEach(upload::send);
      Await.until("the upload is under way", () -> !server.staging().isEmpty());

      assertThat(server.server().drain()).isFalse();

      stalled.request(1_000_000);
      assertThat(stalled.outcome().status().isOk()).isFalse();
      assertThat(upload.outcome().code()).isIn(Status.Code.UNAVAILABLE, Status.Code.CANCELLED);
      assertThat(server.server().allocatedBytes()).isZero();
    }
    assertThat(folder.resolve("half.feather")).doesNotExist();
  }

  @Test
  void aStoppedServersFolderCanBeServedAgainAtOnce() throws Exception {
    for (int i = 0; i < 5; i++) {
      try (TestServer server = TestServer.start(folder)) {
        Tables.put(server.client(), server.memory(), path("x.feather"), i, 1, 10);
        assertThat(server.server().datasets()).isEqualTo(1);
      }
    }
  }

  @Test
  void aReadOnlyServerMayReadWhatAnotherWrites() throws Exception {
    try (TestServer writer = TestServer.start(folder);
        TestServer reader = TestServer.start(folder, TestConfig.of(folder).readOnly())) {
      Tables.put(writer.client(), writer.memory(), path("x.feather"), 1, 1, 10);

      assertThat(Tables.read(reader.client(), ticket("x"))).isEqualTo(Tables.rows(1, 10));
    }
  }

  private ChildProcess serve(String... more) throws Exception {
    List<String> arguments = new java.util.ArrayList<>(List.of(folder.toString(), "--port=0"));
    arguments.addAll(List.of(more));
    return ChildProcess.start(ServeMain.class, List.of(), arguments);
  }

  private static int port(ChildProcess child) throws Exception {
    String line = child.readLine();
    Matcher ready = READY.matcher(line);
    assertThat(ready.matches()).as(line).isTrue();
    return Integer.parseInt(ready.group(1));
  }

  @Test
  void sigtermEndsAnIdleServerWithExitCodeZeroAfterOneReadyLine() throws Exception {
    try (ChildProcess child = serve()) {
      int port = port(child);
      try (BufferAllocator memory = new RootAllocator();
          FlightClient client =
              FlightClient.builder(memory, Location.forGrpcInsecure("127.0.0.1", port)).build()) {
        Tables.put(client, memory, path("x.feather"), 1, 1, 10);
      }

      child.terminate();

      assertThat(child.awaitExit()).isZero();
      assertThat(child.readLine()).as("the only line on stdout").isNull();
    }
    try (TestServer server = TestServer.start(folder)) {
      assertThat(Tables.read(server.client(), ticket("x"))).hasSize(10);
    }
  }

  @Test
  void aSecondSignalEndsAtOnce() throws Exception {
    try (ChildProcess child = serve("--grace=60");
        RawFlight client = new RawFlight(port(child))) {
      RawFlight.Call upload = client.doPut();
      Frames.bytes(Frames.upload(Frames.path("half.feather"), Tables.SCHEMA, 1, 10, 1))
          .forEach(upload::send);
      Path staging = folder.resolve(".mallard/staging");
      Await.until("the upload is under way", () -> !TestServer.files(staging).isEmpty());

      child.terminate();
      Await.until(
          "the server drains",
          () -> client.ask("ListActions", new byte[0]).description().contains("shutting down"));
      assertThat(child.process().isAlive()).isTrue();
      child.terminate();

      long begun = System.nanoTime();
      child.awaitExit();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    }
    try (TestServer server = TestServer.start(folder)) {
      assertThat(server.staging()).isEmpty();
    }
  }

  @Test
  void aClosedTerminalCutsNoTransfer() throws Exception {
    try (ChildProcess child = serve();
        RawFlight client = new RawFlight(port(child))) {
      List<byte[]> frames =
          Frames.bytes(Frames.upload(Frames.path("whole.feather"), Tables.SCHEMA, 3, 10, 1));
      RawFlight.Call upload = client.doPut();
      upload.request(100);
      frames.subList(0, 2).forEach(upload::send);
      Path staging = folder.resolve(".mallard/staging");
      Await.until("the upload is under way", () -> !TestServer.files(staging).isEmpty());

      child.signal("HUP");
      child.signal("HUP");

      frames.subList(2, frames.size()).forEach(upload::send);
      upload.end();
      assertThat(upload.outcome().status().isOk()).isTrue();
      assertThat(RawReads.all(client, "whole".getBytes(StandardCharsets.UTF_8)).rows())
          .isEqualTo(30);
      child.terminate();
      assertThat(child.awaitExit()).isZero();
    }
  }
}
