package dev.mallard.arrow;

import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The same stream with no body compressed. Owns the stream behind it. */
public final class DecompressedStream implements BatchStream {
  private final BatchStream source;
  private final BufferAllocator allocator;
  private final CheckLimits limits;

  public DecompressedStream(BatchStream source, BufferAllocator allocator, CheckLimits limits) {
    this.source = source;
    this.allocator = allocator;
    this.limits = limits;
  }

  @Override
  public Schema schema() {
    return source.schema();
  }

  /** Messages that are not compressed are passed through. */
  @Override
  public @Nullable IpcMessage next() throws IOException {
    IpcMessage message = source.next();
    if (message == null || !BodyCodec.isCompressed(message)) {
      return message;
    }
    try (message) {
      return BodyCodec.decompress(message, allocator, limits);
    }
  }

  @Override
  public void close() {
    source.close();
  }
}
