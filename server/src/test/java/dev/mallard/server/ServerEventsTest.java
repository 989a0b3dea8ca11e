package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.ErrorCode;
import dev.mallard.events.Outcome;
import dev.mallard.events.ServerEvents;
import dev.mallard.testing.Await;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightRuntimeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerEventsTest {
  private static final String FLIGHT = "arrow.flight.protocol.FlightService/";

  /** Writes down what it hears. */
  private static final class Recorder implements ServerEvents {
    private final List<Call> begun = new ArrayList<>();
    private final List<Call> ended = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private final List<String> changes = new ArrayList<>();
    private final List<String> statements = new ArrayList<>();

    @Override
    public synchronized void callBegan(Call call) {
      begun.add(call);
    }

    @Override
    public synchronized void callEnded(Call call, Outcome outcome) {
      assertThat(begun).contains(call);
      assertThat(outcome.took()).isPositive();
      ended.add(call);
      calls.add(
          call.method().replace(FLIGHT, "")
              + " "
              + outcome.code()
              + " "
              + outcome.rows()
              + (outcome.bytes() > 0 ? " +" : ""));
    }

    @Override
    public synchronized void uploadCommitted(String name, String version, long rows, long bytes) {
      changes.add("put " + name + " " + rows);
    }

    @Override
    public synchronized void datasetDropped(String dataset) {
      changes.add("dropped " + dataset);
    }

    @Override
    public synchronized void datasetRestored(String dataset, String version) {
      changes.add("restored " + dataset);
    }

    @Override
    public synchronized void statementBegan(Statement statement) {
      statements.add("begun " + statement.sql());
    }

    @Override
    public synchronized void statementEnded(
        Statement statement, @Nullable ErrorCode failure, Duration took) {
      assertThat(took).isPositive();
      assertThat(statements).contains("begun " + statement.sql());
      statements.add(statement.sql() + (failure == null ? "" : " " + failure));
    }

    @Override
    public synchronized void formMade(String version, String file, long bytes) {
      assertThat(bytes).isPositive();
      changes.add("form " + version.replaceAll("@.*", "") + " " + file);
    }

    synchronized int begun() {
      return begun.size();
    }

    synchronized List<String> statements() {
      return List.copyOf(statements);
    }

    synchronized List<String> calls() {
      return List.copyOf(calls);
    }

    synchronized List<String> changes() {
      return List.copyOf(changes);
    }

    synchronized void assertEachEndedOnce() {
      assertThat(ended).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(begun);
    }
  }

  @TempDir private Path folder;
  private final Recorder recorder = new Recorder();

  private void awaitCalls(int count) {
    Await.until("the calls have ended", () -> recorder.calls().size() == count);
  }

  @Test
  void aListenerHearsEachCallOnce() throws Exception {
    try (TestServer server = TestServer.start(folder, recorder)) {
      Tables.put(server.client(), server.memory(), FlightDescriptor.path("a.feather"), 1, 3, 10);
      awaitCalls(1);
      RawReads.all(server.raw(), Tables.ticket("a").getBytes());
      awaitCalls(2);
      assertThat(server.client().listFlights(Criteria.ALL)).hasSize(1);
      awaitCalls(3);
      assertThatThrownBy(() -> server.client().getInfo(FlightDescriptor.path("nothing")))
          .isInstanceOf(FlightRuntimeException.class);
      awaitCalls(4);
      server
          .client()
          .doAction(new Action("drop_dataset", "a".getBytes()))
          .forEachRemaining(r -> {});
      awaitCalls(5);
      assertThat(server.raw().ask("NoSuchMethod", new byte[0]).code())
          .isEqualTo(Status.Code.UNIMPLEMENTED);
      awaitCalls(6);
      assertThat(recorder.calls())
          .containsExactly(
              "DoPut OK 30 +",
              "DoGet OK 30 +",
              "ListFlights OK 0",
              "GetFlightInfo NOT_FOUND 0",
              "DoAction OK 0",
              "NoSuchMethod UNIMPLEMENTED 0");
      assertThat(recorder.changes()).containsExactly("put a.feather 30", "dropped a");
      recorder.assertEachEndedOnce();
    }
  }

  @Test
  void aCallThatIsCancelledOrCutOffEndsToo() throws Exception {
    try (TestServer server = TestServer.start(folder, recorder)) {
      Tables.put(
          server.client(), server.memory(), FlightDescriptor.path("b.feather"), 1, 140, 10_000);
      awaitCalls(1);
      RawFlight.Call stalled = server.raw().doGet(Frames.ticket("b"), Map.of());
      stalled.request(1);
      stalled.next();
      stalled.cancel();
      awaitCalls(2);
      RawFlight other = server.raw();
      RawFlight.Call cut = other.doPut();
      cut.send(Frames.bytes(Frames.upload(Frames.path("c"), Tables.SCHEMA, 1, 10, 1)).get(0));
      Await.until("it is there", () -> recorder.begun() == 3);
      other.close();
      awaitCalls(3);
      assertThat(recorder.calls().get(1)).startsWith("DoGet CANCELLED ");
      assertThat(recorder.calls().get(2)).isEqualTo("DoPut CANCELLED 0");
      assertThat(recorder.changes()).containsExactly("put b.feather 1400000");
      recorder.assertEachEndedOnce();
    }
  }

  @Test
  void aListenerHearsEachStatementOnceAndTheFormsThatItNeeds() throws Exception {
    try (TestServer server = TestServer.start(folder, recorder)) {
      Tables.put(server.client(), server.memory(), FlightDescriptor.path("a.feather"), 1, 3, 10);
      String count = "SELECT count(*) FROM a";
      RawReads.all(server.raw(), count.getBytes());
      Await.until("it has ended", () -> recorder.statements().contains(count));
      assertThat(recorder.changes()).containsExactly("put a.feather 30", "form a.feather .parquet");
      String wrong = "SELECT nothing FROM a";
      assertThatThrownBy(() -> server.client().getInfo(FlightDescriptor.command(wrong.getBytes())))
          .isInstanceOf(FlightRuntimeException.class);
      String late = "SELECT error('no') FROM range(3)";
      assertThat(server.raw().doGet(Frames.ticket(late), Map.of()).outcome().code())
          .isEqualTo(Status.Code.INVALID_ARGUMENT);
      Await.until("it has ended", () -> recorder.statements().size() == 4);
      // What cannot be prepared is never run.
      assertThat(recorder.statements())
          .containsExactly("begun " + count, count, "begun " + late, late + " INVALID_ARGUMENT");
    }
  }
}
