package dev.mallard.query;

import dev.mallard.arrow.BatchStream;
import dev.mallard.store.RowRange;
import java.time.Instant;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a client may do with SQL. Calls may block (in the queue, and while the engine
 * computes), so not on a network thread; each ends soon once its {@link Cancellation} is cancelled.
 * Thread-safe.
 */
public final class QueryService implements AutoCloseable {

  // --- statements

  /** The result's schema; runs nothing. */
  public Schema schema(SqlRequest request, Cancellation cancellation) {
    throw new UnsupportedOperationException();
  }

  /**
   * What GetFlightInfo needs to know. A query is not run yet, unless more than one endpoint is
   * wanted; anything else runs now, once, and its count (or what it returns) is spooled.
   *
   * @param endpoints how many parts the result may have
   */
  public QueryPlan plan(SqlRequest request, int endpoints, Cancellation cancellation) {
    throw new UnsupportedOperationException();
  }

  /** Runs a statement and streams its result (for an update: its count). */
  public BatchStream open(SqlRequest request, Cancellation cancellation) {
    throw new UnsupportedOperationException();
  }

  /**
   * Runs an update.
   *
   * @return rows changed, or −1 if that is not known (DDL)
   */
  public long update(SqlRequest request, Cancellation cancellation) {
    throw new UnsupportedOperationException();
  }

  // --- prepared statements; each has a handle that the client closes, or that expires when idle

  public PreparedInfo prepare(SqlRequest request, Cancellation cancellation) {
    throw new UnsupportedOperationException();
  }

  /** What {@link #prepare} said. */
  public PreparedInfo prepared(String handle) {
    throw new UnsupportedOperationException();
  }

  /** Sets the parameters of the next runs: every row of the stream is a run. Takes it over. */
  public void bind(String handle, BatchStream parameters) {
    throw new UnsupportedOperationException();
  }

  public QueryPlan planPrepared(String handle, int endpoints, Cancellation cancellation) {
    throw new UnsupportedOperationException();
  }

  public BatchStream openPrepared(String handle, Cancellation cancellation) {
    throw new UnsupportedOperationException();
  }

  /**
   * Runs an update once for each row of parameters, all or nothing.
   *
   * @param parameters replace what was bound; null leaves it. Taken over
   */
  public long updatePrepared(
      String handle, @Nullable BatchStream parameters, Cancellation cancellation) {
    throw new UnsupportedOperationException();
  }

  /** Again does nothing. */
  public void closePrepared(String handle) {
    throw new UnsupportedOperationException();
  }

  // --- spooled results

  /**
   * @param range a part's, or {@link RowRange#ALL}
   */
  public BatchStream readSpooled(String id, RowRange range) {
    throw new UnsupportedOperationException();
  }

  /** Keeps a result for another while and says until when. */
  public Instant renewSpooled(String id) {
    throw new UnsupportedOperationException();
  }

  /**
   * @return whether there was one
   */
  public boolean releaseSpooled(String id) {
    throw new UnsupportedOperationException();
  }

  // --- polled queries

  /** A query that runs in the background. */
  public record Progress(
      String id, Schema schema, double fraction, QueryPlan.@Nullable Spooled result) {}

  /** Starts a query whose result is spooled; returns when it is done or a moment has passed. */
  public Progress start(SqlRequest request, int endpoints, Cancellation cancellation) {
    throw new UnsupportedOperationException();
  }

  /** As {@link #start}, of a prepared statement. */
  public Progress startPrepared(String handle, int endpoints, Cancellation cancellation) {
    throw new UnsupportedOperationException();
  }

  /** Waits for news, for a moment. Fails as the query did. */
  public Progress progress(String id) {
    throw new UnsupportedOperationException();
  }

  /** Stops a query that {@link #start} began; returns whether it was still running. */
  public boolean cancelStarted(String id) {
    throw new UnsupportedOperationException();
  }

  // --- transactions

  /**
   * @return its id
   */
  public String begin(SessionOptions session) {
    throw new UnsupportedOperationException();
  }

  public void commit(String transaction) {
    throw new UnsupportedOperationException();
  }

  public void rollback(String transaction) {
    throw new UnsupportedOperationException();
  }

  // --- uploads into SQL tables

  /**
   * @param schema of the upload, in message form
   */
  public Ingest ingest(
      IngestTarget target,
      Schema schema,
      @Nullable String transaction,
      SessionOptions session,
      Cancellation cancellation) {
    throw new UnsupportedOperationException();
  }

  // --- sessions

  /**
   * Refuses a setting that is not safe to set, or a value that the engine does not take; a catalog
   * or schema that is not there.
   */
  public void checkOptions(SessionOptions session) {
    throw new UnsupportedOperationException();
  }

  /** Names of the engine's settings that a session may set. */
  public java.util.Set<String> settings() {
    throw new UnsupportedOperationException();
  }

  /** A session is over: what the engine kept for it goes. */
  public void endSession(String id) {
    throw new UnsupportedOperationException();
  }

  public SqlMetadata metadata() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
