package dev.mallard.server;

import static dev.mallard.server.Tables.path;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.testing.Await;
import io.grpc.CallOptions;
import io.grpc.Status;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that give up in mid-upload: as if they had never come. */
class CancelledUploadTest {
  @TempDir private Path folder;
  private TestServer server;

  @BeforeEach
  void start() {
    server = TestServer.start(folder);
    Tables.put(server.client(), server.memory(), path("victim.feather"), 1, 1, 10);
  }

  @AfterEach
  void stop() throws Exception {
    server.awaitIdle();
    assertThat(Tables.read(server.client(), ticket("victim"))).isEqualTo(Tables.rows(1, 10));
    assertThat(TestServer.files(folder))
        .extracting(file -> folder.relativize(file).toString())
        .containsExactlyInAnyOrder(
            "victim.feather", ".mallard/lock", ".mallard/tables/tables.duckdb");
    server.close();
  }

  private static List<byte[]> upload() {
    List<FlightData> frames =
        Frames.upload(Frames.path("victim.feather"), Tables.SCHEMA, 20, 2000, 1);
    return Frames.bytes(frames);
  }

  /** Sends so many frames, and waits until the server has begun to store them. */
  private RawFlight.Call halfWay(RawFlight client, CallOptions options, int frames) {
    RawFlight.Call call = client.doPut(options, Map.of());
    call.request(10);
    upload().subList(0, frames).forEach(call::send);
    Await.until("the upload is under way", () -> !server.staging().isEmpty());
    return call;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 20})
  void aCancelledUploadLeavesNothing(int frames) {
    RawFlight.Call call = halfWay(server.raw(), CallOptions.DEFAULT, frames);

    call.cancel();

    assertThat(call.outcome().code()).isEqualTo(Status.Code.CANCELLED);
  }

  @Test
  void anUploadWhoseDeadlinePassesLeavesNothing() {
    RawFlight.Call call =
        halfWay(
            server.raw(), CallOptions.DEFAULT.withDeadlineAfter(1500, TimeUnit.MILLISECONDS), 10);

    assertThat(call.outcome().code()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
  }

  @Test
  void anUploadWhoseConnectionBreaksLeavesNothing() throws Exception {
    RawFlight client = new RawFlight(server.server().port());
    RawFlight.Call call = halfWay(client, CallOptions.DEFAULT, 10);

    client.close();

    assertThat(call.outcome().status().isOk()).isFalse();
  }

  @Test
  void connectionsOfOthersDoNotMatter() throws Exception {
    for (byte[] bytes :
        List.of(
            new byte[0],
            "GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
            new byte[100_000])) {
      try (Socket socket = new Socket("127.0.0.1", server.server().port())) {
        socket.getOutputStream().write(bytes);
      }
    }
  }

  @Test
  void aHundredUploadsThatAreCancelledAtOnceLeaveNothing() {
    RawFlight client = server.raw();
    List<byte[]> frames = upload();
    for (int i = 0; i < 100; i++) {
      RawFlight.Call call = client.doPut();
      call.request(10);
      frames.subList(0, i % frames.size()).forEach(call::send);
      call.cancel();
    }
  }
}
