package dev.mallard.wire;

import dev.mallard.arrow.BodyPieces;
import dev.mallard.arrow.FileBody;
import dev.mallard.arrow.mapping.MappedBytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.jspecify.annotations.Nullable;

/**
 * Puts a frame together: large pieces are shared, small ones copied together, so that a batch of
 * hundreds of columns does not become hundreds of buffers.
 */
final class FrameBuilder implements BodyPieces, AutoCloseable {
  /** What costs less to copy than to keep an account of. */
  private static final int LEAST_SHARED_BYTES = 8 * 1024;

  /** What is copied at most into one buffer; gRPC's allocator keeps such for reuse. */
  private static final int MOST_COPIED_BYTES = 256 * 1024;

  private final ByteBufAllocator allocator;
  private final boolean maps;
  private final SharedBuffer frame;
  private long left;
  private int nextBytes = 4 * 1024;

  /** Part of the frame once it is full, or something else follows. */
  private @Nullable ByteBuf copied;

  /**
   * @param length of the frame
   * @param maps whether large parts of files are mapped; else they are read
   */
  FrameBuilder(ByteBufAllocator allocator, long length, boolean maps) {
    this.allocator = allocator;
    this.frame = new SharedBuffer(allocator);
    this.left = length;
    this.maps = maps;
  }

  void bytes(byte[] bytes) {
    for (int done = 0; done < bytes.length; ) {
      ByteBuf room = room(bytes.length - done);
      int step = Math.min(bytes.length - done, room.writableBytes());
      room.writeBytes(bytes, done, step);
      left -= step;
      done += step;
    }
  }

  @Override
  public void memory(ArrowBuf buffer) {
    int size = Math.toIntExact(buffer.readableBytes());
    if (size >= LEAST_SHARED_BYTES) {
      share(buffer, size);
      return;
    }
    for (int done = 0; done < size; ) {
      ByteBuf room = room(size - done);
      int step = Math.min(size - done, room.writableBytes());
      room.writeBytes(buffer.nioBuffer(buffer.readerIndex() + done, step));
      left -= step;
      done += step;
    }
  }

  private void share(ArrowBuf buffer, int size) {
    flush();
    buffer.getReferenceManager().retain();
    frame.add(
        Unpooled.wrappedBuffer(buffer.nioBuffer(buffer.readerIndex(), size)),
        () -> buffer.getReferenceManager().release());
    left -= size;
  }

  @Override
  public void file(FileBody range) throws IOException {
    List<MappedBytes> parts = maps ? range.map() : null;
    if (parts == null) {
      copy(range);
      return;
    }
    flush();
    for (MappedBytes part : parts) {
      frame.add(Unpooled.wrappedBuffer(part.buffer()), part::close);
    }
    left -= range.length();
  }

  private void copy(FileBody range) throws IOException {
    for (long done = 0; done < range.length(); ) {
      ByteBuf room = room(range.length() - done);
      int step = (int) Math.min(range.length() - done, room.writableBytes());
      range.read(done, room.internalNioBuffer(room.writerIndex(), step));
      room.writerIndex(room.writerIndex() + step);
      left -= step;
      done += step;
    }
  }

  @Override
  public void padding(int bytes) {
    for (int done = 0; done < bytes; done++) {
      room(1).writeByte(0);
      left--;
    }
  }

  /**
   * Where at least a byte more can be copied to. Buffers grow from one to the next, as what follows
   * may be shared.
   */
  private ByteBuf room(long wanted) {
    if (copied == null || !copied.isWritable()) {
      flush();
      int size = (int) Math.min(left, Math.min(MOST_COPIED_BYTES, Math.max(wanted, nextBytes)));
      nextBytes = Math.min(MOST_COPIED_BYTES, 2 * nextBytes);
      copied = allocator.directBuffer(size, size);
    }
    return copied;
  }

  private void flush() {
    if (copied != null) {
      frame.add(copied);
      copied = null;
    }
  }

  /** The frame, which is the caller's to release. */
  ByteBuf build() {
    flush();
    return frame.retain();
  }

  /** Gives up what was not built. */
  @Override
  public void close() {
    if (copied != null) {
      copied.release();
      copied = null;
    }
    frame.release();
  }
}
