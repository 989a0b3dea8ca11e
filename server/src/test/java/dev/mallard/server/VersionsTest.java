package dev.mallard.server;

import static dev.mallard.server.Tables.path;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.RenewFlightEndpointRequest;
import org.apache.arrow.flight.impl.Flight.Ticket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The history of a dataset, and the actions that hold, let go and stop what was planned. */
class VersionsTest {
  @TempDir private Path folder;
  private TestServer server;
  private FlightClient client;

  @BeforeEach
  void start() {
    server = TestServer.start(folder, TestConfig.of(folder).keepVersions(2));
    client = server.client();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private String put(long stamp) {
    return Tables.put(client, server.memory(), path("sales.feather"), stamp, 1, 100)
        .get("version")
        .asText();
  }

  private List<JsonNode> act(String action, String body) {
    Iterable<org.apache.arrow.flight.Result> results =
        () -> client.doAction(new Action(action, body.getBytes(StandardCharsets.UTF_8)));
    return StreamSupport.stream(results.spliterator(), false)
        .map(result -> Tables.json(result.getBody()))
        .toList();
  }

  private List<String> versions() {
    return act("list_versions", "sales").stream().map(v -> v.get("version").asText()).toList();
  }

  private List<JsonNode> restore(String version) {
    return act("restore_version", "{\"name\":\"sales\",\"version\":\"" + version + "\"}");
  }

  @Test
  void asManyPreviousVersionsAsConfiguredAreListedNewestFirst() {
    List<String> put = List.of(put(1), put(2), put(3), put(4));

    assertThat(versions()).containsExactly(put.get(3), put.get(2), put.get(1));
    JsonNode current = act("list_versions", "/sales.feather").get(0);
    assertThat(current.get("current").asBoolean()).isTrue();
    assertThat(current.get("rows").asLong()).isEqualTo(100);
    assertThat(current.get("file_bytes").asLong()).isGreaterThan(1600);
    assertThat(Instant.parse(current.get("modified").asText()))
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
  }

  @Test
  void aRestoredVersionIsTheCurrentOneAndTheOtherIsKept() {
    String first = put(1);
    String second = put(2);

    assertThat(restore(first).get(0).get("version").asText()).isEqualTo(first);

    assertThat(Tables.read(client, ticket("sales"))).isEqualTo(Tables.rows(1, 100));
    assertThat(versions()).containsExactly(first, second);
    restore(second);
    assertThat(Tables.read(client, ticket("sales"))).isEqualTo(Tables.rows(2, 100));
    assertThat(versions()).containsExactly(second, first);
    restore(second);
    assertThat(versions()).containsExactly(second, first);
  }

  @Test
  void restoringWhatIsNotThereIsNotFound() {
    put(1);

    assertThatThrownBy(() -> restore("20200101T000000.000000Z-00000000"))
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.NOT_FOUND));
    assertThatThrownBy(() -> restore("../../../etc/passwd"))
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.NOT_FOUND));
    assertThatThrownBy(() -> act("restore_version", "{\"name\":\"sales\"}"))
        .hasMessageContaining("restore_version")
        .hasMessageContaining("expected");
  }

  @Test
  void aDropTakesThePreviousVersionsWithIt() {
    String first = put(1);
    put(2);
    act("drop_dataset", "sales");
    put(3);

    assertThat(versions()).hasSize(1);
    assertThatThrownBy(() -> restore(first)).hasMessageContaining("gone");
  }

  @Test
  void cancellingAFlightInfoStopsItsStalledReadAndNoOther() {
    Tables.put(client, server.memory(), path("big.feather"), 1, 40, 100_000);
    FlightInfo mine = client.getInfo(path("big"));
    FlightInfo other = client.getInfo(path("big"));
    RawFlight.Call stalled = stalledRead(mine);
    RawFlight.Call untouched = stalledRead(other);

    var result = client.cancelFlightInfo(new CancelFlightInfoRequest(mine));

    assertThat(result.getStatus()).isEqualTo(CancelStatus.CANCELLED);
    stalled.request(1000);
    assertThat(stalled.outcome().code()).isEqualTo(Status.Code.CANCELLED);
    untouched.request(1_000_000);
    assertThat(untouched.outcome().status().isOk()).isTrue();
    assertThat(client.cancelFlightInfo(new CancelFlightInfoRequest(mine)).getStatus())
        .isIn(CancelStatus.NOT_CANCELLABLE, CancelStatus.CANCELLED);
  }

  private RawFlight.Call stalledRead(FlightInfo info) {
    byte[] ticket =
        Ticket.newBuilder()
            .setTicket(ByteString.copyFrom(info.getEndpoints().get(0).getTicket().getBytes()))
            .build()
            .toByteArray();
    RawFlight.Call call = server.raw().doGet(ticket, Map.of());
    call.request(2);
    call.next();
    call.next();
    return call;
  }

  @Test
  void aCancelledPlanLetsItsVersionGo() {
    put(1);
    FlightInfo info = client.getInfo(path("sales"));

    assertThat(client.cancelFlightInfo(new CancelFlightInfoRequest(info)).getStatus())
        .isEqualTo(CancelStatus.CANCELLED);
    for (int stamp = 2; stamp < 6; stamp++) {
      put(stamp);
    }

    assertThatThrownBy(() -> Tables.read(client, info.getEndpoints().get(0).getTicket()))
        .hasMessageContaining("gone");
  }

  @Test
  void aRenewedEndpointExpiresLater() {
    put(1);
    var endpoint = client.getInfo(path("sales")).getEndpoints().get(0);

    var renewed = client.renewFlightEndpoint(new RenewFlightEndpointRequest(endpoint));

    assertThat(renewed.getTicket()).isEqualTo(endpoint.getTicket());
    assertThat(renewed.getExpirationTime().orElseThrow())
        .isAfter(endpoint.getExpirationTime().orElseThrow());
    assertThat(Tables.read(client, renewed.getTicket())).hasSize(100);
  }

  @Test
  void actionsWithBodiesOfAnotherKindAreRefused() {
    for (String action : List.of("CancelFlightInfo", "RenewFlightEndpoint")) {
      assertThatThrownBy(() -> act(action, "hello"))
          .as(action)
          .isInstanceOfSatisfying(
              FlightRuntimeException.class,
              e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.INVALID_ARGUMENT));
    }
  }
}
