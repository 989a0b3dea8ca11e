package dev.mallard.client;

import com.google.protobuf.CodedOutputStream;
import dev.mallard.arrow.IpcMessage;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * An IPC message as a FlightData frame that gRPC drains straight into Netty's buffers, from memory
 * or from a file. gRPC drains it inside the call that sends it once the connection is ready, so
 * that the message may be closed right after.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Flight.html">Flight.proto's FlightData</a>
 */
final class FrameOut extends InputStream implements Drainable, KnownLength {
  /** What is sent: the first frame of an upload has a descriptor. */
  record Frame(@Nullable FlightDescriptor descriptor, IpcMessage message) {}

  static final int DESCRIPTOR_TAG = 1 << 3 | 2;
  static final int HEADER_TAG = 2 << 3 | 2;
  static final int APP_METADATA_TAG = 3 << 3 | 2;
  static final int BODY_TAG = 1000 << 3 | 2;

  private final Frame frame;
  private final int length;
  private @Nullable InputStream copied;
  private boolean drained;

  FrameOut(Frame frame) {
    this.frame = frame;
    this.length = Math.toIntExact(length(frame));
  }

  private static long length(Frame frame) {
    long total = fieldLength(HEADER_TAG, frame.message().header().remaining());
    if (frame.descriptor() != null) {
      total += fieldLength(DESCRIPTOR_TAG, frame.descriptor().getSerializedSize());
    }
    byte[] appMetadata = frame.message().appMetadata();
    if (appMetadata != null) {
      total += fieldLength(APP_METADATA_TAG, appMetadata.length);
    }
    long body = frame.message().body().length();
    return body == 0 ? total : total + fieldLength(BODY_TAG, body);
  }

  private static long fieldLength(int tag, long length) {
    return CodedOutputStream.computeUInt32SizeNoTag(tag)
        + CodedOutputStream.computeUInt64SizeNoTag(length)
        + length;
  }

  @Override
  public int drainTo(OutputStream out) throws IOException {
    if (drained) {
      return 0;
    }
    drained = true;
    CodedOutputStream coded = CodedOutputStream.newInstance(out, 256);
    if (frame.descriptor() != null) {
      coded.writeUInt32NoTag(DESCRIPTOR_TAG);
      coded.writeByteArrayNoTag(frame.descriptor().toByteArray());
    }
    ByteBuffer header = frame.message().header();
    byte[] headerBytes = new byte[header.remaining()];
    header.get(headerBytes);
    coded.writeUInt32NoTag(HEADER_TAG);
    coded.writeByteArrayNoTag(headerBytes);
    byte[] appMetadata = frame.message().appMetadata();
    if (appMetadata != null) {
      coded.writeUInt32NoTag(APP_METADATA_TAG);
      coded.writeByteArrayNoTag(appMetadata);
    }
    long body = frame.message().body().length();
    if (body > 0) {
      coded.writeUInt32NoTag(BODY_TAG);
      coded.writeUInt64NoTag(body);
    }
    coded.flush();
    if (body > 0) {
      frame.message().body().writeTo(out);
    }
    return length;
  }

  @Override
  public int available() throws IOException {
    return copied != null ? copied.available() : drained ? 0 : length;
  }

  /** For transports that read instead of draining. */
  private InputStream copy() throws IOException {
    if (copied == null) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(length);
      drainTo(bytes);
      copied = new ByteArrayInputStream(bytes.toByteArray());
    }
    return copied;
  }

  @Override
  public int read() throws IOException {
    return copy().read();
  }

  @Override
  public int read(byte[] target, int offset, int size) throws IOException {
    return copy().read(target, offset, size);
  }
}
