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
 * A body of other ones, each followed by the padding that brings it to a multiple of 8 bytes: what
 * is cut out of a file is ranges of it and, where values had to change, memory.
 */
final class PiecedBody implements MessageBody {
  private static final byte[] PADDING = new byte[8];

  private final List<MessageBody> pieces;
  private final long[] starts;
  private final long length;

  /** Takes the pieces over. */
  PiecedBody(List<MessageBody> pieces) {
    this.pieces = List.copyOf(pieces);
    this.starts = new long[pieces.size()];
    long total = 0;
    for (int i = 0; i < starts.length; i++) {
      starts[i] = total;
      total += MemoryBody.padded(pieces.get(i).length());
    }
    this.length = total;
  }

  @Override
  public long length() {
    return length;
  }

  private static int padding(MessageBody piece) {
    return (int) (MemoryBody.padded(piece.length()) - piece.length());
  }

  @Override
  public void visit(BodyPieces visitor) throws IOException {
    for (MessageBody piece : pieces) {
      piece.visit(visitor);
      if (padding(piece) > 0) {
        visitor.padding(padding(piece));
      }
    }
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    for (MessageBody piece : pieces) {
      piece.writeTo(out);
      out.write(PADDING, 0, padding(piece));
    }
  }

  @Override
  public void writeTo(WritableByteChannel target) throws IOException {
    for (MessageBody piece : pieces) {
      piece.writeTo(target);
      FullWrites.write(target, ByteBuffer.wrap(PADDING, 0, padding(piece)));
    }
  }

  @Override
  public ArrowBuf read(long offset, long size, BufferAllocator allocator) throws IOException {
    Objects.checkFromIndexSize(offset, size, length);
    if (size == 0) {
      return allocator.getEmpty();
    }
    int index = Spans.last(starts, offset);
    long within = offset - starts[index];
    return within + size <= pieces.get(index).length()
        ? pieces.get(index).read(within, size, allocator)
        : gather(offset, size, allocator);
  }

  /** A range that crosses pieces or their padding: rare, so simply copied. */
  private ArrowBuf gather(long offset, long size, BufferAllocator allocator) throws IOException {
    ArrowBuf target = allocator.buffer(size);
    try {
      target.setZero(0, size);
      for (int i = Spans.last(starts, offset);
          i < starts.length && starts[i] < offset + size;
          i++) {
        long from = Math.max(offset, starts[i]);
        long to = Math.min(offset + size, starts[i] + pieces.get(i).length());
        if (from < to) {
          copy(pieces.get(i), from - starts[i], to - from, target, from - offset, allocator);
        }
      }
      target.writerIndex(size);
      return target;
    } catch (Throwable e) {
      target.close();
      throw e;
    }
  }

  private static void copy(
      MessageBody piece, long from, long size, ArrowBuf target, long at, BufferAllocator allocator)
      throws IOException {
    try (ArrowBuf part = piece.read(from, size, allocator)) {
      target.setBytes(at, part, 0, size);
    }
  }

  @Override
  public MessageBody range(long offset, long size, BufferAllocator allocator) throws IOException {
    Objects.checkFromIndexSize(offset, size, length);
    int index = size == 0 ? -1 : Spans.last(starts, offset);
    if (index >= 0 && offset - starts[index] + size <= pieces.get(index).length()) {
      return pieces.get(index).range(offset - starts[index], size, allocator);
    }
    return new MemoryBody(List.of(read(offset, size, allocator)));
  }

  @Override
  public void close() {
    pieces.forEach(MessageBody::close);
  }
}
