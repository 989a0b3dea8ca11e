package dev.mallard.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.FileBody;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MemoryBody;
import dev.mallard.arrow.MessageBody;
import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.RecordedStream;
import dev.mallard.testing.SampleBatch;
import dev.mallard.testing.SampleFields;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent, as protobuf itself reads it. */
final class OutgoingFrameTest {
  private static final Schema SCHEMA = SampleFields.everyType();
  private static final FlightDescriptor DESCRIPTOR =
      FlightDescriptor.newBuilder()
          .setType(FlightDescriptor.DescriptorType.PATH)
          .addPath("sales/año")
          .build();

  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();
  @TempDir private Path folder;

  @Test
  void everyMessageOfAStreamIsWhatProtobufReads() throws IOException {
    try (SampleBatch sample = SampleBatch.of(SCHEMA, 100, 1, memory.get());
        IpcMessage schema = ArrowSchemas.message(SCHEMA)) {
      assertSent(null, schema);
      assertSent(DESCRIPTOR, schema);
      for (IpcMessage message : RecordedStream.messages(sample)) {
        try (message) {
          assertSent(null, message);
        }
      }
    }
  }

  @Test
  void metadataOfTheApplicationGoesWithIt() throws IOException {
    for (int length : new int[] {0, 1, 127, 128, 100_000}) {
      byte[] metadata = random(length);
      try (IpcMessage message = message(MessageBody.EMPTY, metadata)) {
        assertSent(DESCRIPTOR, message);
        assertThat(parsed(null, message).getAppMetadata().toByteArray()).isEqualTo(metadata);
      }
    }
  }

  /** Around the sizes at which protobuf's lengths grow by a byte, and Netty's marks. */
  @ParameterizedTest
  @ValueSource(
      ints = {
        8,
        120,
        128,
        16_376,
        16_384,
        65_536,
        128 * 1024 + 8,
        512 * 1024 - 8,
        1024 * 1024 - 8,
        1024 * 1024,
        1024 * 1024 + 8,
        2_097_152,
        3 * 1024 * 1024
      })
  void aBodyIsTheSameFromMemoryAndFromAFile(int length) throws IOException {
    byte[] bytes = random(length);
    Path path = Files.write(folder.resolve("body"), concat(random(24), bytes, random(8)));
    try (FileChannel file = FileChannel.open(path);
        IpcMessage inFile = message(new FileBody(file, 24, length), null);
        IpcMessage inMemory = message(inMemory(bytes), null)) {
      assertThat(drained(null, inMemory)).isEqualTo(drained(null, inFile));
      assertThat(parsed(null, inFile).getDataBody()).isEqualTo(ByteString.copyFrom(bytes));
      assertSent(DESCRIPTOR, inFile);
    }
  }

  /** In-process and gzip transports read it in pieces of their own. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 4096, 1 << 20})
  void readInPartsItIsTheSame(int step) throws IOException {
    try (IpcMessage message = message(inMemory(random(10_000)), random(3));
        OutgoingFrame frame = OutgoingFrame.of(DESCRIPTOR, message, false)) {
      byte[] whole = drained(DESCRIPTOR, message);
      ByteArrayOutputStream parts = new ByteArrayOutputStream();
      byte[] buffer = new byte[step];
      for (int read = frame.read(buffer, 0, step); read > 0; read = frame.read(buffer, 0, step)) {
        parts.write(buffer, 0, read);
        assertThat(frame.available()).isEqualTo(whole.length - parts.size());
      }
      assertThat(parts.toByteArray()).isEqualTo(whole);
      assertThat(frame.read()).isEqualTo(-1);
    }
  }

  @Test
  void byteByByteItIsTheSame() throws IOException {
    try (IpcMessage message = message(inMemory(random(64)), null);
        InputStream frame = OutgoingFrame.of(message, false)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (int next = frame.read(); next >= 0; next = frame.read()) {
        bytes.write(next);
      }
      assertThat(bytes.toByteArray()).isEqualTo(drained(null, message));
    }
  }

  @Test
  void drainedOnceItIsEmpty() throws IOException {
    try (IpcMessage message = message(inMemory(random(64)), null)) {
      OutgoingFrame frame = OutgoingFrame.of(message, false);
      assertThat(frame.drainTo(new ByteArrayOutputStream())).isPositive();
      ByteArrayOutputStream again = new ByteArrayOutputStream();
      assertThat(frame.drainTo(again)).isZero();
      assertThat(again.size()).isZero();
      assertThat(frame.available()).isZero();
    }
  }

  private void assertSent(@Nullable FlightDescriptor descriptor, IpcMessage message)
      throws IOException {
    FlightData sent = parsed(descriptor, message);
    assertThat(sent.hasFlightDescriptor()).isEqualTo(descriptor != null);
    if (descriptor != null) {
      assertThat(sent.getFlightDescriptor()).isEqualTo(descriptor);
    }
    assertThat(sent.getDataHeader()).isEqualTo(ByteString.copyFrom(message.header()));
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    message.body().writeTo(body);
    assertThat(sent.getDataBody()).isEqualTo(ByteString.copyFrom(body.toByteArray()));
    assertThat(sent.getUnknownFields().asMap()).isEmpty();
  }

  private static FlightData parsed(@Nullable FlightDescriptor descriptor, IpcMessage message)
      throws IOException {
    return FlightData.parseFrom(drained(descriptor, message));
  }

  /** The frame's bytes, which are as many as it said. */
  private static byte[] drained(@Nullable FlightDescriptor descriptor, IpcMessage message)
      throws IOException {
    OutgoingFrame frame = OutgoingFrame.of(descriptor, message, false);
    int expected = frame.available();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(frame.drainTo(out)).isEqualTo(expected);
    assertThat(out.size()).isEqualTo(expected);
    return out.toByteArray();
  }

  private static IpcMessage message(MessageBody body, byte @Nullable [] appMetadata) {
    ByteBuffer header = ArrowSchemas.message(SCHEMA).header();
    return new IpcMessage(header, body, appMetadata);
  }

  /** In two buffers, as the columns of a batch are. */
  private MemoryBody inMemory(byte[] bytes) {
    int half = bytes.length / 16 * 8;
    return new MemoryBody(List.of(buffer(bytes, 0, half), buffer(bytes, half, bytes.length)));
  }

  private ArrowBuf buffer(byte[] bytes, int from, int to) {
    ArrowBuf buffer = memory.get().buffer(Math.max(8, to - from));
    buffer.setBytes(0, bytes, from, to - from);
    buffer.writerIndex(to - from);
    return buffer;
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
