package dev.mallard.wire;

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
 * An IPC message as a FlightData frame that gRPC drains straight into Netty's buffers: header and
 * body are copied once, from where they are (memory or file) to there.
 *
 * <p>gRPC drains it inside the call that sends it, once the connection is ready, so that the
 * message, which stays the caller's, may be closed right after.
 *
 * @see <a
 *     href="https://arrow.apache.org/docs/format/Flight.html#protocol-buffer-definitions">Flight.proto</a>
 */
public final class OutgoingFrame extends InputStream implements Drainable, KnownLength {
  private final @Nullable FlightDescriptor descriptor;
  private final IpcMessage message;
  private final int length;
  private @Nullable InputStream copied;
  private boolean drained;

  public OutgoingFrame(IpcMessage message) {
    this(null, message);
  }

  /**
   * @param descriptor for the first frame of an upload
   */
  public OutgoingFrame(@Nullable FlightDescriptor descriptor, IpcMessage message) {
    this.descriptor = descriptor;
    this.message = message;
    this.length = Math.toIntExact(frameLength());
  }

  private long frameLength() {
    long total = fieldLength(FlightDataFields.DATA_HEADER, message.header().remaining());
    if (descriptor != null) {
      total += fieldLength(FlightDataFields.DESCRIPTOR, descriptor.getSerializedSize());
    }
    byte[] appMetadata = message.appMetadata();
    if (appMetadata != null) {
      total += fieldLength(FlightDataFields.APP_METADATA, appMetadata.length);
    }
    long body = message.body().length();
    return body == 0 ? total : total + fieldLength(FlightDataFields.DATA_BODY, body);
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
    ByteBuffer header = message.header();
    byte[] headerBytes = new byte[header.remaining()];
    header.get(headerBytes);
    CodedOutputStream coded = CodedOutputStream.newInstance(out, 256);
    if (descriptor != null) {
      coded.writeUInt32NoTag(FlightDataFields.DESCRIPTOR);
      coded.writeByteArrayNoTag(descriptor.toByteArray());
    }
    coded.writeUInt32NoTag(FlightDataFields.DATA_HEADER);
    coded.writeByteArrayNoTag(headerBytes);
    byte[] appMetadata = message.appMetadata();
    if (appMetadata != null) {
      coded.writeUInt32NoTag(FlightDataFields.APP_METADATA);
      coded.writeByteArrayNoTag(appMetadata);
    }
    long body = message.body().length();
    if (body > 0) {
      coded.writeUInt32NoTag(FlightDataFields.DATA_BODY);
      coded.writeUInt64NoTag(body);
      coded.flush();
      message.body().writeTo(out);
    } else {
      coded.flush();
    }
    return length;
  }

  @Override
  public int available() throws IOException {
    return copied != null ? copied.available() : drained ? 0 : length;
  }

  /** For transports that read instead of draining (in-process, gzip). */
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
