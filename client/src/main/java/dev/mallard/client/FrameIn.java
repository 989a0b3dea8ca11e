package dev.mallard.client;

import com.google.protobuf.CodedInputStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MemoryBody;
import dev.mallard.arrow.MessageBody;
import dev.mallard.wire.FlightDataFields;
import io.grpc.HasByteBuffer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Reads FlightData frames: the body goes from Netty's buffers into Arrow memory in one copy. No
 * length is believed that is larger than the frame, whose own size gRPC has checked.
 */
final class FrameIn {
  private static final int COPY_BYTES = 64 * 1024;

  private final InputStream in;
  private final BufferAllocator allocator;
  private byte @Nullable [] header;
  private byte @Nullable [] appMetadata;
  private @Nullable ArrowBuf body;

  private FrameIn(InputStream in, BufferAllocator allocator) {
    this.in = in;
    this.allocator = allocator;
  }

  /**
   * The message of a frame; the caller closes it. Null if the frame has none, only metadata.
   *
   * @throws io.grpc.StatusRuntimeException INTERNAL if it is no such frame
   */
  static @Nullable IpcMessage read(InputStream in, BufferAllocator allocator) {
    FrameIn frame = new FrameIn(in, allocator);
    try {
      return frame.read();
    } catch (IOException | IllegalArgumentException e) {
      throw Errors.marshalling("the server sent what is not Arrow data: " + e.getMessage(), e);
    } finally {
      if (frame.body != null) {
        frame.body.close();
      }
    }
  }

  private @Nullable IpcMessage read() throws IOException {
    int first;
    while ((first = in.read()) >= 0) {
      int tag = CodedInputStream.readRawVarint32(first, in);
      switch (tag & 7) {
        case 0 -> varint();
        case 1 -> in.skipNBytes(8);
        case 2 -> field(tag, length());
        case 5 -> in.skipNBytes(4);
        default -> throw new IOException("field of an unknown kind");
      }
    }
    if (header == null || header.length == 0) {
      return null;
    }
    MessageBody memory = body == null ? MessageBody.EMPTY : new MemoryBody(List.of(body));
    IpcMessage message = new IpcMessage(ByteBuffer.wrap(header), memory, appMetadata);
    body = null;
    return message;
  }

  private int length() throws IOException {
    int length = varint();
    if (length < 0 || length > in.available()) {
      throw new IOException("a field is longer than its message");
    }
    return length;
  }

  private int varint() throws IOException {
    int first = in.read();
    if (first < 0) {
      throw new EOFException("cut short");
    }
    return CodedInputStream.readRawVarint32(first, in);
  }

  private void field(int tag, int length) throws IOException {
    switch (tag) {
      case FlightDataFields.DATA_HEADER -> header = in.readNBytes(length);
      case FlightDataFields.APP_METADATA ->
          appMetadata = length == 0 ? null : in.readNBytes(length);
      case FlightDataFields.DATA_BODY -> readBody(length);
      default -> in.skipNBytes(length);
    }
  }

  private void readBody(int length) throws IOException {
    if (body != null) {
      throw new IOException("two bodies in a message");
    }
    ArrowBuf target = allocator.buffer(length);
    body = target;
    target.writerIndex(length);
    boolean direct = in instanceof HasByteBuffer buffers && buffers.byteBufferSupported();
    byte[] copy = direct ? new byte[0] : new byte[Math.min(length, COPY_BYTES)];
    for (int done = 0; done < length; ) {
      if (direct) {
        done += copyBuffer(target, done, length - done);
      } else {
        int step = in.readNBytes(copy, 0, Math.min(copy.length, length - done));
        target.setBytes(done, copy, 0, step);
        done += step;
      }
    }
  }

  private int copyBuffer(ArrowBuf target, int at, int left) throws IOException {
    ByteBuffer buffer = ((HasByteBuffer) in).getByteBuffer();
    if (buffer == null || !buffer.hasRemaining()) {
      throw new EOFException("cut short");
    }
    int step = Math.min(left, buffer.remaining());
    ByteBuffer part = buffer.duplicate();
    part.limit(part.position() + step);
    target.setBytes(at, part);
    in.skipNBytes(step);
    return step;
  }
}
