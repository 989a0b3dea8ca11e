package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mallard.events.Outcome;
import dev.mallard.events.ServerEvents;
import dev.mallard.events.Target;
import dev.mallard.events.Who;
import dev.mallard.testing.Await;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What listeners, and clients whose calls fail, are told of each call. */
class CallOutcomesTest {
  private record Ended(ServerEvents.Call call, Outcome outcome) {}

  private static final class Recorder implements ServerEvents {
    private final List<Ended> ended = new CopyOnWriteArrayList<>();

    @Override
    public void callEnded(Call call, Outcome outcome) {
      ended.add(new Ended(call, outcome));
    }

    Ended last(int count) {
      Await.until(count + " calls have ended", () -> ended.size() == count);
      return ended.get(count - 1);
    }
  }

  @TempDir private Path folder;
  private final Recorder recorder = new Recorder();

  @Test
  void listenersHearWhoCallsAndWhatItIsAbout() throws Exception {
    try (TestServer server = TestServer.start(folder, recorder)) {
      Tables.put(server.client(), server.memory(), FlightDescriptor.path("a"), 1, 1, 10);
      assertThat(recorder.last(1).outcome().target()).isEqualTo(new Target("", "a", ""));
      assertThat(name(recorder.last(1))).isEqualTo("anonymous");

      FlightClient client = server.newClient();
      CredentialCallOption token = client.authenticateBasicToken("alice", "secret").orElseThrow();
      assertThat(name(recorder.last(2))).isEqualTo("alice");
      client.listFlights(new Criteria("a*".getBytes()), token).forEach(info -> {});
      assertThat(name(recorder.last(3))).isEqualTo("alice");
      assertThat(recorder.last(3).outcome().target()).isEqualTo(new Target("", "a*", ""));
      client.doAction(new Action("drop_dataset", "a".getBytes()), token).forEachRemaining(r -> {});
      assertThat(recorder.last(4).outcome().target())
          .isEqualTo(new Target("drop_dataset", "a", ""));

      FlightSqlClient sql = new FlightSqlClient(client);
      sql.execute("SELECT 1", token);
      assertThat(recorder.last(5).outcome().target()).isEqualTo(new Target("", "", "SELECT 1"));
      sql.executeUpdate("CREATE TABLE t (i INT)", token);
      assertThat(recorder.last(6).outcome().target())
          .isEqualTo(new Target("", "", "CREATE TABLE t (i INT)"));
      sql.getCatalogs(token);
      assertThat(recorder.last(7).outcome().target()).isEqualTo(new Target("Catalogs", "", ""));
      try (FlightSqlClient.PreparedStatement prepared = sql.prepare("SELECT 2", token)) {
        prepared.execute(token);
        assertThat(recorder.last(9).outcome().target()).isEqualTo(new Target("", "", "SELECT 2"));
      }
    }
  }

  private static String name(Ended ended) {
    return ((Who.Admitted) ended.outcome().who()).caller().name();
  }

  @Test
  void whatIsNoMethodHereIsHeardOfToo() throws Exception {
    try (TestServer server = TestServer.start(folder, recorder)) {
      server.raw().ask("NoSuchMethod", new byte[0]);
      assertThat(recorder.last(1).outcome().code()).isEqualTo("UNIMPLEMENTED");
      assertThat(recorder.last(1).outcome().who()).isEqualTo(new Who.Unknown());
    }
  }

  @Test
  void eachFailureHasTheIdThatListenersHear() throws Exception {
    try (TestServer server = TestServer.start(folder, recorder)) {
      for (int i = 1; i <= 3; i++) {
        assertThat(failedId(server)).isEqualTo(recorder.last(i).call().id());
      }
      assertThat(recorder.ended).extracting(ended -> ended.call().id()).doesNotHaveDuplicates();
    }
  }

  @Test
  void theyHaveOnesOfTheirOwnWhereNobodyListens() throws Exception {
    try (TestServer server = TestServer.start(folder)) {
      String first = failedId(server);
      assertThat(first).matches("[0-9a-z]{6,8}-[0-9a-z]+").isNotEqualTo(failedId(server));
    }
  }

  @Test
  void aRefusalSaysItInItsMessage() throws Exception {
    try (TestServer server = TestServer.start(folder, TestConfig.of(folder).readOnly())) {
      assertThatThrownBy(
              () -> server.client().doAction(new Action("drop_dataset", "a".getBytes())).next())
          .hasMessageMatching("(?s).*read-only.* \\(call [0-9a-z]+-[0-9a-z]+\\)");
    }
  }

  private static String failedId(TestServer server) {
    FlightRuntimeException e =
        catchThrowableOfType(
            FlightRuntimeException.class,
            () -> server.client().getInfo(FlightDescriptor.path("nothing")));
    return e.status().metadata().get("mallard-call-id");
  }
}
