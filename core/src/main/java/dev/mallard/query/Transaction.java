package dev.mallard.query;

import dev.mallard.arrow.BatchStream;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection of its own between begin and end. Its statements run one at a time, in the order in
 * which they come; a result that is still being read when the next one comes is moved to the spool,
 * so that no client waits for itself. Where that cannot be its reader gets the error, and the next
 * statement runs. Thread-safe.
 */
final class Transaction {
  private static final long LOOK_MILLIS = 50;

  private final SqlConnection connection;
  private final SessionOptions session;
  private final Admission admission;
  private final LiveResults results;
  private final ResultSpool spool;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock(true);

  /** Guarded by the lock. */
  private @Nullable LiveResult reading;

  private boolean ended;
  private volatile Instant lastUse;
  private volatile boolean shared;

  /** Takes the connection over, on which a transaction was begun. */
  Transaction(
      SqlConnection connection,
      SessionOptions session,
      Admission admission,
      LiveResults results,
      ResultSpool spool,
      Clock clock) {
    this.connection = connection;
    this.session = session;
    this.admission = admission;
    this.results = results;
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

  /** Does something while nobody else uses the connection, once it is admitted. */
  <T> T exclusively(Cancellation cancellation, Work<T> work) {
    try (Closer seat = new Closer()) {
      return exclusively(cancellation, seat, (last, admitted) -> work.on(last));
    }
  }

  /** What is done with the connection by who goes on with its seat. */
  interface SeatedWork<T> {
    T on(SqlConnection connection, Admission.Seat seat);
  }

  /**
   * As {@link #exclusively(Cancellation, Work)}.
   *
   * @param owner is given the seat to close
   */
  <T> T exclusively(Cancellation cancellation, Closer owner, SeatedWork<T> work) {
    // Whoever has a place never waits for a connection: so places always come back.
    acquire(cancellation);
    try {
      if (reading != null) {
        reading.letPlaceGo();
      }
      Admission.Seat seat = owner.add(admission.admit(session.caller(), cancellation));
      return admitted(cancellation, connection -> work.on(connection, seat));
    } finally {
      lock.unlock();
    }
  }

  /** Does something while nobody else uses the connection; who does it is admitted already. */
  <T> T admitted(Cancellation cancellation, Work<T> work) {
    acquire(cancellation);
    try (Cancellation.Registration interrupt = cancellation.onCancel(connection::interrupt)) {
      makeWay();
      cancellation.check();
      return work.on(connection);
    } catch (RuntimeException e) {
      throw RunningResult.because(e, cancellation);
    } finally {
      used();
      lock.unlock();
    }
  }

  private void used() {
    lastUse = clock.instant();
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
    LiveResult before = reading;
    reading = null;
    if (before != null) {
      before.makeWay();
    }
  }

  /**
   * Inside {@link #exclusively}: a result that is read while the lock is free again.
   *
   * @param seat closed with {@code onEngine}
   * @param onEngine what belongs to the result besides its stream as long as it is on the
   *     connection
   * @param owned what belongs to the result as long as it is read
   */
  LiveResult reading(
      BatchStream stream,
      Admission.Seat seat,
      StatementEvents.Told told,
      Closer onEngine,
      Closer owned,
      Cancellation cancellation) {
    onEngine.add(stream);
    LiveResult.OnEngine place =
        new LiveResult.OnEngine(connection, lock, true, this::used, seat, told, onEngine);
    LiveResult result = new LiveResult(stream, place, owned, cancellation, spool, results);
    onEngine.add(result, this::forget);
    results.add(result);
    reading = result;
    return result;
  }

  private void forget(LiveResult result) {
    if (reading == result) {
      reading = null;
    }
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
          if (reading != null) {
            reading.makeWayInTurn();
          }
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
    LiveResult before = reading;
    reading = null;
    if (before != null) {
      before.lose(
          new MallardException(
              ErrorCode.FAILED_PRECONDITION,
              "the transaction of this result was rolled back before the result was read"));
    }
  }
}
