package dev.mallard.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnknownFieldSet;
import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.RecordedStream;
import dev.mallard.testing.SampleBatch;
import dev.mallard.testing.SampleFields;
import dev.mallard.wire.FlightDataFields;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Frames as protobuf makes them, and what is none. */
final class FrameInTest {
  private static final Schema SCHEMA = new Schema(SampleFields.flat());
  private static final ByteString HEADER =
      ByteString.copyFrom(ArrowSchemas.message(SCHEMA).header());

  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();

  private @Nullable IpcMessage read(byte[] frame) {
    return FrameIn.read(new ByteArrayInputStream(frame), memory.get());
  }

  @Test
  void aMessageIsWhatProtobufWrote() throws IOException {
    try (SampleBatch sample = SampleBatch.of(SCHEMA, 50, 3, memory.get())) {
      for (IpcMessage message : RecordedStream.messages(sample)) {
        try (message) {
          ByteString header = ByteString.copyFrom(message.header());
          ByteString body = bytes(message);
          byte[] frame =
              FlightData.newBuilder()
                  .setDataHeader(header)
                  .setDataBody(body)
                  .setAppMetadata(ByteString.copyFromUtf8("so much"))
                  .build()
                  .toByteArray();
          try (IpcMessage received = read(frame)) {
            assertThat(ByteString.copyFrom(received.header())).isEqualTo(header);
            assertThat(bytes(received)).isEqualTo(body);
            assertThat(received.appMetadata()).asString().isEqualTo("so much");
          }
        }
      }
    }
  }

  private static ByteString bytes(IpcMessage message) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    message.body().writeTo(out);
    return ByteString.copyFrom(out.toByteArray());
  }

  @Test
  void aFrameOfMetadataAloneHasNoMessage() {
    byte[] frame =
        FlightData.newBuilder().setAppMetadata(ByteString.copyFromUtf8("hm")).build().toByteArray();
    assertThat(read(frame)).isNull();
    assertThat(read(new byte[0])).isNull();
  }

  @Test
  void fieldsMayComeInAnyOrderAndUnknownOnesAreSkipped() throws IOException {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(7, UnknownFieldSet.Field.newBuilder().addVarint(-1).build())
            .addField(8, UnknownFieldSet.Field.newBuilder().addFixed32(1).build())
            .addField(9, UnknownFieldSet.Field.newBuilder().addFixed64(1).build())
            .addField(
                10,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8("new in Flight 2"))
                    .build())
            .build();
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    FlightData.newBuilder().setDataBody(ByteString.copyFrom(new byte[16])).build().writeTo(frame);
    FlightData.newBuilder().setUnknownFields(unknown).build().writeTo(frame);
    FlightData.newBuilder().setDataHeader(HEADER).build().writeTo(frame);
    try (IpcMessage received = read(frame.toByteArray())) {
      assertThat(received.kind()).isEqualTo(IpcMessage.Kind.SCHEMA);
      assertThat(received.body().length()).isEqualTo(16);
    }
  }

  @Test
  void lengthsThatAreNotThereAreNotBelieved() throws IOException {
    for (int tag :
        List.of(
            FlightDataFields.DATA_BODY,
            FlightDataFields.DATA_HEADER,
            FlightDataFields.APP_METADATA,
            FlightDataFields.DESCRIPTOR)) {
      for (long length : new long[] {17, 1 << 30, Integer.MAX_VALUE, 1L << 31, -1}) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        CodedOutputStream coded = CodedOutputStream.newInstance(frame);
        coded.writeUInt32NoTag(tag);
        coded.writeUInt64NoTag(length);
        coded.writeRawBytes(new byte[16]);
        coded.flush();
        assertRefused(frame.toByteArray());
      }
    }
  }

  @Test
  void twoBodiesAreRefused() throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    FlightData data = FlightData.newBuilder().setDataBody(ByteString.copyFrom(new byte[8])).build();
    data.writeTo(frame);
    data.writeTo(frame);
    assertRefused(frame.toByteArray());
  }

  @Test
  void headersThatAreNoMessageAreRefused() {
    for (int length : new int[] {1, 4, 8, 64}) {
      byte[] header = new byte[length];
      Arrays.fill(header, (byte) 0x7f);
      assertRefused(
          FlightData.newBuilder()
              .setDataHeader(ByteString.copyFrom(header))
              .setDataBody(ByteString.copyFrom(new byte[8]))
              .build()
              .toByteArray());
    }
  }

  @Test
  void whateverIsCutOrChangedIsAMessageOrRefused() {
    byte[] whole =
        FlightData.newBuilder()
            .setDataHeader(HEADER)
            .setAppMetadata(ByteString.copyFromUtf8("m"))
            .setDataBody(ByteString.copyFrom(new byte[200]))
            .build()
            .toByteArray();
    for (int length = 0; length < whole.length; length++) {
      readOrRefused(Arrays.copyOf(whole, length));
    }
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      byte[] changed = whole.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      readOrRefused(changed);
    }
  }

  private void readOrRefused(byte[] frame) {
    try (IpcMessage message = read(frame)) {
      assertThat(message == null || message.body().length() <= frame.length).isTrue();
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
    }
    assertThat(memory.get().getAllocatedMemory()).isZero();
  }

  private void assertRefused(byte[] frame) {
    assertThatThrownBy(() -> read(frame))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL))
        .hasMessageContaining("the server sent what is not Arrow data");
    assertThat(memory.get().getAllocatedMemory()).isZero();
  }
}
