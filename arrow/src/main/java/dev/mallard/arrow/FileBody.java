package dev.mallard.arrow;

import dev.mallard.error.Closer;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A body that is still in a file: sending it costs no memory but a small piece that is copied
 * through. The channel belongs to the stream that the message came from and must stay open until
 * the message is sent.
 *
 * <p>Plain positional reads, not a mapping: a file that somebody truncates under us gives an {@link
 * EOFException} and not a fault.
 */
public final class FileBody implements MessageBody {
  private static final int COPY_BYTES = 128 * 1024;

  private static final ThreadLocal<ByteBuffer> DIRECT =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(COPY_BYTES));
  private static final ThreadLocal<byte[]> HEAP =
      ThreadLocal.withInitial(() -> new byte[COPY_BYTES]);

  private final FileChannel channel;
  private final long position;
  private final long length;

  public FileBody(FileChannel channel, long position, long length) {
    this.channel = channel;
    this.position = position;
    this.length = length;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    ByteBuffer direct = DIRECT.get();
    byte[] heap = HEAP.get();
    for (long done = 0; done < length; ) {
      direct.clear().limit((int) Math.min(COPY_BYTES, length - done));
      int read = readSome(direct, position + done);
      direct.flip().get(heap, 0, read);
      out.write(heap, 0, read);
      done += read;
    }
  }

  @Override
  public void writeTo(WritableByteChannel target) throws IOException {
    for (long done = 0; done < length; ) {
      long moved = channel.transferTo(position + done, length - done, target);
      if (moved <= 0) {
        throw truncated();
      }
      done += moved;
    }
  }

  @Override
  public ArrowBuf read(long offset, long size, BufferAllocator allocator) throws IOException {
    Objects.checkFromIndexSize(offset, size, length);
    if (size == 0) {
      return allocator.getEmpty();
    }
    ArrowBuf target = allocator.buffer(size);
    try {
      for (long done = 0; done < size; ) {
        int step = (int) Math.min(1 << 30, size - done);
        done += readSome(target.nioBuffer(done, step), position + offset + done);
      }
      target.writerIndex(size);
      return target;
    } catch (Throwable e) {
      Closer.closeAfter(e, target);
      throw e;
    }
  }

  private int readSome(ByteBuffer target, long from) throws IOException {
    int read = channel.read(target, from);
    if (read <= 0) {
      throw truncated();
    }
    return read;
  }

  private static EOFException truncated() {
    return new EOFException("the file ends before the message does");
  }

  @Override
  public void close() {
    // The channel belongs to the stream.
  }
}
