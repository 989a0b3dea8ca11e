package dev.mallard.arrow;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** See {@link MessageCutter#cut}. */
final class CutStream implements BatchStream {
  private static final int ALIGNMENT = 64;

  /** Rows {@code from} to {@code to} of the message that is being cut. */
  private record Piece(long from, long to) {}

  private final BatchStream source;
  private final long maxBytes;
  private final BufferAllocator allocator;
  private final List<ColumnLayout> layouts;
  private final Deque<Piece> pieces = new ArrayDeque<>();
  private @Nullable IpcMessage whole;
  private @Nullable BatchHeader header;

  CutStream(BatchStream source, long maxBytes, BufferAllocator allocator) {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes: " + maxBytes + " (expected: >= 1)");
    }
    this.source = source;
    this.maxBytes = maxBytes;
    this.allocator = allocator;
    this.layouts = ColumnLayout.of(source.schema());
  }

  @Override
  public Schema schema() {
    return source.schema();
  }

  @Override
  public @Nullable IpcMessage next() throws IOException {
    if (whole == null) {
      IpcMessage message = source.next();
      if (message == null || message.encodedBytes() <= maxBytes || message.rows() <= 1) {
        return message;
      }
      begin(message);
    }
    return nextPiece();
  }

  private void begin(IpcMessage message) throws IOException {
    IpcMessage plain = message;
    if (BodyCodec.isCompressed(message)) {
      try (message) {
        plain = BodyCodec.decompress(message, allocator, CheckLimits.DEFAULT);
      }
    }
    whole = plain;
    BatchHeader read = BatchHeader.read(plain);
    header = read;
    long rows = read.rows();
    // A little more than needed, because headers and padding are not shared out evenly.
    double needed = plain.encodedBytes() * 1.05 / maxBytes;
    long step = Math.max(1, (long) (rows / needed));
    step = step >= ALIGNMENT ? step - step % ALIGNMENT : Math.min(ALIGNMENT, rows);
    for (long from = 0; from < rows; from += step) {
      pieces.addLast(new Piece(from, Math.min(rows, from + step)));
    }
  }

  private IpcMessage nextPiece() throws IOException {
    if (whole == null || header == null) {
      throw new IllegalStateException("nothing to cut");
    }
    while (true) {
      Piece piece = pieces.removeFirst();
      IpcMessage message =
          MessageCutter.slice(whole, header, layouts, piece.from, piece.to, allocator);
      if (message.encodedBytes() <= maxBytes || piece.to - piece.from == 1) {
        if (pieces.isEmpty()) {
          closeWhole();
        }
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

  private void closeWhole() {
    if (whole != null) {
      whole.close();
    }
    whole = null;
    header = null;
    pieces.clear();
  }

  @Override
  public void close() {
    closeWhole();
    source.close();
  }
}
