package dev.mallard.arrow;

import dev.mallard.error.Closer;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A stream made to fit its receiver: no message too large for it, bodies compressed as it wants
 * them, without the rows that it has already. What fits as it is passes untouched. Owns the stream
 * behind it.
 *
 * <p>Record batches that are too large are cut into contiguous rows. Pieces start at multiples of
 * 64 rows while they have at least as many, and single rows may be larger than the limit. The first
 * piece keeps the batch's app metadata and custom metadata. Dictionary batches are neither cut nor
 * left out.
 *
 * <p>What is left out is counted in rows, so that it does not matter how they were cut when the
 * receiver got them. Of a batch that is left out as a whole nothing but the header is looked at;
 * one in which the boundary lies begins there, without its metadata.
 */
public final class FittedStream implements BatchStream {
  private final BatchStream source;
  private final MessageLimit limit;
  private final BufferAllocator allocator;
  private final boolean decompress;
  private final @Nullable Compression compression;
  private long rowsToSkip;
  private @Nullable List<ColumnLayout> layouts;
  private @Nullable MessagePieces pieces;

  private FittedStream(
      BatchStream source,
      MessageLimit limit,
      BufferAllocator allocator,
      boolean decompress,
      @Nullable Compression compression,
      long rowsToSkip) {
    this.source = source;
    this.limit = limit;
    this.allocator = allocator;
    this.decompress = decompress;
    this.compression = compression;
    this.rowsToSkip = rowsToSkip;
  }

  /**
   * The same rows in messages of at most {@code maxBytes} (see {@link IpcMessage#encodedBytes}).
   * Bodies that are compressed stay so unless they are too large.
   */
  public static FittedStream cut(BatchStream source, long maxBytes, BufferAllocator allocator) {
    return new FittedStream(source, MessageLimit.of(maxBytes), allocator, false, null, 0);
  }

  /** With no body compressed, nor cut. */
  public static FittedStream plain(BatchStream source, BufferAllocator allocator) {
    MessageLimit none = MessageLimit.of(Long.MAX_VALUE);
    return new FittedStream(source, none, allocator, true, null, 0);
  }

  /**
   * What is sent to a client.
   *
   * @param compression of all bodies, or null for none
   * @param skippedRows the first ones, which are left out; those of batches that have none before
   *     the last of them, too
   */
  public static FittedStream outgoing(
      BatchStream source,
      MessageLimit limit,
      @Nullable Compression compression,
      long skippedRows,
      BufferAllocator allocator) {
    return new FittedStream(source, limit, allocator, true, compression, skippedRows);
  }

  @Override
  public Schema schema() {
    return source.schema();
  }

  @Override
  public boolean mayWait() {
    return source.mayWait();
  }

  @Override
  public void stopWaiting() {
    source.stopWaiting();
  }

  @Override
  public @Nullable IpcMessage next() throws IOException {
    IpcMessage message = fitting();
    return message == null ? null : compressed(message);
  }

  /** As large as it may be; not compressed, unless it may stay so. */
  private @Nullable IpcMessage fitting() throws IOException {
    if (pieces != null) {
      return piece(pieces);
    }
    IpcMessage message = wanted();
    if (message == null) {
      return null;
    }
    if (rowsToSkip > 0 && message.kind() == IpcMessage.Kind.RECORD_BATCH) {
      long from = rowsToSkip;
      rowsToSkip = 0;
      return cut(message, from);
    }
    if (decompress && BodyCodec.isCompressed(message)) {
      message = decompressed(message);
    }
    if (message.encodedBytes() <= limit.of(message.body()) || message.rows() <= 1) {
      return message;
    }
    return cut(message, 0);
  }

  /** The next that is not left out as a whole. */
  private @Nullable IpcMessage wanted() throws IOException {
    while (true) {
      IpcMessage message = source.next();
      if (message == null
          || message.kind() != IpcMessage.Kind.RECORD_BATCH
          || message.rows() > rowsToSkip
          || rowsToSkip == 0) {
        return message;
      }
      rowsToSkip -= message.rows();
      message.close();
    }
  }

  private IpcMessage decompressed(IpcMessage message) throws IOException {
    try (message) {
      return BodyCodec.decompress(message, allocator, CheckLimits.DEFAULT);
    }
  }

  /** The first piece of the rows from {@code from} on; the others follow. */
  private IpcMessage cut(IpcMessage batch, long from) throws IOException {
    IpcMessage message = BodyCodec.isCompressed(batch) ? decompressed(batch) : batch;
    if (layouts == null) {
      layouts = ColumnLayout.of(source.schema());
    }
    try {
      pieces = new MessagePieces(message, layouts, from, limit.of(message.body()), allocator);
    } catch (RuntimeException e) {
      Closer.closeAfter(e, message);
      throw e;
    }
    return piece(pieces);
  }

  private IpcMessage piece(MessagePieces rest) throws IOException {
    IpcMessage piece = rest.next();
    if (rest.isEmpty()) {
      rest.close();
      pieces = null;
    }
    return piece;
  }

  private IpcMessage compressed(IpcMessage message) throws IOException {
    if (compression == null || message.body().length() == 0) {
      return message;
    }
    try (message) {
      return BodyCodec.compress(message, compression, allocator);
    }
  }

  @Override
  public void close() {
    if (pieces != null) {
      pieces.close();
      pieces = null;
    }
    source.close();
  }
}
