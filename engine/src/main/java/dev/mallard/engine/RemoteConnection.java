package dev.mallard.engine;

import dev.mallard.access.Caller;
import dev.mallard.engine.link.Answer;
import dev.mallard.engine.link.Request;
import dev.mallard.engine.link.SaidSession;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Ingest;
import dev.mallard.query.IngestTarget;
import dev.mallard.query.SessionOptions;
import dev.mallard.query.SqlConnection;
import dev.mallard.query.SqlStatement;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to the engine, whichever process that is: outside of a transaction it goes on in the
 * next one if its own is lost.
 */
final class RemoteConnection implements SqlConnection {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteConnection.class);

  /** So often a process may be lost before it comes to a statement. */
  private static final int MOST_STARTS = 5;

  private final EngineRoom room;
  private final SessionOptions session;
  private volatile @Nullable Calls calls;
  private volatile @Nullable Work current;
  private volatile boolean interrupted;

  /** The turn of the line that is watched, so that it is watched once. */
  private volatile long watched;

  private volatile boolean inTransaction;
  private volatile boolean transactionLost;

  RemoteConnection(EngineRoom room, SessionOptions session) {
    this.room = room;
    this.session = session;
  }

  EngineRoom room() {
    return room;
  }

  boolean isInTransaction() {
    return inTransaction;
  }

  /** The line that it is at the moment, if there is one; for tests. */
  @Nullable Calls line() {
    return calls;
  }

  /**
   * Makes sure that the session's options are good; where there are none there is nothing to ask.
   */
  void open() {
    if (session.isPlain()) {
      return;
    }
    Work work = new Work("connect", session.caller().name());
    attempt(work, Losses.Again.MAY, opened -> true);
  }

  /** What is done on the line that is this connection. */
  <T> T attempt(Work work, Losses.Again again, Function<Calls, T> attempt) {
    T result = attemptOn(work, again, attempt);
    finished(work);
    return result;
  }

  /** As {@link #attempt}, of work that goes on: whoever has the result says when it is finished. */
  <T extends @Nullable Object> T attemptOn(
      Work work, Losses.Again again, Function<Calls, T> attempt) {
    interrupted = false;
    current = work;
    work.setAwaited(true);
    try {
      for (int starts = 0; ; ) {
        room.losses().enter(work, this::checkInterrupted);
        boolean begun = false;
        try {
          Calls on = connected();
          begun = true;
          work.on(on.live());
          return attempt.apply(on);
        } catch (EngineLost lost) {
          release();
          if (!begun && !inTransaction && ++starts < MOST_STARTS) {
            continue;
          }
          judge(work, lost, again);
        }
      }
    } catch (RuntimeException e) {
      finished(work);
      throw e;
    } finally {
      current = null;
      work.setAwaited(false);
    }
  }

  /** The next message of a result, which was attempted once and is not again. */
  <T> T more(Work work, Supplier<T> next) {
    interrupted = false;
    current = work;
    work.setAwaited(true);
    try {
      return next.get();
    } catch (EngineLost lost) {
      release();
      judge(work, lost, Losses.Again.MAY_NOT);
      throw Losses.restarted();
    } finally {
      current = null;
      work.setAwaited(false);
    }
  }

  /** In an open transaction nothing runs again: it is over. */
  private void judge(Work work, EngineLost lost, Losses.Again again) {
    if (!inTransaction) {
      room.losses().judge(work, lost, again);
      work.off();
      return;
    }
    transactionLost = true;
    room.losses().judge(work, lost, Losses.Again.MAY);
    throw lostTransaction();
  }

  /** The engine is no longer at it. */
  void finished(Work work) {
    work.off();
    room.losses().leave(work);
  }

  static MallardException lostTransaction() {
    return new MallardException(
        ErrorCode.FAILED_PRECONDITION,
        "the engine was restarted: the transaction was rolled back; begin another");
  }

  private void checkInterrupted() {
    if (interrupted) {
      throw new MallardException(ErrorCode.CANCELLED, "the statement was cancelled");
    }
  }

  /** The line that is this connection, in the process that there is now. */
  private Calls connected() {
    Calls known = calls;
    if (inTransaction && (known == null || !known.isUsable())) {
      transactionLost = true;
      throw lostTransaction();
    }
    if (known != null && known.isUsable()) {
      return known;
    }
    release();
    LiveEngine live = room.live(this::checkInterrupted);
    Calls fresh = live.take();
    // A number of its own each time: what was meant for another line must not reach this one.
    long number = room.nextConnection();
    fresh.setConnection(number);
    if (session.isPlain()) {
      fresh.later(new Request.Connect(number, SaidSession.of(session)));
      calls = fresh;
      return fresh;
    }
    try {
      fresh.call(new Request.Connect(number, SaidSession.of(session)), Answer.Done.class);
    } catch (MallardException e) {
      live.give(fresh);
      throw e;
    } catch (RuntimeException e) {
      fresh.close();
      throw e;
    }
    calls = fresh;
    return fresh;
  }

  private void release() {
    Calls known = calls;
    calls = null;
    if (known != null) {
      known.close();
    }
  }

  @Override
  public SqlStatement prepare(String sql, Caller caller) {
    requireTransaction();
    RemoteStatement statement = new RemoteStatement(this, sql, caller);
    statement.prepare();
    return statement;
  }

  private void requireTransaction() {
    if (transactionLost) {
      throw lostTransaction();
    }
  }

  Work work(String text, Caller caller) {
    return new Work(text, caller.name());
  }

  private Work work(String what) {
    return work(what, session.caller());
  }

  @Override
  public void begin() {
    attempt(work("begin"), Losses.Again.MAY, on -> on.call(new Request.Begin(), Answer.Done.class));
    inTransaction = true;
  }

  @Override
  public void commit() {
    requireTransaction();
    try {
      attempt(work("commit"), Losses.Again.MAY_NOT, this::commitOn);
    } finally {
      inTransaction = false;
    }
  }

  private boolean commitOn(Calls on) {
    try {
      on.call(new Request.Commit(), Answer.Done.class);
      return true;
    } catch (EngineLost lost) {
      if (!room.commits().wasDone(on.committing())) {
        throw lost;
      }
      return true;
    }
  }

  @Override
  public void rollback() {
    boolean isThere = inTransaction && !transactionLost;
    Calls known = calls;
    try {
      if (isThere && known != null && known.isUsable()) {
        attempt(
            work("rollback"),
            Losses.Again.MAY_NOT,
            on -> on.call(new Request.Rollback(), Answer.Done.class));
      }
    } catch (MallardException e) {
      if (!transactionLost) {
        throw e;
      }
    } finally {
      inTransaction = false;
      transactionLost = false;
    }
  }

  @Override
  public Ingest ingest(IngestTarget target, Schema schema) {
    requireTransaction();
    return new RemoteIngest(this, target, schema, session.caller());
  }

  @Override
  public void interrupt() {
    interrupted = true;
    Work work = current;
    Calls on = calls;
    if (on == null) {
      return;
    }
    long turn = on.turns();
    if (turn % 2 == 0) {
      return;
    }
    on.interrupt(turn);
    if (work != null) {
      endWithin(on, turn, work);
    }
  }

  /** Whatever is under way on the line ends soon, or else the process does. */
  private void endWithin(Calls on, long turn, Work work) {
    if (watched != turn) {
      watched = turn;
      room.watch(on, turn, work);
    }
  }

  /** A result is closed that may be computed ahead at the moment. */
  void stopping(Calls on, Work work) {
    if (!inTransaction) { // In one nothing is.
      on.stopResult();
    }
    endWithin(on, on.turns() + 1, work);
  }

  @Override
  public double progress() {
    Calls on = calls;
    return on == null || on.turns() % 2 == 0 ? -1 : on.live().progress(on.connection());
  }

  /** Outside of a transaction it goes on in the next process. */
  @Override
  public boolean isUsable() {
    Calls known = calls;
    return !transactionLost && (!inTransaction || (known != null && known.isUsable()));
  }

  @Override
  public void close() {
    Calls known = calls;
    calls = null;
    if (known == null) {
      return;
    }
    if (!known.isUsable()) {
      known.close();
      return;
    }
    try {
      known.call(new Request.Disconnect(), Answer.Done.class);
      known.live().give(known);
    } catch (EngineLost e) {
      LOG.debug("a connection was lost when it was closed", e);
      known.close();
    } catch (RuntimeException e) {
      known.close();
      throw e;
    }
  }
}
