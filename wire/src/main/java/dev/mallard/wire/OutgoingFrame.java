package dev.mallard.wire;

import com.google.protobuf.CodedOutputStream;
import dev.mallard.arrow.IpcMessage;
import io.grpc.Drainable;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * An IPC message as a FlightData frame of Netty's buffers, which gRPC is given without a copy:
 * large parts of files are mapped, large memory is shared, what is small is copied together. Files
 * are read here, so that what is wrong with them is known before anything is sent.
 *
 * <p>The message stays the caller's and may be closed at once. The frame is its own until gRPC has
 * taken it; closing it after that does nothing.
 *
 * <p>It has no {@code KnownLength}: only then does gRPC collect its buffers in a list.
 *
 * @see <a
 *     href="https://arrow.apache.org/docs/format/Flight.html#protocol-buffer-definitions">Flight.proto</a>
 */
public final class OutgoingFrame extends InputStream implements Drainable {
  /** Null once it was handed over or closed. */
  private @Nullable ByteBuf frame;

  private OutgoingFrame(ByteBuf frame) {
    this.frame = frame;
  }

  /**
   * @param encrypted whether the connection encrypts, which reads every byte here: then nothing of
   *     a file is mapped, as one that is truncated would be a fault
   * @throws IOException if the message's file cannot be read
   */
  public static OutgoingFrame of(IpcMessage message, boolean encrypted) throws IOException {
    return of(null, message, encrypted);
  }

  /**
   * As above.
   *
   * @param descriptor for the first frame of an upload
   */
  public static OutgoingFrame of(
      @Nullable FlightDescriptor descriptor, IpcMessage message, boolean encrypted)
      throws IOException {
    byte[] fields = fields(descriptor, message);
    long body = message.body().length();
    int length = Math.toIntExact(fields.length + body);
    boolean maps = !encrypted && GrpcBuffers.areReachable();
    try (FrameBuilder frame = new FrameBuilder(GrpcBuffers.allocator(), length, maps)) {
      frame.bytes(fields);
      message.body().visit(frame);
      return new OutgoingFrame(frame.build());
    }
  }

  /** All that goes before the body. */
  private static byte[] fields(@Nullable FlightDescriptor descriptor, IpcMessage message)
      throws IOException {
    ByteBuffer header = message.header();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(header.remaining() + 64);
    CodedOutputStream coded = CodedOutputStream.newInstance(bytes);
    if (descriptor != null) {
      coded.writeUInt32NoTag(FlightDataFields.DESCRIPTOR);
      coded.writeByteArrayNoTag(descriptor.toByteArray());
    }
    coded.writeUInt32NoTag(FlightDataFields.DATA_HEADER);
    coded.writeUInt32NoTag(header.remaining());
    coded.write(header);
    byte[] appMetadata = message.appMetadata();
    if (appMetadata != null) {
      coded.writeUInt32NoTag(FlightDataFields.APP_METADATA);
      coded.writeByteArrayNoTag(appMetadata);
    }
    if (message.body().length() > 0) {
      coded.writeUInt32NoTag(FlightDataFields.DATA_BODY);
      coded.writeUInt64NoTag(message.body().length());
    }
    coded.flush();
    return bytes.toByteArray();
  }

  @Override
  public int drainTo(OutputStream out) throws IOException {
    ByteBuf buffer = frame;
    if (buffer == null) {
      return 0;
    }
    int size = buffer.readableBytes();
    if (GrpcBuffers.handOver(buffer, out)) {
      frame = null;
    } else {
      buffer.readBytes(out, size);
      close();
    }
    return size;
  }

  @Override
  public int available() {
    return frame == null ? 0 : frame.readableBytes();
  }

  /** For transports that read instead of draining (in-process, gzip). */
  @Override
  public int read() {
    return frame == null || !frame.isReadable() ? -1 : frame.readUnsignedByte();
  }

  @Override
  public int read(byte[] target, int offset, int size) {
    if (size == 0) {
      return 0;
    }
    if (frame == null || !frame.isReadable()) {
      return -1;
    }
    int step = Math.min(size, frame.readableBytes());
    frame.readBytes(target, offset, step);
    return step;
  }

  @Override
  public void close() {
    if (frame != null) {
      frame.release();
      frame = null;
    }
  }
}
