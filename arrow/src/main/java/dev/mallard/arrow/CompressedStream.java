package dev.mallard.arrow;

import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The same stream with every body compressed. Owns the stream behind it. */
public final class CompressedStream implements BatchStream {
  private final BatchStream source;
  private final Compression compression;
  private final BufferAllocator allocator;

  public CompressedStream(BatchStream source, Compression compression, BufferAllocator allocator) {
    this.source = source;
    this.compression = compression;
    this.allocator = allocator;
  }

  @Override
  public Schema schema() {
    return source.schema();
  }

  /** Messages that are compressed already are passed through. */
  @Override
  public @Nullable IpcMessage next() throws IOException {
    IpcMessage message = source.next();
    if (message == null || message.body().length() == 0 || BodyCodec.isCompressed(message)) {
      return message;
    }
    try (message) {
      return BodyCodec.compress(message, compression, allocator);
    }
  }

  @Override
  public void close() {
    source.close();
  }
}
