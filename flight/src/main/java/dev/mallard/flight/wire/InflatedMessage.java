package dev.mallard.flight.wire;

import dev.mallard.error.Closer;
import io.grpc.HasByteBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC message that came compressed (grpc-encoding: gzip) and so does not know its length until
 * it is unpacked: unpacked into Arrow memory, which is limited, unlike the heap. Owns that memory.
 */
final class InflatedMessage extends InputStream implements HasByteBuffer {
  private static final int FIRST_BYTES = 64 * 1024;

  private final ArrowBuf bytes;
  private final ByteBuffer rest;

  private InflatedMessage(ArrowBuf bytes, int length) {
    this.bytes = bytes;
    this.rest = bytes.nioBuffer(0, length);
  }

  static InflatedMessage of(InputStream in, BufferAllocator allocator) throws IOException {
    byte[] piece = new byte[FIRST_BYTES];
    ArrowBuf target = allocator.buffer(FIRST_BYTES);
    int length = 0;
    try {
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        if (target.capacity() < length + (long) read) {
          target = grown(target, length, allocator);
        }
        target.setBytes(length, piece, 0, read);
        length += read;
      }
      return new InflatedMessage(target, length);
    } catch (Throwable e) {
      Closer.closeAfter(e, target);
      throw e;
    }
  }

  /** Twice as large; the old one is closed only when there is a new one. */
  private static ArrowBuf grown(ArrowBuf old, int length, BufferAllocator allocator) {
    ArrowBuf larger = allocator.buffer(2 * old.capacity());
    larger.setBytes(0, old, 0, length);
    old.close();
    return larger;
  }

  @Override
  public int available() {
    return rest.remaining();
  }

  @Override
  public int read() {
    return rest.hasRemaining() ? rest.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int size) {
    if (!rest.hasRemaining()) {
      return size == 0 ? 0 : -1;
    }
    int step = Math.min(size, rest.remaining());
    rest.get(target, offset, step);
    return step;
  }

  @Override
  public long skip(long count) {
    int step = (int) Math.max(0, Math.min(count, rest.remaining()));
    rest.position(rest.position() + step);
    return step;
  }

  @Override
  public boolean byteBufferSupported() {
    return true;
  }

  @Override
  public @Nullable ByteBuffer getByteBuffer() {
    return rest.hasRemaining() ? rest.slice() : null;
  }

  @Override
  public void close() {
    bytes.close();
  }
}
