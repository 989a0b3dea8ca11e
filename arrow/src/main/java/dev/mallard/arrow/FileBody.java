package dev.mallard.arrow;

import dev.mallard.arrow.mapping.FileMapping;
import dev.mallard.arrow.mapping.MappedBytes;
import dev.mallard.error.Closer;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A body that is still in a file: it costs no memory until it is sent. The channel belongs to the
 * stream that the message came from and must stay open until the message is closed.
 *
 * <p>What looks into it uses plain positional reads, not a mapping: a file that somebody truncates
 * under us gives an {@link EOFException} and not a fault. {@link #map} is for what only passes it
 * on.
 */
public final class FileBody implements MessageBody {
  private static final int COPY_BYTES = 128 * 1024;

  /** Copying less is cheaper than mapping it. */
  private static final int LEAST_MAPPED_BYTES = 4 * 1024;

  private static final ThreadLocal<ByteBuffer> DIRECT =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(COPY_BYTES));
  private static final ThreadLocal<byte[]> HEAP =
      ThreadLocal.withInitial(() -> new byte[COPY_BYTES]);

  private final FileChannel channel;
  private final long position;
  private final long length;

  private final @Nullable FileMapping mapping;

  /** Of a file that is read once, or may have other bytes once the message is closed. */
  public FileBody(FileChannel channel, long position, long length) {
    this(channel, position, length, null);
  }

  /**
   * @param mapping of a file whose bytes stay what they are, for those who read it next; null if
   *     nothing of it is to be mapped
   */
  public FileBody(FileChannel channel, long position, long length, @Nullable FileMapping mapping) {
    this.channel = channel;
    this.position = position;
    this.length = length;
    this.mapping = mapping;
  }

  @Override
  public FileBody range(long offset, long size, BufferAllocator allocator) {
    Objects.checkFromIndexSize(offset, size, length);
    return new FileBody(channel, position + offset, size, mapping);
  }

  @Override
  public void visit(BodyPieces visitor) throws IOException {
    if (length > 0) {
      visitor.file(this);
    }
  }

  /**
   * The whole body in memory, for the kernel alone, already fetched from the disk; the caller
   * closes the parts, before or after this body. Null if it is to be read instead: where the file
   * cannot be mapped, where it would not pay, and where reading says what is wrong with the file.
   */
  public @Nullable List<MappedBytes> map() {
    return mapping == null || length < LEAST_MAPPED_BYTES
        ? null
        : mapping.map(channel, position, length);
  }

  /** Whether {@link #map} gives something, as far as that is known. */
  public boolean isLikelyMapped() {
    return mapping != null && mapping.isLikely();
  }

  /** Reads a part into {@code target}, as much as it has room for. */
  public void read(long offset, ByteBuffer target) throws IOException {
    Objects.checkFromIndexSize(offset, target.remaining(), length);
    for (long at = position + offset; target.hasRemaining(); ) {
      at += readSome(target, at);
    }
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
