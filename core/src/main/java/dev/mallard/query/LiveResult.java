package dev.mallard.query;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.store.StorageErrors;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A result that is computed as it is read. It works only while somebody waits for its next message;
 * what is not read can be moved out of the engine's way into the spool, from where its reader goes
 * on. Where that cannot be the reader gets an error, never a shorter result.
 *
 * <p>Read by one thread at a time; the others' methods may be called by any.
 */
final class LiveResult implements BatchStream {
  private static final Logger LOG = LoggerFactory.getLogger(LiveResult.class);
  private static final long LOOK_MILLIS = 50;

  /**
   * What a result needs as long as it is on the engine.
   *
   * @param lock of the connection; of a transaction's all that use it
   * @param isShared whether others use the connection
   * @param used is told whenever it was
   * @param told hears of its failure
   * @param owned closed when it leaves the engine: stream, statement, seat …
   */
  record OnEngine(
      SqlConnection connection,
      ReentrantLock lock,
      boolean isShared,
      Runnable used,
      Admission.Seat seat,
      StatementEvents.Told told,
      Closer owned) {}

  private final OnEngine engine;
  private final Schema schema;
  private final Cancellation cancellation;
  private final ResultSpool spool;
  private final LiveResults all;

  /** Closed with it, last. */
  private final Closer owned;

  /** Held by who reads; taken before the connection's. */
  private final ReentrantLock reading = new ReentrantLock();

  /** What is still to be read; on the engine guarded by the connection's lock. */
  private volatile BatchStream source;

  private volatile boolean onEngine = true;

  /** Whether messages may come of work, not from a file alone; once not, never again. */
  private volatile boolean works = true;

  /** Its reader waits for the connection. */
  private volatile boolean wanted;

  private volatile boolean closed;

  /** There was no room for it when it was to be moved; until it is read again. */
  private volatile boolean isStuck;

  private volatile Instant restsSince;

  /**
   * @param stream is in {@code engine}'s to close
   */
  LiveResult(
      BatchStream stream,
      OnEngine engine,
      Closer owned,
      Cancellation cancellation,
      ResultSpool spool,
      LiveResults all) {
    this.schema = stream.schema();
    this.source = stream;
    this.engine = engine;
    this.owned = owned;
    this.cancellation = cancellation;
    this.spool = spool;
    this.all = all;
    this.restsSince = all.now();
    engine.seat().rest();
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public boolean mayWait() {
    return engine.isShared() || works();
  }

  @Override
  public void stopWaiting() {
    source.stopWaiting();
  }

  private boolean works() {
    if (works && !source.mayWait()) {
      works = false;
    }
    return works;
  }

  @Override
  public @Nullable IpcMessage next() throws IOException {
    reading.lock();
    try {
      cancellation.check();
      engine.used().run();
      if (takeConnection()) {
        try {
          return onEngine ? compute() : source.next();
        } finally {
          engine.lock().unlock();
        }
      }
      return source.next();
    } catch (RuntimeException e) {
      throw RunningResult.because(e, cancellation);
    } finally {
      isStuck = false;
      restsSince = all.now();
      reading.unlock();
    }
  }

  /** False if it needs none any more. Whoever moves the result stops for its reader. */
  private boolean takeConnection() {
    wanted = true;
    try {
      while (onEngine && !engine.lock().tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        cancellation.check();
      }
      return engine.lock().isHeldByCurrentThread();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MallardException(ErrorCode.CANCELLED, "the statement was cancelled", e);
    } finally {
      wanted = false;
    }
  }

  /** Under the connection's lock. */
  private @Nullable IpcMessage compute() throws IOException {
    boolean isWork = works();
    try (Cancellation.Registration interrupt =
        cancellation.onCancel(engine.connection()::interrupt)) {
      if (isWork) {
        engine.seat().work(cancellation);
      }
      return source.next();
    } catch (RuntimeException e) {
      RuntimeException reason = RunningResult.because(e, cancellation);
      // Whoever asks once more, who moves it above all, must not take it for an end.
      lose(reason);
      throw reason;
    } catch (IOException e) {
      lose(StorageErrors.translate("reading a result", e));
      throw e;
    } finally {
      if (isWork) {
        engine.seat().rest();
      }
    }
  }

  /** Who it is for. */
  String caller() {
    return engine.seat().caller();
  }

  Instant restsSince() {
    return restsSince;
  }

  boolean isOnEngine() {
    return onEngine;
  }

  boolean isStuck() {
    return isStuck;
  }

  /** Whether it rests, and others have its place. */
  boolean isInTheWay() {
    return canRest() && !engine.seat().hasPlace();
  }

  /** Whether nobody reads it, though there is work to do for it. */
  boolean canRest() {
    return onEngine && works && !reading.isLocked();
  }

  /** Under the connection's lock, by who works: the connection is wanted for something else. */
  void makeWay() {
    if (closed || !onEngine) {
      return;
    }
    String lost =
        "the rest of this result had to make way for the next statement of its transaction, and is lost";
    Spilled spilled = spill(Long.MAX_VALUE, false, lost);
    if (spilled instanceof Spilled.NoRoom full) {
      lose(because(lost, full.why()));
    }
  }

  /** As {@link #makeWay}, by who does not work: waits for its turn. */
  void makeWayInTurn() {
    if (onEngine) {
      try {
        engine.seat().work(cancellation);
      } catch (RuntimeException e) {
        lose(e);
      }
      makeWay();
    }
  }

  /** Somebody waits for a place who would have to wait for this. */
  void letPlaceGo() {
    engine.seat().giveWay();
  }

  /**
   * Moves it out of the way, unless it is read meanwhile.
   *
   * @param mostBytes of it
   * @param lost why, to its reader, if there is no room and it is over then; null if it may stay
   */
  void move(long mostBytes, @Nullable String lost) {
    if (!engine.lock().tryLock()) {
      return;
    }
    try {
      source = ContinuedStream.unread(source);
      if (closed || !onEngine || reading.isLocked()) {
        return;
      }
      if (lost == null && source instanceof ContinuedStream) {
        isStuck = true; // What was kept of it before has not even been read.
        return;
      }
      moveNow(mostBytes, lost);
    } finally {
      engine.lock().unlock();
    }
  }

  private void moveNow(long mostBytes, @Nullable String lost) {
    engine.seat().workNow();
    try {
      Spilled spilled =
          spill(mostBytes, true, lost == null ? "the result could not be kept" : lost);
      if (spilled instanceof Spilled.NoRoom full && lost != null) {
        lose(because(lost, full.why()));
      }
      isStuck = spilled instanceof Spilled.NoRoom;
    } finally {
      engine.seat().rest();
      engine.seat().giveWay();
    }
  }

  /**
   * Under the connection's lock. Whatever goes wrong is the reader's to hear.
   *
   * @return null if it is lost
   */
  private @Nullable Spilled spill(long mostBytes, boolean forReader, String lost) {
    try (Cancellation.Registration interrupt =
        cancellation.onCancel(engine.connection()::interrupt)) {
      Spilled spilled = spool.spill(source, mostBytes, () -> forReader && wanted, cancellation);
      if (spilled instanceof Spilled.Whole) {
        leaveEngine(spilled.rest());
      } else {
        source = spilled.rest();
      }
      return spilled;
    } catch (RuntimeException e) {
      LOG.debug("a result could not be moved out of the way", e);
      lose(because(lost, RunningResult.because(e, cancellation)));
      return null;
    }
  }

  private static MallardException because(String lost, RuntimeException why) {
    return new MallardException(
        why instanceof MallardException known ? known.code() : ErrorCode.INTERNAL,
        lost + ": " + why.getMessage(),
        why);
  }

  /** Ends it, if nobody uses it. */
  void end(MallardException why) {
    if (!engine.lock().tryLock()) {
      return;
    }
    try {
      lose(why);
    } finally {
      engine.lock().unlock();
    }
  }

  /** Under the connection's lock: its reader gets this. */
  void lose(RuntimeException why) {
    if (closed || !onEngine) {
      return;
    }
    engine.told().failed(why);
    BatchStream before = source;
    leaveEngine(new LostResult(schema, why));
    if (before instanceof ContinuedStream) {
      closeQuietly(before);
    }
  }

  /** Deletes what is kept of it, unless it is read. */
  void expire(MallardException why) {
    if (onEngine || !reading.tryLock()) {
      return;
    }
    try {
      if (source instanceof LostResult) {
        return;
      }
      BatchStream kept = source;
      source = new LostResult(schema, why);
      closeQuietly(kept);
    } finally {
      reading.unlock();
    }
  }

  private static void closeQuietly(BatchStream stream) {
    try {
      stream.close();
    } catch (RuntimeException e) {
      LOG.warn("what was kept of a result could not be closed", e);
    }
  }

  /** Under the connection's lock. */
  private void leaveEngine(BatchStream rest) {
    source = rest;
    onEngine = false;
    try {
      engine.owned().close();
    } catch (RuntimeException e) {
      LOG.warn("what belonged to a result could not be closed", e);
    }
  }

  @Override
  public void close() {
    reading.lock();
    try (Closer last = new Closer()) {
      if (closed) {
        return;
      }
      last.add(owned);
      last.add(() -> all.remove(this));
      last.add(this::closeSource);
    } finally {
      reading.unlock();
    }
  }

  private void closeSource() {
    boolean hasConnection = takeConnectionToClose();
    try (Closer last = new Closer()) {
      closed = true;
      if (onEngine) {
        last.add(engine.owned());
      }
      if (!onEngine || source instanceof ContinuedStream) {
        last.add(source);
      }
    } finally {
      if (hasConnection) {
        engine.lock().unlock();
      }
    }
  }

  /** As {@link #takeConnection}, whatever comes. */
  private boolean takeConnectionToClose() {
    wanted = true;
    boolean isInterrupted = false;
    boolean hasConnection = false;
    while (onEngine && !hasConnection) {
      try {
        hasConnection = engine.lock().tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
    return hasConnection;
  }
}
