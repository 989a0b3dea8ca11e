package dev.mallard.query;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.events.ServerEvents;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Tells listeners of statements, each one's begin and end once. Thread-safe. */
final class StatementEvents {
  private final ServerEvents listener;
  private final AtomicLong statements = new AtomicLong();

  StatementEvents(ServerEvents listener) {
    this.listener = listener;
  }

  /** It runs until this is closed. */
  Told begin(SqlRequest request, Cancellation cancellation) {
    long id = statements.incrementAndGet();
    return new Told(
        new ServerEvents.Statement(id, request.sql(), request.transaction()), cancellation);
  }

  /** One statement whose begin was told. Several threads, one after the other. */
  final class Told implements AutoCloseable {
    private final ServerEvents.Statement statement;
    private final Cancellation cancellation;
    private final long began = System.nanoTime();
    private volatile @Nullable ErrorCode failure;

    private Told(ServerEvents.Statement statement, Cancellation cancellation) {
      this.statement = statement;
      this.cancellation = cancellation;
      listener.statementBegan(statement);
    }

    /** Why it is about to end. */
    void failed(RuntimeException error) {
      failure = error instanceof MallardException known ? known.code() : ErrorCode.INTERNAL;
    }

    /** Its result, whose failure is its own. */
    BatchStream watched(BatchStream result) {
      return new WatchedResult(result, this);
    }

    @Override
    public void close() {
      MallardException cancelled = cancellation.reason();
      listener.statementEnded(
          statement,
          cancelled == null ? failure : cancelled.code(),
          Duration.ofNanos(System.nanoTime() - began));
    }
  }

  private record WatchedResult(BatchStream result, Told told) implements BatchStream {
    @Override
    public Schema schema() {
      return result.schema();
    }

    @Override
    public boolean mayWait() {
      return result.mayWait();
    }

    @Override
    public void stopWaiting() {
      result.stopWaiting();
    }

    @Override
    public @Nullable IpcMessage next() throws IOException {
      try {
        return result.next();
      } catch (RuntimeException e) {
        told.failed(e);
        throw e;
      }
    }

    @Override
    public void close() {
      result.close();
    }
  }
}
