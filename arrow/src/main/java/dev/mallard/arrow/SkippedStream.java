package dev.mallard.arrow;

import java.io.IOException;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A stream without its first record batches, for a reader that has them already. Dictionaries still
 * come.
 */
public final class SkippedStream implements BatchStream {
  private final BatchStream source;
  private long toSkip;

  /** Takes {@code source} over. */
  public SkippedStream(BatchStream source, long batches) {
    this.source = source;
    this.toSkip = batches;
  }

  @Override
  public Schema schema() {
    return source.schema();
  }

  @Override
  public @Nullable IpcMessage next() throws IOException {
    while (true) {
      IpcMessage message = source.next();
      if (message == null || message.kind() != IpcMessage.Kind.RECORD_BATCH || toSkip == 0) {
        return message;
      }
      message.close();
      toSkip--;
    }
  }

  @Override
  public void close() {
    source.close();
  }
}
