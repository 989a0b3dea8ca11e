package dev.mallard.server;

import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.mallard.server.ChildServer.Measured;
import dev.mallard.testing.Await;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.impl.Flight.Action;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server of 256 MB (which ends itself when the heap is used up) gets many messages at once that
 * are each as large as it allows: it refuses or breaks off what it cannot hold, and lives.
 */
class MemoryAttackTest {
  private static final int AT_ONCE = 8;
  private static final int BYTES = 40 << 20;

  @TempDir private Path folder;

  @Test
  void largeMessagesInEveryPlaceAtOnceDoNotEndTheServer() throws Exception {
    try (ChildProcess child =
            ChildProcess.start(ChildServer.class, List.of(), List.of(folder.toString()));
        RawFlight good = new RawFlight(Integer.parseInt(child.readLine()))) {
      assertThat(
              good.put(Frames.bytes(Frames.upload(Frames.path("good"), Tables.SCHEMA, 2, 100, 1)))
                  .code())
          .isEqualTo(Status.Code.OK);
      ByteString large = UnsafeByteOperations.unsafeWrap(new byte[BYTES]);
      FlightData schema = Frames.schema(Frames.path("large"), Tables.SCHEMA);
      attack(good, "DoPut", schema.toBuilder().setDataHeader(large).build().toByteArray(), null);
      attack(good, "DoPut", schema.toBuilder().setAppMetadata(large).build().toByteArray(), null);
      attack(good, "DoPut", schema.toBuilder().setDataBody(large).build().toByteArray(), null);
      attack(good, "DoPut", schema.toBuilder().setDataBody(large).build().toByteArray(), "gzip");
      attack(good, "DoExchange", schema.toBuilder().setDataBody(large).build().toByteArray(), null);
      attack(
          good,
          "DoAction",
          Action.newBuilder().setType("drop_dataset").setBody(large).build().toByteArray(),
          null);

      assertThat(child.process().isAlive()).isTrue();
      Await.until("all is given back", () -> isIdle(child));
      assertThat(RawReads.all(good, ticket("good").getBytes()).rows()).isEqualTo(200);
    }
  }

  private static boolean isIdle(ChildProcess child) {
    try {
      Measured now = Measured.of(child);
      return now.calls() == 0 && now.arrow() == 0;
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void attack(
      RawFlight client, String method, byte[] message, @Nullable String encoding) {
    List<RawFlight.Call> calls = new ArrayList<>();
    CallOptions options =
        encoding == null ? CallOptions.DEFAULT : CallOptions.DEFAULT.withCompression(encoding);
    for (int i = 0; i < AT_ONCE; i++) {
      RawFlight.Call call = client.start(method, MethodType.BIDI_STREAMING, options, Map.of());
      call.request(10);
      if (encoding != null) {
        call.compress();
      }
      call.send(message);
      call.end();
      calls.add(call);
    }
    // How each ends depends on which came first; what counts is that it ends.
    calls.forEach(RawFlight.Call::outcome);
  }
}
