package dev.mallard.arrow.feather;

import dev.mallard.arrow.FileBody;
import dev.mallard.arrow.FullWrites;
import dev.mallard.arrow.MessageBody;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Appends to a file or a stream in large writes: what is small is gathered, what is large goes
 * straight through. Does not close it. One thread at a time.
 */
final class AppendingSink implements AutoCloseable {
  private static final int STAGED_BYTES = 1 << 20;

  /** Below this a system call costs more than copying the buffer. */
  private static final int LARGE_BUFFER_BYTES = 64 * 1024;

  private final WritableByteChannel target;
  private final ArrowBuf memory;
  private final ByteBuffer staged;
  private final OutputStream stagedStream = new StagedStream();
  private long position;
  private boolean closed;

  AppendingSink(WritableByteChannel target, BufferAllocator allocator) {
    this.target = target;
    this.memory = allocator.buffer(STAGED_BYTES);
    this.staged = memory.nioBuffer(0, STAGED_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Where the next byte goes. */
  long position() {
    return position;
  }

  void putInt(int value) throws IOException {
    room(4);
    staged.putInt(value);
    position += 4;
  }

  void put(ByteBuffer bytes) throws IOException {
    position += bytes.remaining();
    if (bytes.remaining() >= staged.capacity()) {
      flush();
      FullWrites.write(target, bytes.duplicate());
      return;
    }
    room(bytes.remaining());
    staged.put(bytes.duplicate());
  }

  void zeros(int count) throws IOException {
    room(count);
    for (int i = 0; i < count; i++) {
      staged.put((byte) 0);
    }
    position += count;
  }

  /**
   * @param buffers that the body consists of, which decides how it is written
   */
  void put(MessageBody body, int buffers) throws IOException {
    boolean large =
        body.length() >= STAGED_BYTES
            && (body instanceof FileBody
                || body.length() / Math.max(1, buffers) >= LARGE_BUFFER_BYTES);
    if (large) {
      flush();
      body.writeTo(target);
    } else {
      body.writeTo(stagedStream);
    }
    position += body.length();
  }

  /** Hands over what is still gathered. */
  void flush() throws IOException {
    FullWrites.write(target, staged.flip());
    staged.clear();
  }

  private void room(int bytes) throws IOException {
    if (staged.remaining() < bytes) {
      flush();
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      memory.close();
    }
  }

  private final class StagedStream extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      room(1);
      staged.put((byte) b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      for (int done = 0; done < length; ) {
        room(1);
        int step = Math.min(length - done, staged.remaining());
        staged.put(bytes, offset + done, step);
        done += step;
      }
    }
  }
}
