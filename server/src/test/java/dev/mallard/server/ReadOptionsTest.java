package dev.mallard.server;

import static dev.mallard.server.Tables.header;
import static dev.mallard.server.Tables.path;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flight.AsyncPutListener;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client may ask of a read: parts, the rest, compression, messages that it can take. */
class ReadOptionsTest {
  private static final long LIMIT = ServerConfig.DEFAULT_MAX_MESSAGE_BYTES;

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

  @Test
  void severalEndpointsAreOrderedRangesThatTogetherAreAllRows() {
    put("sales.feather", 1, 10, 100);

    var info = client.getInfo(path("sales"), header("mallard-endpoints", "4"));

    assertThat(info.getEndpoints()).hasSize(4);
    List<Tables.Row> all = new ArrayList<>();
    FlightClient elsewhere = server.newClient();
    for (FlightEndpoint endpoint : info.getEndpoints()) {
      List<Tables.Row> part = Tables.read(elsewhere, endpoint.getTicket());
      assertThat(part).hasSizeBetween(200, 300);
      all.addAll(part);
    }
    assertThat(all).isEqualTo(Tables.rows(1, 1000));
  }

  @Test
  void thereAreNoMoreEndpointsThanPlacesToBegin() {
    put("sales.feather", 1, 2, 100);

    assertThat(client.getInfo(path("sales"), header("mallard-endpoints", "50")).getEndpoints())
        .hasSize(2);
  }

  @Test
  void aTicketNarrowedToTheRestResumesATransfer() {
    put("sales.feather", 1, 5, 100);
    ObjectNode plan =
        (ObjectNode)
            Tables.json(client.getInfo(path("sales")).getEndpoints().get(0).getTicket().getBytes());

    List<Tables.Row> rest = Tables.read(client, ticket(plan.put("from_row", 330).toString()));
    List<Tables.Row> nothing = Tables.read(client, ticket(plan.put("from_row", 500).toString()));

    assertThat(rest).isEqualTo(Tables.rows(1, 500).subList(330, 500));
    assertThat(nothing).isEmpty();
  }

  @Test
  void aTicketStaysOnItsVersionWhenTheDatasetIsReplaced() {
    put("sales.feather", 1, 1, 100);
    var planned = client.getInfo(path("sales")).getEndpoints().get(0).getTicket();
    for (int stamp = 2; stamp < 6; stamp++) {
      put("sales.feather", stamp, 1, 50);
    }

    assertThat(Tables.read(client, planned)).isEqualTo(Tables.rows(1, 100));
  }

  @Test
  void aVersionThatIsGoneIsNotFound() {
    put("sales.feather", 1, 1, 100);

    assertThatThrownBy(
            () ->
                Tables.read(
                    client,
                    ticket(
                        "{\"dataset\":\"sales\",\"version\":\"20200101T000000.000000Z-00000000\"}")))
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.NOT_FOUND))
        .hasMessageContaining("gone");
  }

  @ParameterizedTest
  @CsvSource({"lz4,0", "zstd,1"})
  void bodiesAreCompressedWhenAskedForAndComeBackExactly(String codec, int expected) {
    put("sales.feather", 1, 3, 10_000);
    byte[] ticket = ticket("sales").getBytes();

    RawReads.Received plain = RawReads.all(server.raw(), ticket);
    RawReads.Received compressed =
        RawReads.all(server.raw(), ticket, Map.of("mallard-compression", codec));

    assertThat(plain.messages()).allSatisfy(m -> assertThat(codec(m)).isEqualTo(-1));
    assertThat(compressed.messages().subList(1, 4))
        .allSatisfy(m -> assertThat(codec(m)).isEqualTo(expected));
    assertThat(compressed.dataBytes()).isLessThan(plain.dataBytes() / 2);
  }

  @ParameterizedTest
  @CsvSource({"lz4", "zstd"})
  void aCompressedUploadIsStoredAsWhatItStandsFor(String codec) {
    put("sales.feather", 1, 3, 1000);
    List<FlightData> frames =
        new ArrayList<>(
            RawReads.all(
                    server.raw(), ticket("sales").getBytes(), Map.of("mallard-compression", codec))
                .messages());
    frames.set(
        0, frames.get(0).toBuilder().setFlightDescriptor(Frames.path("copy.feather")).build());

    RawFlight.Outcome outcome = server.raw().put(Frames.bytes(frames));

    assertThat(outcome.status().isOk()).as(outcome.description()).isTrue();
    assertThat(Tables.read(client, ticket("copy"))).isEqualTo(Tables.rows(1, 3000));
  }

  /** The codec of a record batch; −1 for none. */
  private static int codec(FlightData data) {
    Message message = Message.getRootAsMessage(data.getDataHeader().asReadOnlyByteBuffer());
    if (!(message.header(new RecordBatch()) instanceof RecordBatch batch)
        || message.headerType() != org.apache.arrow.flatbuf.MessageHeader.RecordBatch
        || batch.compression() == null) {
      return -1;
    }
    return batch.compression().codec();
  }

  @Test
  void anUploadMayBeCompressedByGrpcToo() {
    List<FlightData> frames =
        Frames.upload(Frames.path("zipped.feather"), Tables.SCHEMA, 3, 5000, 1);
    RawFlight.Call call =
        server.raw().doPut(io.grpc.CallOptions.DEFAULT.withCompression("gzip"), Map.of());
    call.request(100);
    call.compress();
    Frames.bytes(frames).forEach(call::send);
    call.end();

    assertThat(call.outcome().status().isOk()).as(call.outcome().description()).isTrue();
    assertThat(client.getInfo(path("zipped")).getRecords()).isEqualTo(15_000);
  }

  @Test
  void noMessageIsMuchOverTheLimitAndNothingIsLost() {
    int rows = 1_000_000;
    put("big.feather", 1, 1, rows);

    RawReads.Received received = RawReads.all(server.raw(), ticket("big").getBytes());

    assertThat(received.batches()).hasSizeGreaterThanOrEqualTo(5);
    assertThat(received.rows()).isEqualTo(rows);
    assertThat(received.largest()).isLessThan(LIMIT + LIMIT / 8);
    assertThat(Tables.read(client, ticket("big"))).isEqualTo(Tables.rows(1, rows));
  }

  /** Each slow reader would have it in memory. */
  @Test
  void whatIsNotInAFileAsItIsSentIsCutSmaller() {
    put("big.parquet", 1, 1, 300_000);

    RawReads.Received received = RawReads.all(server.raw(), ticket("big").getBytes());

    assertThat(received.rows()).isEqualTo(300_000);
    assertThat(received.largest()).isLessThan((1 << 20) + (1 << 17));
  }

  @Test
  void oneRowLargerThanTheLimitStillGoesThrough() throws Exception {
    Schema blobs = new Schema(List.of(Field.nullable("blob", ArrowType.Binary.INSTANCE)));
    byte[] blob = new byte[5 << 20];
    new java.util.Random(3).nextBytes(blob);
    try (VectorSchemaRoot root = VectorSchemaRoot.create(blobs, server.memory())) {
      var upload = client.startPut(path("blobs.feather"), root, new AsyncPutListener());
      VarBinaryVector vector = (VarBinaryVector) root.getVector(0);
      root.allocateNew();
      vector.setSafe(0, new byte[10]);
      vector.setSafe(1, blob);
      vector.setSafe(2, new byte[10]);
      root.setRowCount(3);
      upload.putNext();
      upload.completed();
      upload.getResult();
    }

    List<byte[]> read = new ArrayList<>();
    try (FlightStream stream = client.getStream(ticket("blobs"))) {
      while (stream.next()) {
        VarBinaryVector vector = (VarBinaryVector) stream.getRoot().getVector(0);
        for (int i = 0; i < stream.getRoot().getRowCount(); i++) {
          read.add(vector.get(i));
        }
      }
    }

    assertThat(read).containsExactly(new byte[10], blob, new byte[10]);
  }

  @Test
  void featherKeepsTheBatchesThatWerePut() {
    List<FlightData> frames = new ArrayList<>();
    frames.add(Frames.schema(Frames.path("kept.feather"), Tables.SCHEMA));
    for (int rows : new int[] {3, 1, 0, 500, 7}) {
      frames.add(Frames.upload(Frames.path("x"), Tables.SCHEMA, 1, rows, rows).get(1));
    }

    assertThat(server.raw().put(Frames.bytes(frames)).status().isOk()).isTrue();

    assertThat(RawReads.all(server.raw(), ticket("kept").getBytes()).batches())
        .containsExactly(3L, 1L, 0L, 500L, 7L);
  }
}
