package dev.mallard.query;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.store.StorageErrors;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of its own between begin and end. Its statements run one at a time, in the order in
 * which they come; a result that is still being read when the next one comes is moved to the spool,
 * so that no client waits for itself. Where that cannot be its reader gets the error, and the next
 * statement runs. Thread-safe.
 */
final class Transaction {
  private static final Logger LOG = LoggerFactory.getLogger(Transaction.class);
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
  private volatile boolean shared;

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

  /** Somebody else's calls come over the network connection of whoever began it. */
  void markShared() {
    shared = true;
  }

  boolean isShared() {
    return shared;
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
      throw RunningResult.because(e, cancellation);
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
    MallardException over = ended ? ended() : connection.isUsable() ? null : engineGone();
    if (over != null) {
      lock.unlock();
      throw over;
    }
  }

  /** Does something while nobody else uses the connection, or after its end. */
  void alone(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }

  /** Makes what runs on it fail soon. */
  void interrupt() {
    connection.interrupt();
  }

  static MallardException ended() {
    return MallardException.notFound(
        "there is no such transaction; it has ended, or was rolled back after it was idle for too long");
  }

  private static MallardException engineGone() {
    return new MallardException(
        ErrorCode.FAILED_PRECONDITION,
        "the transaction was rolled back, because the SQL engine had to be started again; nothing of it is"
            + " stored: roll it back and begin another");
  }

  private void makeWay() {
    Reading before = reading;
    reading = null;
    if (before != null) {
      before.spill();
    }
  }

  /**
   * Inside {@link #exclusively}: a result that is read while the lock is free again.
   *
   * @param owned what belongs to the result besides its stream
   */
  BatchStream reading(BatchStream stream, Closer owned, Cancellation cancellation) {
    owned.add(stream);
    Reading result = new Reading(stream, owned, cancellation);
    reading = result;
    return result;
  }

  /** Whether nobody has used it since then and nobody does now. */
  boolean isIdleSince(Instant then) {
    return lastUse.isBefore(then) && !lock.isLocked();
  }

  /**
   * Ends it, whatever happens: afterwards the connection is closed. Waits for the statement that
   * runs, also if the thread is interrupted.
   *
   * @throws MallardException if it could not be committed; then it is rolled back
   */
  void end(boolean commit) {
    lock.lock();
    try {
      if (ended) {
        throw ended();
      }
      ended = true;
      try (SqlConnection last = connection) {
        if (commit) {
          makeWay();
          if (!last.isUsable()) {
            throw engineGone();
          }
          last.commit();
        } else {
          abandonReading();
          if (last.isUsable()) {
            last.rollback();
          }
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void abandonReading() {
    Reading before = reading;
    reading = null;
    if (before != null) {
      before.leaveConnection(
          new Lost(
              before.schema,
              new MallardException(
                  ErrorCode.FAILED_PRECONDITION,
                  "the transaction of this result was rolled back before the result was read")));
    }
  }

  /** A result on the connection, or in the spool once something else wanted the connection. */
  private final class Reading implements BatchStream {
    private final Schema schema;
    private final Cancellation cancellation;

    /** What is on the connection. */
    private final Closer owned;

    /** All that follows is guarded by the transaction's lock. */
    private BatchStream source;

    private boolean onConnection = true;
    private boolean closed;

    Reading(BatchStream stream, Closer owned, Cancellation cancellation) {
      this.schema = stream.schema();
      this.source = stream;
      this.owned = owned;
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
          RuntimeException reason = RunningResult.because(e, cancellation);
          // Whoever asks once more, a spill above all, must not take it for an end.
          leaveConnection(new Lost(schema, reason));
          throw reason;
        } catch (IOException e) {
          leaveConnection(new Lost(schema, StorageErrors.translate("reading a result", e)));
          throw e;
        }
      } finally {
        lock.unlock();
      }
    }

    /** Under the lock. Whatever goes wrong is the reader's to hear, not that of who comes next. */
    void spill() {
      if (closed || !onConnection) {
        return;
      }
      BatchStream rest = new Lost(schema, notKept(null));
      try (Cancellation.Registration interrupt = cancellation.onCancel(connection::interrupt)) {
        rest = spool.spill(source, cancellation);
      } catch (RuntimeException e) {
        LOG.debug("a result could not be moved out of the way", e);
        rest = new Lost(schema, notKept(RunningResult.because(e, cancellation)));
      } finally {
        leaveConnection(rest);
      }
    }

    private MallardException notKept(@Nullable RuntimeException why) {
      return new MallardException(
          why instanceof MallardException known ? known.code() : ErrorCode.INTERNAL,
          "the rest of this result had to make way for the next statement of its transaction, and is lost"
              + (why == null ? "" : ": " + why.getMessage()),
          why);
    }

    /** Under the lock. */
    void leaveConnection(BatchStream rest) {
      if (closed || !onConnection) {
        return;
      }
      onConnection = false;
      source = rest;
      closeOwned();
    }

    private void closeOwned() {
      try {
        owned.close();
      } catch (RuntimeException e) {
        LOG.warn("what belonged to a result could not be closed", e);
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
          owned.close();
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

  /** What is left of a result that cannot be read to its end. */
  private record Lost(Schema schema, RuntimeException why) implements BatchStream {
    @Override
    public @Nullable IpcMessage next() {
      throw why;
    }

    @Override
    public void close() {}
  }
}
