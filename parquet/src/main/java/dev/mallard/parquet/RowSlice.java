package dev.mallard.parquet;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MessageCutter;
import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A stream without its first rows, and no longer than so many. */
final class RowSlice implements BatchStream {
  private final BatchStream source;
  private final BufferAllocator allocator;
  private long skip;
  private long left;

  /** Takes {@code source} over. */
  RowSlice(BatchStream source, long skip, long take, BufferAllocator allocator) {
    this.source = source;
    this.skip = skip;
    this.left = take;
    this.allocator = allocator;
  }

  @Override
  public Schema schema() {
    return source.schema();
  }

  @Override
  public @Nullable IpcMessage next() throws IOException {
    while (left > 0) {
      IpcMessage message = source.next();
      if (message == null || message.kind() != IpcMessage.Kind.RECORD_BATCH) {
        return message;
      }
      long rows = message.rows();
      long from = Math.min(skip, rows);
      long to = Math.min(rows, from + left);
      skip -= from;
      left -= to - from;
      if (from == 0 && to == rows) {
        return message;
      }
      try (message) {
        if (from < to) {
          return MessageCutter.slice(message, schema(), from, to, allocator);
        }
      }
    }
    return null;
  }

  @Override
  public void close() {
    source.close();
  }
}
