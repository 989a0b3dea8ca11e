package dev.mallard.query;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.Closer;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A result whose statement, connection and place among the running ones belong to it: closing it
 * gives all of them back, in reverse order, once.
 */
final class RunningResult implements BatchStream {
  private final BatchStream stream;
  private final Cancellation cancellation;
  private final Closer owned;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param owned closed with this, after {@code stream}
   */
  RunningResult(BatchStream stream, Cancellation cancellation, Closer owned) {
    this.stream = stream;
    this.cancellation = cancellation;
    this.owned = owned;
    owned.add(stream);
  }

  @Override
  public Schema schema() {
    return stream.schema();
  }

  @Override
  public boolean mayWait() {
    return stream.mayWait();
  }

  @Override
  public void stopWaiting() {
    stream.stopWaiting();
  }

  @Override
  public @Nullable IpcMessage next() throws IOException {
    cancellation.check();
    try {
      return stream.next();
    } catch (RuntimeException e) {
      throw because(e, cancellation);
    }
  }

  /** What was cancelled fails for that reason, whatever the engine says. */
  static RuntimeException because(RuntimeException failure, Cancellation cancellation) {
    MallardException reason = cancellation.reason();
    return reason == null ? failure : reason;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      owned.close();
    }
  }
}
