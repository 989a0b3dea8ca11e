package dev.mallard.server;

import static dev.mallard.server.Tables.path;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.mallard.testing.SampleFields;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads that lie, one lie at a time. */
class HostileUploadTest {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final int MOST = 48 << 20;
  private static final FlightDescriptor TARGET = Frames.path("victim.feather");

  @TempDir private Path folder;
  private TestServer server;

  @BeforeEach
  void start() {
    server = TestServer.start(folder, TestConfig.of(folder).maxUploadMessageBytes(MOST));
  }

  /** Whatever a test sent: the server lives, serves, and has nothing left of it. */
  @AfterEach
  void stop() throws Exception {
    server.awaitIdle();
    assertThat(folder.resolve("victim.feather")).doesNotExist();
    Tables.put(server.client(), server.memory(), path("good.feather"), 1, 2, 10);
    assertThat(Tables.read(server.client(), ticket("good"))).isEqualTo(Tables.rows(1, 20));
    server.close();
  }

  private void refused(List<byte[]> frames) {
    refused(frames, Status.Code.INVALID_ARGUMENT);
  }

  private void refused(List<byte[]> frames, Status.Code... codes) {
    RawFlight.Call call = server.raw().doPut();
    call.request(1000);
    frames.forEach(call::send);
    call.end();
    RawFlight.Outcome outcome = call.outcome(SOON);
    assertThat(outcome.code()).as(outcome.description()).isIn((Object[]) codes);
    assertThat(outcome.description())
        .contains(": ")
        .doesNotContain("Exception", "\tat ", folder.toString(), ".java");
  }

  private static List<FlightData> good() {
    return Frames.upload(TARGET, Tables.SCHEMA, 1, 100, 1);
  }

  /** A good upload with one of its frames changed. */
  private static List<byte[]> with(int frame, UnaryOperator<FlightData.Builder> change) {
    List<FlightData> frames = new ArrayList<>(good());
    frames.set(frame, change.apply(frames.get(frame).toBuilder()).build());
    return Frames.bytes(frames);
  }

  private static byte[] schemaFrame() {
    return good().get(0).toByteArray();
  }

  private static byte[] declaring(int field, long length, int really) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      CodedOutputStream coded = CodedOutputStream.newInstance(out);
      coded.writeTag(field, 2);
      coded.writeUInt64NoTag(length);
      coded.flush();
      out.write(new byte[really]);
      return out.toByteArray();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 1000, 77})
  void aFewBytesThatDeclareGigabytesAreRefused(int field) {
    for (long length : new long[] {2_000_000_000L, 900L << 20, 1L << 40, -1L, 100}) {
      refused(List.of(declaring(field, length, 3)));
      refused(List.of(schemaFrame(), declaring(field, length, 3)));
    }
  }

  @Test
  void framesThatAreNoProtobufAreRefused() {
    refused(List.of(new byte[] {(byte) 0xff}));
    refused(List.of(new byte[] {7, 7, 7, 7}));
    byte[] endless = new byte[64];
    Arrays.fill(endless, (byte) 0x80);
    refused(List.of(endless));
    refused(List.of(schemaFrame(), endless));
  }

  @Test
  void anEmptyFrameOrNoneAtAllIsNoUpload() {
    refused(List.of());
    refused(List.of(new byte[0]));
    refused(List.of(new byte[0], new byte[0], schemaFrame()));
  }

  @Test
  void aBatchBeforeTheSchemaIsRefused() {
    FlightData batch = good().get(1).toBuilder().setFlightDescriptor(TARGET).build();
    refused(List.of(batch.toByteArray()));
    refused(List.of(batch.toByteArray(), schemaFrame()));
  }

  @Test
  void aSecondSchemaIsRefused() {
    List<byte[]> frames = new ArrayList<>(Frames.bytes(good()));
    frames.add(schemaFrame());
    refused(frames);
  }

  @Test
  void aMissingOrBrokenDescriptorIsRefused() {
    refused(with(0, FlightData.Builder::clearFlightDescriptor));
    refused(with(0, b -> b.setFlightDescriptor(FlightDescriptor.getDefaultInstance())));
    refused(
        List.of(
            concat(
                new byte[] {10, 5, 8, 1, 26, 1, (byte) 0xff},
                good().get(0).toBuilder().clearFlightDescriptor().build().toByteArray())));
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  @Test
  void cutFramesAreRefused() {
    for (byte[] frame : Frames.bytes(good())) {
      for (int cut = 1; cut < frame.length; cut += Math.max(1, frame.length / 40)) {
        byte[] shorter = Arrays.copyOf(frame, frame.length - cut);
        boolean first = frame[0] == 10;
        refused(first ? List.of(shorter) : List.of(schemaFrame(), shorter));
      }
    }
  }

  @Test
  void headersOfGarbageAreRefused() {
    Random random = new Random(5);
    for (int length : new int[] {0, 1, 3, 4, 8, 64, 1000, 100_000}) {
      byte[] garbage = new byte[length];
      random.nextBytes(garbage);
      refused(with(0, b -> b.setDataHeader(ByteString.copyFrom(garbage))));
      refused(with(1, b -> b.setDataHeader(ByteString.copyFrom(garbage))));
    }
    refused(with(0, b -> b.setDataHeader(ByteString.copyFrom(new byte[1 << 20]))));
    refused(with(1, b -> b.setDataHeader(ByteString.copyFrom(new byte[1 << 20]))));
  }

  @Test
  void aBodyWithoutHeaderIsRefused() {
    refused(with(1, FlightData.Builder::clearDataHeader));
  }

  @Test
  void aBodyOfAnotherLengthIsRefused() {
    refused(with(1, FlightData.Builder::clearDataBody));
    refused(with(1, b -> b.setDataBody(b.getDataBody().substring(8))));
    refused(with(1, b -> b.setDataBody(b.getDataBody().concat(ByteString.copyFrom(new byte[8])))));
  }

  @Test
  void messagesOfAKindThatIsNotStreamedAreRefused() {
    for (byte type : new byte[] {0, MessageHeader.Tensor, MessageHeader.SparseTensor, 77}) {
      refused(with(1, b -> b.setDataHeader(edit(b.getDataHeader(), m -> m.put(typeAt(m), type)))));
    }
  }

  private interface Edit {
    void apply(ByteBuffer message);
  }

  private static ByteString edit(ByteString header, Edit edit) {
    ByteBuffer copy = ByteBuffer.wrap(header.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    edit.apply(copy);
    return ByteString.copyFrom(copy.array());
  }

  /** Where the header's type stands: the message table's second field. */
  private static int typeAt(ByteBuffer message) {
    int table = message.getInt(0);
    int vtable = table - message.getInt(table);
    return table + message.getShort(vtable + 6);
  }

  @Test
  void rowCountsThatNothingBearsOutAreRefused() {
    for (long rows : new long[] {-1, 101, 1L << 33, Long.MAX_VALUE, Long.MIN_VALUE}) {
      refused(
          List.of(schemaFrame(), batch(rows, new long[] {100, 0, 100, 0}, buffers(1600))),
          Status.Code.INVALID_ARGUMENT,
          Status.Code.RESOURCE_EXHAUSTED);
      refused(
          List.of(schemaFrame(), batch(rows, new long[] {rows, 0, rows, 0}, buffers(1600))),
          Status.Code.INVALID_ARGUMENT,
          Status.Code.RESOURCE_EXHAUSTED);
    }
    refused(List.of(schemaFrame(), batch(100, new long[] {100, 101, 100, 0}, buffers(1600))));
    refused(List.of(schemaFrame(), batch(100, new long[] {100, -5, 100, 0}, buffers(1600))));
    refused(List.of(schemaFrame(), batch(100, new long[] {100, 0}, buffers(1600))));
  }

  @Test
  void buffersThatLeadOutOfTheBodyAreRefused() {
    long[] nodes = {100, 0, 100, 0};
    for (long[] buffers :
        List.of(
            new long[] {0, 0, 0, 800, 0, 0, 1600, 800},
            new long[] {0, 0, -8, 800, 0, 0, 800, 800},
            new long[] {0, 0, 0, 800, 0, 0, 800, -800},
            new long[] {0, 0, 0, 800, 0, 0, Long.MAX_VALUE, 800},
            new long[] {0, 0, 0, 800, 0, 0, 8, Long.MAX_VALUE},
            new long[] {0, 0, 0, 8, 0, 0, 8, 8},
            new long[] {0, 0, 0, 800},
            new long[0])) {
      refused(List.of(schemaFrame(), batch(100, nodes, buffers)));
    }
  }

  @Test
  void offsetsBeyondTheTextAreRefused() {
    Schema text =
        new Schema(
            List.of(
                SampleFields.nullable(
                    "text", org.apache.arrow.vector.types.pojo.ArrowType.Utf8.INSTANCE)));
    byte[] schema = Frames.schema(TARGET, text).toByteArray();
    for (int[] offsets :
        List.of(
            new int[] {0, 5, 9},
            new int[] {0, -1, 8},
            new int[] {5, 2, 8},
            new int[] {-4, 0, 8},
            new int[] {0, 8, Integer.MAX_VALUE})) {
      ByteBuffer body = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
      for (int offset : offsets) {
        body.putInt(offset);
      }
      FlightData data =
          FlightData.newBuilder()
              .setDataHeader(
                  header(2, new long[] {2, 0}, new long[] {0, 0, 0, 12, 16, 8}, 24, false))
              .setDataBody(ByteString.copyFrom(body.array()))
              .build();
      refused(List.of(schema, data.toByteArray()));
    }
  }

  @Test
  void compressedBuffersThatDeclareMoreThanThereCanBeAreRefused() {
    for (long declared : new long[] {1L << 31, 1L << 40, Long.MAX_VALUE, -2, 1 << 28}) {
      ByteBuffer body = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
      body.putLong(0, declared).putLong(24, declared);
      FlightData data =
          FlightData.newBuilder()
              .setDataHeader(
                  header(
                      100,
                      new long[] {100, 0, 100, 0},
                      new long[] {0, 0, 0, 20, 24, 0, 24, 20},
                      48,
                      true))
              .setDataBody(ByteString.copyFrom(body.array()))
              .build();
      refused(
          List.of(schemaFrame(), data.toByteArray()),
          Status.Code.INVALID_ARGUMENT,
          Status.Code.RESOURCE_EXHAUSTED);
    }
  }

  @Test
  void aMessageOverTheLimitIsRefused() {
    byte[] huge = new byte[MOST + 1];
    RawFlight.Call call = server.raw().doPut();
    call.send(huge);

    assertThat(call.outcome(SOON).code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void aHeaderOfManyMegabytesIsRefused() {
    byte[] header = declaring(2, 40 << 20, 40 << 20);

    refused(List.of(header), Status.Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void whatComesAfterARefusalIsIgnored() {
    RawFlight.Call call = server.raw().doPut();
    call.send(new byte[] {1});
    for (int i = 0; i < 100 && !call.isEnded(); i++) {
      call.send(new byte[100_000]);
    }

    assertThat(call.outcome(SOON).code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  private static long[] buffers(long bytes) {
    return new long[] {0, 0, 0, bytes / 2, bytes / 2, 0, bytes / 2, bytes / 2};
  }

  /** A batch of the simple table with a body of 1,600 bytes. */
  private static byte[] batch(long rows, long[] nodes, long[] buffers) {
    return FlightData.newBuilder()
        .setDataHeader(header(rows, nodes, buffers, 1600, false))
        .setDataBody(ByteString.copyFrom(new byte[1600]))
        .build()
        .toByteArray();
  }

  /**
   * @param nodes length and null count of each
   * @param buffers offset and length of each
   */
  private static ByteString header(
      long rows, long[] nodes, long[] buffers, long bodyLength, boolean compressed) {
    var builder = new com.google.flatbuffers.FlatBufferBuilder();
    int codec = compressed ? BodyCompression.createBodyCompression(builder, (byte) 1, (byte) 0) : 0;
    RecordBatch.startNodesVector(builder, nodes.length / 2);
    for (int i = nodes.length - 2; i >= 0; i -= 2) {
      FieldNode.createFieldNode(builder, nodes[i], nodes[i + 1]);
    }
    int nodesAt = builder.endVector();
    RecordBatch.startBuffersVector(builder, buffers.length / 2);
    for (int i = buffers.length - 2; i >= 0; i -= 2) {
      Buffer.createBuffer(builder, buffers[i], buffers[i + 1]);
    }
    int buffersAt = builder.endVector();
    RecordBatch.startRecordBatch(builder);
    RecordBatch.addLength(builder, rows);
    RecordBatch.addNodes(builder, nodesAt);
    RecordBatch.addBuffers(builder, buffersAt);
    if (compressed) {
      RecordBatch.addCompression(builder, codec);
    }
    int batch = RecordBatch.endRecordBatch(builder);
    Message.startMessage(builder);
    Message.addVersion(builder, MetadataVersion.V5);
    Message.addHeaderType(builder, MessageHeader.RecordBatch);
    Message.addHeader(builder, batch);
    Message.addBodyLength(builder, bodyLength);
    builder.finish(Message.endMessage(builder));
    return ByteString.copyFrom(builder.sizedByteArray());
  }
}
