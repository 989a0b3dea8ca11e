package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.mallard.store.CommitHook;
import dev.mallard.store.CommitStep;
import dev.mallard.testing.Await;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads whose messages are on their way while others of them are checked and written. */
class UploadAheadTest {
  private static final int BATCHES = 30;
  private static final int ROWS = 20_000;

  @TempDir private Path folder;

  private static List<FlightData> upload(int batches, int rows) {
    return Frames.upload(Frames.path("ahead.feather"), Tables.SCHEMA, batches, rows, 1);
  }

  /** A batch whose body is shorter than its header says, and how a refusal shows that. */
  private static FlightData cutTo(FlightData batch, int bytes) {
    return batch.toBuilder().setDataBody(batch.getDataBody().substring(0, bytes)).build();
  }

  private static List<ByteString> bodies(List<FlightData> messages) {
    return messages.stream().map(FlightData::getDataBody).filter(body -> !body.isEmpty()).toList();
  }

  private void nothingIsLeft(TestServer server) {
    server.awaitIdle();
    assertThat(folder.resolve("ahead.feather")).doesNotExist();
  }

  @Test
  void whatWasSentAtOnceIsStoredWholeAndInItsOrder() throws Exception {
    List<FlightData> sent = upload(BATCHES, ROWS);
    try (TestServer server = TestServer.start(folder)) {
      assertThat(server.raw().put(Frames.bytes(sent)).code()).isEqualTo(Status.Code.OK);

      List<FlightData> stored =
          RawReads.all(server.raw(), "ahead".getBytes(StandardCharsets.UTF_8)).messages();
      assertThat(bodies(stored)).isEqualTo(bodies(sent));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, BATCHES})
  void theFirstBadMessageEndsItWhateverComesBehindIt(int bad) throws Exception {
    List<FlightData> frames = new ArrayList<>(upload(BATCHES, ROWS));
    frames.set(bad, cutTo(frames.get(bad), 80));
    if (bad < BATCHES) {
      frames.set(bad + 1, cutTo(frames.get(bad + 1), 160));
    }
    try (TestServer server = TestServer.start(folder)) {
      RawFlight.Outcome outcome = server.raw().put(Frames.bytes(frames));

      assertThat(outcome.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(outcome.description()).contains("but it has 80");
      nothingIsLeft(server);
    }
  }

  /** The first batch can only be taken once the disk is done; the others wait in the connection. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anUploadThatEndsWhileTheDiskIsSlowLeavesNothing(boolean byCancel) throws Exception {
    SlowDisk disk = new SlowDisk(CommitStep.STAGED_CREATED);
    try (TestServer server = TestServer.start(folder, TestConfig.of(folder), disk)) {
      RawFlight client = new RawFlight(server.server().port());
      RawFlight.Call call = client.doPut();
      call.request(10);
      Frames.bytes(upload(BATCHES, ROWS)).forEach(call::send);
      disk.awaitReached();
      if (byCancel) {
        call.cancel();
      } else {
        client.close();
      }
      assertThat(call.outcome().status().isOk()).isFalse();
      disk.goOn();

      nothingIsLeft(server);
      client.close();
    }
  }

  /** All has been written and is about to be synced: what comes then comes too late, or not. */
  @Test
  void anUploadThatIsCancelledWhileItIsSyncedIsWholeOrNotThere() throws Exception {
    SlowDisk disk = new SlowDisk(CommitStep.STAGED_WRITTEN);
    try (TestServer server = TestServer.start(folder, TestConfig.of(folder), disk)) {
      RawFlight.Call call = server.raw().doPut();
      call.request(10);
      Frames.bytes(upload(BATCHES, ROWS)).forEach(call::send);
      call.end();
      disk.awaitReached();
      call.cancel();
      disk.goOn();

      server.awaitIdle();
      assertThat(RawReads.all(server.raw(), "ahead".getBytes(StandardCharsets.UTF_8)).rows())
          .isEqualTo((long) BATCHES * ROWS);
    }
  }

  /** Three of these messages are more than the server takes at a time; two are not. */
  @Test
  void anUploadIsNotRefusedForWhatItWasAskedForAhead() throws Exception {
    int most = 4 << 20;
    TestConfig config = TestConfig.of(folder).receiveBytes(most).maxUploadMessageBytes(most);
    try (TestServer server = TestServer.start(folder, config)) {
      List<FlightData> frames = upload(12, most / 20);

      RawFlight.Outcome outcome = server.raw().put(Frames.bytes(frames));

      assertThat(outcome.code()).as(outcome.description()).isEqualTo(Status.Code.OK);
      Await.until("all is given back", () -> server.server().receivedBytes() == 0);
    }
  }

  /** Halts at one step until it is told to go on. */
  private static final class SlowDisk implements CommitHook {
    private final CommitStep halt;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    SlowDisk(CommitStep halt) {
      this.halt = halt;
    }

    @Override
    public void reached(CommitStep step) {
      if (step == halt) {
        reached.countDown();
        Await.until("the disk goes on", () -> goOn.getCount() == 0);
      }
    }

    void awaitReached() {
      Await.until("the disk is reached", () -> reached.getCount() == 0);
    }

    void goOn() {
      goOn.countDown();
    }
  }
}
