package dev.mallard.query;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A connection of its own between begin and end. Its statements run one at a time, in the order in
 * which they come; a result that is still being read when the next one comes is moved to the spool,
 * so that no client waits for itself. Thread-safe.
 */
final class Transaction {
  private static final long LOOK_MILLIS = 50;

  private final SqlConnection connection;
  private final SessionOptions session;
  private final ResultSpool spool;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock(true);

  /** Guarded by the lock. */
  private @Nullable Reading reading;

  private boolean ended;
  private volatile Instant lastUse;

  /** Takes the connection over, on which a transaction was begun. */
  Transaction(SqlConnection connection, SessionOptions session, ResultSpool spool, Clock clock) {
    this.connection = connection;
    this.session = session;
    this.spool = spool;
    this.clock = clock;
    this.lastUse = clock.instant();
  }

  SessionOptions session() {
    return session;
  }

  /** What is done with the connection. */
  interface Work<T> {
    T on(SqlConnection connection);
  }

  /** Does something while nobody else uses the connection. */
  <T> T exclusively(Cancellation cancellation, Work<T> work) {
    acquire(cancellation);
    try (Cancellation.Registration interrupt = cancellation.onCancel(connection::interrupt)) {
      makeWay();
      cancellation.check();
      return work.on(connection);
    } catch (RuntimeException e) {
      throw OwnedStream.because(e, cancellation);
    } finally {
      lastUse = clock.instant();
      lock.unlock();
    }
  }

  private void acquire(Cancellation cancellation) {
    try {
      while (!lock.tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        cancellation.check();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MallardException(ErrorCode.CANCELLED, "the statement was cancelled", e);
    }
    if (ended) {
      lock.unlock();
      throw ended();
    }
  }

  static MallardException ended() {
    return MallardException.notFound(
        "there is no such transaction; it has ended, or was rolled back after it was idle for too long");
  }

  private void makeWay() {
    if (reading != null) {
      reading.spill();
      reading = null;
    }
  }

  /**
   * Inside {@link #exclusively}: a result that is read while the lock is free again.
   *
   * @param closers what belongs to the result besides its stream
   */
  BatchStream reading(BatchStream stream, OwnedStream.Closers closers, Cancellation cancellation) {
    closers.add(stream::close);
    reading = new Reading(stream, closers, cancellation);
    return reading;
  }

  /** Whether nobody has used it since then and nobody does now. */
  boolean isIdleSince(Instant then) {
    return lastUse.isBefore(then) && !lock.isLocked();
  }

  void end(boolean commit, Cancellation cancellation) {
    acquire(cancellation);
    try {
      if (reading != null && commit) {
        reading.spill();
      } else if (reading != null) {
        reading.abandon();
      }
      reading = null;
      ended = true;
      try (SqlConnection last = connection) {
        if (commit) {
          last.commit();
        } else {
          last.rollback();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** A result on the connection, or in the spool once something else wanted the connection. */
  private final class Reading implements BatchStream {
    private final Schema schema;
    private final Cancellation cancellation;
    private final OwnedStream.Closers closers;
    private BatchStream source;
    private boolean onConnection = true;
    private boolean closed;

    Reading(BatchStream stream, OwnedStream.Closers closers, Cancellation cancellation) {
      this.schema = stream.schema();
      this.source = stream;
      this.closers = closers;
      this.cancellation = cancellation;
    }

    @Override
    public Schema schema() {
      return schema;
    }

    @Override
    public @Nullable IpcMessage next() throws IOException {
      lock.lock();
      try {
        lastUse = clock.instant();
        if (!onConnection) {
          return source.next();
        }
        try (Cancellation.Registration interrupt = cancellation.onCancel(connection::interrupt)) {
          return source.next();
        } catch (RuntimeException e) {
          throw OwnedStream.because(e, cancellation);
        }
      } finally {
        lock.unlock();
      }
    }

    /** Under the lock. */
    void spill() {
      if (closed) {
        return;
      }
      BatchStream spilled = spool.spill(source);
      onConnection = false;
      closers.close();
      source = spilled;
    }

    /** Under the lock. */
    void abandon() {
      if (!closed) {
        onConnection = false;
        closers.close();
        source = new Ended(schema);
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        if (closed) {
          return;
        }
        closed = true;
        if (onConnection) {
          closers.close();
        } else {
          source.close();
        }
        if (reading == this) {
          reading = null;
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** What is left of a result after its transaction was rolled back. */
  private record Ended(Schema schema) implements BatchStream {
    @Override
    public @Nullable IpcMessage next() {
      throw new MallardException(
          ErrorCode.FAILED_PRECONDITION,
          "the transaction of this result was rolled back before the result was read");
    }

    @Override
    public void close() {}
  }
}
