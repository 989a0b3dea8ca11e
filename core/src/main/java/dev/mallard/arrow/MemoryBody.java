package dev.mallard.arrow;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A body in memory: one or several buffers, each followed by the padding that brings it to a
 * multiple of 8 bytes.
 */
public final class MemoryBody implements MessageBody {
  private static final byte[] PADDING = new byte[8];
  private static final int COPY_BYTES = 64 * 1024;

  /**
   * One array a thread: copying through a piece that stays in the core's cache is the cheapest way
   * to a stream.
   */
  private static final ThreadLocal<byte[]> COPY =
      ThreadLocal.withInitial(() -> new byte[COPY_BYTES]);

  private final List<ArrowBuf> buffers;
  private final long length;

  /** Takes ownership of {@code buffers}; what counts of each is its readable part. */
  public MemoryBody(List<ArrowBuf> buffers) {
    this.buffers = List.copyOf(buffers);
    long total = 0;
    for (ArrowBuf buffer : buffers) {
      total += padded(buffer.readableBytes());
    }
    this.length = total;
  }

  static long padded(long length) {
    return (length + 7) & ~7L;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    byte[] copy = COPY.get();
    for (ArrowBuf buffer : buffers) {
      long size = buffer.readableBytes();
      long start = buffer.readerIndex();
      for (long done = 0; done < size; ) {
        int step = (int) Math.min(copy.length, size - done);
        buffer.getBytes(start + done, copy, 0, step);
        out.write(copy, 0, step);
        done += step;
      }
      out.write(PADDING, 0, (int) (padded(size) - size));
    }
  }

  @Override
  public void writeTo(FileChannel file) throws IOException {
    for (ArrowBuf buffer : buffers) {
      long size = buffer.readableBytes();
      long start = buffer.readerIndex();
      for (long done = 0; done < size; ) {
        int step = (int) Math.min(1 << 30, size - done);
        writeFully(file, buffer.nioBuffer(start + done, step));
        done += step;
      }
      writeFully(file, ByteBuffer.wrap(PADDING, 0, (int) (padded(size) - size)));
    }
  }

  private static void writeFully(FileChannel file, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  @Override
  public ArrowBuf read(long offset, long size, BufferAllocator allocator) {
    Objects.checkFromIndexSize(offset, size, length);
    if (size == 0) {
      return allocator.getEmpty();
    }
    long bufferStart = 0;
    for (ArrowBuf buffer : buffers) {
      long bufferSize = buffer.readableBytes();
      if (offset >= bufferStart && offset + size <= bufferStart + bufferSize) {
        ArrowBuf slice = buffer.slice(buffer.readerIndex() + (offset - bufferStart), size);
        slice.getReferenceManager().retain();
        slice.writerIndex(size);
        return slice;
      }
      bufferStart += padded(bufferSize);
    }
    return gather(offset, size, allocator);
  }

  /** A range that crosses buffers or their padding: rare, so simply copied. */
  private ArrowBuf gather(long offset, long size, BufferAllocator allocator) {
    ArrowBuf target = allocator.buffer(size);
    target.setZero(0, size);
    long bufferStart = 0;
    for (ArrowBuf buffer : buffers) {
      long bufferSize = buffer.readableBytes();
      long from = Math.max(offset, bufferStart);
      long to = Math.min(offset + size, bufferStart + bufferSize);
      if (from < to) {
        target.setBytes(
            from - offset, buffer, buffer.readerIndex() + (from - bufferStart), to - from);
      }
      bufferStart += padded(bufferSize);
    }
    target.writerIndex(size);
    return target;
  }

  @Override
  public void close() {
    buffers.forEach(ArrowBuf::close);
  }
}
