package dev.mallard.query;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A result whose statement, connection and place among the running ones belong to it: closing it
 * gives all of them back, in reverse order, once.
 */
final class OwnedStream implements BatchStream {
  private final BatchStream stream;
  private final Cancellation cancellation;
  private final Closers closers;

  OwnedStream(BatchStream stream, Cancellation cancellation, Closers closers) {
    this.stream = stream;
    this.cancellation = cancellation;
    this.closers = closers;
    closers.add(stream::close);
  }

  @Override
  public Schema schema() {
    return stream.schema();
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
    closers.close();
  }

  /** What is to be closed, last first. */
  static final class Closers implements AutoCloseable {
    private final Deque<Runnable> open = new ArrayDeque<>();

    void add(Runnable close) {
      open.push(close);
    }

    @Override
    public void close() {
      RuntimeException failure = null;
      while (!open.isEmpty()) {
        try {
          open.pop().run();
        } catch (RuntimeException e) {
          if (failure == null) {
            failure = e;
          } else {
            failure.addSuppressed(e);
          }
        }
      }
      if (failure != null) {
        throw failure;
      }
    }
  }
}
