package dev.mallard.arrow;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/** One record batch that is too large, cut as it is asked for. Owns the batch. */
final class MessagePieces implements AutoCloseable {
  private static final int ALIGNMENT = 64;

  /** Rows {@code from} to {@code to} of the batch. */
  private record Piece(long from, long to) {}

  private final IpcMessage whole;
  private final List<ColumnLayout> layouts;
  private final long maxBytes;
  private final BufferAllocator allocator;
  private final BatchHeader header;
  private final Deque<Piece> pieces = new ArrayDeque<>();

  /**
   * @param whole not compressed, of at least one row; taken over once this is made
   */
  MessagePieces(
      IpcMessage whole, List<ColumnLayout> layouts, long maxBytes, BufferAllocator allocator) {
    this.whole = whole;
    this.layouts = layouts;
    this.maxBytes = maxBytes;
    this.allocator = allocator;
    this.header = BatchHeader.read(whole);
    long rows = header.rows();
    // A little more than needed, because headers and padding are not shared out evenly.
    double needed = whole.encodedBytes() * 1.05 / maxBytes;
    long step = Math.max(1, (long) (rows / needed));
    step = step >= ALIGNMENT ? step - step % ALIGNMENT : Math.min(ALIGNMENT, rows);
    for (long from = 0; from < rows; from += step) {
      pieces.addLast(new Piece(from, Math.min(rows, from + step)));
    }
  }

  boolean isEmpty() {
    return pieces.isEmpty();
  }

  IpcMessage next() throws IOException {
    while (true) {
      Piece piece = pieces.removeFirst();
      IpcMessage message =
          MessageCutter.slice(whole, header, layouts, piece.from, piece.to, allocator);
      if (message.encodedBytes() <= maxBytes || piece.to - piece.from == 1) {
        return message;
      }
      message.close();
      long middle = middle(piece);
      pieces.addFirst(new Piece(middle, piece.to));
      pieces.addFirst(new Piece(piece.from, middle));
    }
  }

  private static long middle(Piece piece) {
    long rows = piece.to - piece.from;
    long half = rows / 2;
    if (rows > ALIGNMENT) {
      half = (half + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
    return piece.from + half;
  }

  @Override
  public void close() {
    whole.close();
  }
}
