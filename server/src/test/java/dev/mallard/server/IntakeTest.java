package dev.mallard.server;

import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.mallard.server.ChildServer.Measured;
import dev.mallard.testing.Await;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes in has a budget: who goes over it is refused, and nobody loses a connection. */
class IntakeTest {
  @TempDir private Path folder;

  /** Half of the message comes, and is held; a call that wants more than the rest is refused. */
  @Test
  void aMessageThatWouldGoOverTheBudgetIsRefusedAloneAndWhatItHeldIsGivenBack() throws Exception {
    long most = 8 << 20;
    TestConfig config = TestConfig.of(folder).receiveBytes(most).maxUploadMessageBytes(64 << 20);
    try (TestServer server = TestServer.start(folder, config)) {
      RawFlight raw = server.raw();
      List<byte[]> frames =
          Frames.bytes(Frames.upload(Frames.path("good"), Tables.SCHEMA, 2, 1000, 1));
      RawFlight.Call other = raw.doPut();
      other.request(100);
      other.send(frames.get(0));

      RawFlight.Outcome refused = raw.put(List.of(large("large", (int) most + (1 << 20))));

      assertThat(refused.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(refused.description()).contains(most + " bytes").contains("smaller messages");
      Await.until("it is given back", () -> server.server().receivedBytes() == 0);
      frames.subList(1, frames.size()).forEach(other::send);
      other.end();
      assertThat(other.outcome().status().isOk()).as("the same connection's other call").isTrue();
      assertThat(raw.put(List.of(large("small", (int) most / 2))).code())
          .as("what fits is looked at")
          .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
  }

  /** 24 clients send 16 MB each to a server whose direct memory is 128 MB. */
  @Test
  void manyLargeMessagesAtOnceLoseNoConnection() throws Exception {
    List<String> little = List.of("-XX:MaxDirectMemorySize=128m", "-Xmx512m");
    try (ChildProcess child =
        ChildProcess.start(ChildServer.class, little, List.of(folder.toString()))) {
      int port = Integer.parseInt(child.readLine());
      byte[] schema = Frames.schema(Frames.path("large"), Tables.SCHEMA).toByteArray();
      byte[] large = large("large", 16 << 20);
      List<RawFlight> clients = new ArrayList<>();
      List<RawFlight.Call> calls = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        RawFlight client = new RawFlight(port);
        clients.add(client);
        RawFlight.Call call = client.doPut();
        call.request(10);
        call.send(schema);
        call.send(large);
        call.end();
        calls.add(call);
      }
      for (RawFlight.Call call : calls) {
        // The message is no batch: who is not refused for its size is refused for that.
        RawFlight.Outcome outcome = call.outcome();
        assertThat(outcome.code())
            .as(outcome.description())
            .isIn(Status.Code.INVALID_ARGUMENT, Status.Code.RESOURCE_EXHAUSTED);
      }
      Await.until("all is given back", () -> isIdle(child));
      List<byte[]> frames =
          Frames.bytes(Frames.upload(Frames.path("good"), Tables.SCHEMA, 2, 100, 1));
      for (RawFlight client : clients) {
        assertThat(client.put(frames).code()).isEqualTo(Status.Code.OK);
      }
      assertThat(RawReads.all(clients.get(0), ticket("good").getBytes()).rows()).isEqualTo(200);
      for (RawFlight client : clients) {
        client.close();
      }
    }
  }

  private static boolean isIdle(ChildProcess child) {
    try {
      Measured now = Measured.of(child);
      return now.calls() == 0 && now.arrow() == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] large(String name, int bytes) {
    ByteString body = UnsafeByteOperations.unsafeWrap(new byte[bytes]);
    FlightData schema = Frames.schema(Frames.path(name), Tables.SCHEMA);
    return schema.toBuilder()
        .setDataHeader(ByteString.copyFromUtf8("no message"))
        .setDataBody(body)
        .build()
        .toByteArray();
  }
}
