package dev.mallard.arrow;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
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
  private final long[] starts;
  private final long length;

  /** Takes ownership of {@code buffers}; what counts of each is its readable part. */
  public MemoryBody(List<ArrowBuf> buffers) {
    this.buffers = List.copyOf(buffers);
    this.starts = new long[buffers.size()];
    long total = 0;
    for (int i = 0; i < starts.length; i++) {
      starts[i] = total;
      total += padded(buffers.get(i).readableBytes());
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
  public void writeTo(WritableByteChannel target) throws IOException {
    for (ArrowBuf buffer : buffers) {
      long size = buffer.readableBytes();
      long start = buffer.readerIndex();
      for (long done = 0; done < size; ) {
        int step = (int) Math.min(1 << 30, size - done);
        FullWrites.write(target, buffer.nioBuffer(start + done, step));
        done += step;
      }
      FullWrites.write(target, ByteBuffer.wrap(PADDING, 0, (int) (padded(size) - size)));
    }
  }

  @Override
  public void visit(BodyPieces visitor) throws IOException {
    for (ArrowBuf buffer : buffers) {
      long size = buffer.readableBytes();
      if (size > 0) {
        visitor.memory(buffer);
      }
      if (padded(size) > size) {
        visitor.padding((int) (padded(size) - size));
      }
    }
  }

  @Override
  public MemoryBody range(long offset, long size, BufferAllocator allocator) {
    return new MemoryBody(List.of(read(offset, size, allocator)));
  }

  @Override
  public ArrowBuf read(long offset, long size, BufferAllocator allocator) {
    Objects.checkFromIndexSize(offset, size, length);
    if (size == 0) {
      return allocator.getEmpty();
    }
    int index = Spans.last(starts, offset);
    ArrowBuf buffer = buffers.get(index);
    long within = offset - starts[index];
    if (within + size <= buffer.readableBytes()) {
      ArrowBuf slice = buffer.slice(buffer.readerIndex() + within, size);
      slice.getReferenceManager().retain();
      slice.writerIndex(size);
      return slice;
    }
    return gather(offset, size, allocator);
  }

  /** A range that crosses buffers or their padding: rare, so simply copied. */
  private ArrowBuf gather(long offset, long size, BufferAllocator allocator) {
    ArrowBuf target = allocator.buffer(size);
    target.setZero(0, size);
    for (int i = Spans.last(starts, offset); i < starts.length && starts[i] < offset + size; i++) {
      ArrowBuf buffer = buffers.get(i);
      long from = Math.max(offset, starts[i]);
      long to = Math.min(offset + size, starts[i] + buffer.readableBytes());
      if (from < to) {
        target.setBytes(
            from - offset, buffer, buffer.readerIndex() + (from - starts[i]), to - from);
      }
    }
    target.writerIndex(size);
    return target;
  }

  /** What it consists of, still its own. */
  List<ArrowBuf> buffers() {
    return buffers;
  }

  /** Another owner of the same memory. */
  MemoryBody share() {
    buffers.forEach(buffer -> buffer.getReferenceManager().retain());
    return new MemoryBody(buffers);
  }

  @Override
  public void close() {
    buffers.forEach(ArrowBuf::close);
  }
}
