package dev.mallard.server;

import static dev.mallard.server.Tables.append;
import static dev.mallard.server.Tables.header;
import static dev.mallard.server.Tables.path;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.AsyncPutListener;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.SyncPutListener;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every call of plain Flight, by a client that we did not write. */
class PlainFlightTest {
  @TempDir private Path folder;
  private TestServer server;
  private FlightClient client;

  @BeforeEach
  void start() {
    server = TestServer.start(folder);
    client = server.client();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private JsonNode put(String name, long stamp, int batches, int rows) {
    return Tables.put(client, server.memory(), path(name), stamp, batches, rows);
  }

  private List<String> listed(String criteria) {
    return StreamSupport.stream(
            client
                .listFlights(new Criteria(criteria.getBytes(StandardCharsets.UTF_8)))
                .spliterator(),
            false)
        .map(info -> String.join("|", info.getDescriptor().getPath()))
        .toList();
  }

  private static FlightRuntimeException error(Runnable call) {
    FlightRuntimeException error = catchThrowableOfType(FlightRuntimeException.class, call::run);
    assertThat(error).as("the call must fail").isNotNull();
    return error;
  }

  @Test
  void aListingShowsNamesAsTheyWerePutAndCriteriaSelect() {
    put("/my_app/user_sessions.feather", 1, 1, 2);
    put("my_app/events.feather", 1, 1, 2);
    put("sales.feather", 1, 1, 2);

    assertThat(listed(""))
        .containsExactly("my_app/events.feather", "/my_app/user_sessions.feather", "sales.feather");
    assertThat(listed("my_app/"))
        .containsExactly("my_app/events.feather", "/my_app/user_sessions.feather");
    assertThat(listed("/my_app/u")).containsExactly("/my_app/user_sessions.feather");
    assertThat(listed("*sales")).containsExactly("sales.feather");
    assertThat(listed("s?les*")).containsExactly("sales.feather");
    assertThat(listed("nothing*")).isEmpty();
  }

  @Test
  void aDescriptorOfSeveralSegmentsMeansTheSameAsOneWithSlashes() {
    Tables.put(
        client,
        server.memory(),
        org.apache.arrow.flight.FlightDescriptor.path("a", "b", "c.feather"),
        7,
        1,
        3);

    assertThat(Tables.read(client, ticket("/a/b/c"))).isEqualTo(Tables.rows(7, 3));
    assertThat(client.getInfo(path("a/b/c.feather")).getRecords()).isEqualTo(3);
    assertThat(listed("")).containsExactly("a|b|c.feather");
  }

  @Test
  void aFlightInfoSaysExactlyWhatWillCome() {
    put("sales.feather", 5, 3, 1000);

    FlightInfo info = client.getInfo(path("sales"));

    assertThat(info.getSchema()).isEqualTo(Tables.SCHEMA);
    assertThat(info.getRecords()).isEqualTo(3000);
    assertThat(info.getOrdered()).isTrue();
    assertThat(info.getEndpoints()).hasSize(1);
    assertThat(info.getEndpoints().get(0).getLocations()).isEmpty();
    assertThat(info.getEndpoints().get(0).getExpirationTime()).isPresent();
    RawReads.Received received =
        RawReads.all(server.raw(), info.getEndpoints().get(0).getTicket().getBytes());
    assertThat(info.getBytes()).isEqualTo(received.dataBytes());
    assertThat(received.rows()).isEqualTo(3000);
  }

  @Test
  void getSchemaAndPollFlightInfoAgreeWithGetFlightInfo() throws Exception {
    put("sales.feather", 5, 1, 10);

    assertThat(client.getSchema(path("sales")).getSchema()).isEqualTo(Tables.SCHEMA);
    RawFlight.Outcome polled =
        server.raw().ask("PollFlightInfo", Frames.path("sales").toByteArray());
    var poll = org.apache.arrow.flight.impl.Flight.PollInfo.parseFrom(polled.messages().get(0));
    assertThat(poll.getProgress()).isEqualTo(1.0);
    assertThat(poll.hasFlightDescriptor()).isFalse();
    assertThat(poll.getInfo().getTotalRecords()).isEqualTo(10);
  }

  @Test
  void aPutReplacesAndItsReceiptTellsWhatIsStored() {
    JsonNode first = put("/sales.feather", 1, 2, 10);
    JsonNode second = put("sales", 2, 3, 20);

    assertThat(first.get("name").asText()).isEqualTo("sales.feather");
    assertThat(first.get("rows").asLong()).isEqualTo(20);
    assertThat(second.get("rows").asLong()).isEqualTo(60);
    assertThat(second.get("bytes").asLong()).isEqualTo(client.getInfo(path("sales")).getBytes());
    assertThat(second.get("version")).isNotEqualTo(first.get("version"));
    assertThat(Tables.read(client, ticket("sales"))).isEqualTo(Tables.rows(2, 60));
    assertThat(folder.resolve("sales.feather")).isRegularFile();
  }

  @Test
  void aPutOfNoRowsIsADataset() {
    JsonNode receipt = put("empty.feather", 1, 0, 0);

    assertThat(receipt.get("rows").asLong()).isZero();
    assertThat(client.getInfo(path("empty")).getRecords()).isZero();
    assertThat(Tables.read(client, ticket("empty"))).isEmpty();
  }

  @Test
  void appMetadataIsAcknowledgedWithTheSameBytes() throws Exception {
    List<String> acknowledged = new ArrayList<>();
    try (VectorSchemaRoot root = VectorSchemaRoot.create(Tables.SCHEMA, server.memory());
        SyncPutListener listener = new SyncPutListener()) {
      var upload = client.startPut(path("sales.feather"), root, listener);
      for (int i = 0; i < 3; i++) {
        Tables.fill(root, 1, i, 1);
        ArrowBuf metadata = server.memory().buffer(8);
        metadata.writeBytes(("batch " + i).getBytes(StandardCharsets.UTF_8));
        upload.putNext(metadata);
        try (PutResult result = listener.read()) {
          byte[] bytes = new byte[(int) result.getApplicationMetadata().readableBytes()];
          result.getApplicationMetadata().getBytes(0, bytes);
          acknowledged.add(new String(bytes, StandardCharsets.UTF_8));
        }
      }
      upload.completed();
      assertThat(Tables.receipt(listener).get("rows").asLong()).isEqualTo(3);
      upload.getResult();
    }
    assertThat(acknowledged).containsExactly("batch 0", "batch 1", "batch 2");
    assertThat(RawReads.all(server.raw(), ticket("sales").getBytes()).appMetadata())
        .containsExactly("batch 0", "batch 1", "batch 2");
  }

  @Test
  void anAppendByHeaderOrByCommandAddsRows() {
    put("sales.feather", 1, 1, 2);

    Tables.put(
        client, server.memory(), path("sales"), 2, 1, 1, header("mallard-put-mode", "append"));
    JsonNode receipt = Tables.put(client, server.memory(), append("sales"), 3, 1, 1);

    assertThat(receipt.get("rows").asLong()).isEqualTo(4);
    assertThat(Tables.read(client, ticket("sales")))
        .containsExactly(
            new Tables.Row(1, 0), new Tables.Row(1, 1), new Tables.Row(2, 0), new Tables.Row(3, 0));
  }

  @Test
  void anAppendOfOtherColumnsIsRefusedNamingTheColumn() {
    put("sales.feather", 1, 1, 2);
    Schema other =
        new Schema(
            List.of(
                Field.nullable("stamp", new ArrowType.Int(64, true)),
                Field.nullable("row", ArrowType.Utf8.INSTANCE)));

    FlightRuntimeException error =
        error(
            () -> {
              try (VectorSchemaRoot root = VectorSchemaRoot.create(other, server.memory())) {
                var upload = client.startPut(append("sales"), root, new AsyncPutListener());
                upload.completed();
                upload.getResult();
              }
            });

    assertThat(error.status().code()).isEqualTo(FlightStatusCode.INVALID_ARGUMENT);
    assertThat(error).hasMessageContaining("'row'").hasMessageContaining("sales");
    assertThat(Tables.read(client, ticket("sales"))).hasSize(2);
  }

  @Test
  void anAppendToNothingIsNotFound() {
    FlightRuntimeException error =
        error(() -> Tables.put(client, server.memory(), append("nothing"), 1, 1, 1));

    assertThat(error.status().code()).isEqualTo(FlightStatusCode.NOT_FOUND);
    assertThat(error).hasMessageContaining("'nothing'");
  }

  @Test
  void aDroppedDatasetIsGone() {
    put("sales.feather", 1, 1, 2);

    client.doAction(new Action("drop_dataset", utf8("/sales"))).forEachRemaining(result -> {});

    assertThat(listed("")).isEmpty();
    assertThat(error(() -> client.getInfo(path("sales"))).status().code())
        .isEqualTo(FlightStatusCode.NOT_FOUND);
    assertThat(
            error(
                    () ->
                        client
                            .doAction(new Action("drop_dataset", utf8("sales")))
                            .forEachRemaining(result -> {}))
                .status()
                .code())
        .isEqualTo(FlightStatusCode.NOT_FOUND);
  }

  @Test
  void anUnknownActionNamesTheKnownOnes() {
    FlightRuntimeException error =
        error(() -> client.doAction(new Action("format_disk", utf8(""))).forEachRemaining(r -> {}));

    assertThat(error.status().code()).isEqualTo(FlightStatusCode.UNIMPLEMENTED);
    assertThat(error)
        .hasMessageContaining("'format_disk'")
        .hasMessageContaining("drop_dataset, list_versions, restore_version");
    assertThat(StreamSupport.stream(client.listActions().spliterator(), false))
        .extracting(ActionType::getType)
        .containsExactly(
            "drop_dataset",
            "list_versions",
            "restore_version",
            "list_unreadable",
            "CancelFlightInfo",
            "CancelQuery",
            "RenewFlightEndpoint",
            "CreatePreparedStatement",
            "ClosePreparedStatement",
            "BeginTransaction",
            "EndTransaction",
            "sql_status",
            "CreatePreparedSubstraitPlan",
            "BeginSavepoint",
            "EndSavepoint",
            "SetSessionOptions",
            "GetSessionOptions",
            "CloseSession",
            "whoami",
            "list_callers");
  }

  @Test
  void whatIsNotImplementedSaysSo() {
    RawFlight.Call call =
        server
            .raw()
            .start(
                "DoExchange",
                MethodType.BIDI_STREAMING,
                io.grpc.CallOptions.DEFAULT,
                java.util.Map.of());
    call.request(1);
    call.end();
    assertThat(call.outcome().code()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(call.outcome().description()).startsWith("DoExchange:");
    assertThat(error(() -> client.getInfo(path("SELECT 1"))).status().code())
        .isEqualTo(FlightStatusCode.NOT_FOUND);
  }

  @Test
  void unknownHeaderValuesAreRefusedNotIgnored() {
    put("sales.feather", 1, 1, 2);

    assertThatThrownBy(
            () -> Tables.read(client, ticket("sales"), header("mallard-compression", "brotli")))
        .hasMessageContaining("mallard-compression")
        .hasMessageContaining("none, lz4 or zstd");
    assertThatThrownBy(() -> client.getInfo(path("sales"), header("mallard-endpoints", "0")))
        .hasMessageContaining("mallard-endpoints");
    assertThatThrownBy(
            () ->
                Tables.put(
                    client,
                    server.memory(),
                    path("x.feather"),
                    1,
                    1,
                    1,
                    header("mallard-put-mode", "merge")))
        .hasMessageContaining("mallard-put-mode");
  }

  @Test
  void healthAndReflectionAnswer() {
    var channel = server.raw().channel();

    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
    for (String version : List.of("v1", "v1alpha")) {
      assertThat(Reflection.services(channel, version))
          .contains("arrow.flight.protocol.FlightService", "grpc.health.v1.Health");
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
