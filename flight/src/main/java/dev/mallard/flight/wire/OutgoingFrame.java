package dev.mallard.flight.wire;

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
import org.jspecify.annotations.Nullable;

/**
 * An IPC message as a FlightData frame that gRPC drains straight into Netty's buffers: header and
 * body are copied once, from where they are (memory or file) to there.
 *
 * <p>gRPC drains it inside the call that sends it, so that the message may be closed right after.
 */
final class OutgoingFrame extends InputStream implements Drainable, KnownLength {
  private final IpcMessage message;
  private final int length;
  private @Nullable InputStream copied;
  private boolean drained;

  OutgoingFrame(IpcMessage message) {
    this.message = message;
    this.length = Math.toIntExact(frameLength(message));
  }

  private static long frameLength(IpcMessage message) {
    long total = fieldLength(FlightDataFields.DATA_HEADER, message.header().remaining());
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
