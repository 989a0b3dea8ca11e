package dev.mallard.query;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import java.io.IOException;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** What was kept of a stream, and then the stream, which is somebody else's to close. */
final class ContinuedStream implements BatchStream {
  private final BatchStream kept;
  private final BatchStream stream;

  /** Between the two. */
  private @Nullable IpcMessage message;

  private boolean keptIsRead;

  /** Takes all over but the stream. */
  ContinuedStream(BatchStream kept, @Nullable IpcMessage message, BatchStream stream) {
    this.kept = kept;
    this.message = message;
    this.stream = stream;
  }

  /** What is still to be read of a stream, without what has been read in front of it. */
  static BatchStream unread(BatchStream stream) {
    return stream instanceof ContinuedStream continued && !continued.hasKept()
        ? unread(continued.stream)
        : stream;
  }

  /** Whether something of what was kept is still to be read. */
  boolean hasKept() {
    return !keptIsRead || message != null;
  }

  @Override
  public Schema schema() {
    return stream.schema();
  }

  @Override
  public void stopWaiting() {
    stream.stopWaiting();
  }

  @Override
  public @Nullable IpcMessage next() throws IOException {
    if (!keptIsRead) {
      IpcMessage next = kept.next();
      if (next != null) {
        return next;
      }
      keptIsRead = true;
      kept.close();
    }
    IpcMessage between = message;
    message = null;
    return between != null ? between : stream.next();
  }

  @Override
  public void close() {
    IpcMessage between = message;
    message = null;
    if (between != null) {
      between.close();
    }
    kept.close();
    if (stream instanceof ContinuedStream) {
      stream.close(); // It was moved before, and has kept something itself.
    }
  }
}
