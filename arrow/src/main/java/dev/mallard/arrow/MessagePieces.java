package dev.mallard.arrow;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/** One record batch, or the end of one, cut as it is asked for. Owns the batch. */
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
   * @param from the first row that is wanted, of which there is one
   */
  MessagePieces(
      IpcMessage whole,
      List<ColumnLayout> layouts,
      long from,
      long maxBytes,
      BufferAllocator allocator) {
    this.whole = whole;
    this.layouts = layouts;
    this.maxBytes = maxBytes;
    this.allocator = allocator;
    this.header = BatchHeader.read(whole);
    long rows = header.rows();
    long step = step(rows);
    for (long start = from; start < rows; ) {
      // Where a piece would end if all were wanted: what is not aligned is copied bit by bit.
      long end = Math.min(rows, start - start % step + step);
      pieces.addLast(new Piece(start, end));
      start = end;
    }
  }

  private long step(long rows) {
    if (whole.encodedBytes() <= maxBytes) {
      return rows;
    }
    // A little more than needed, because headers and padding are not shared out evenly.
    double needed = whole.encodedBytes() * 1.05 / maxBytes;
    long step = (long) (rows / needed);
    return step >= ALIGNMENT ? step - step % ALIGNMENT : Math.min(ALIGNMENT, rows);
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
