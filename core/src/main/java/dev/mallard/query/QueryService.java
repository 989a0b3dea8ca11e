package dev.mallard.query;

import dev.mallard.access.Caller;
import dev.mallard.access.Right;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.error.Closer;
import dev.mallard.error.MallardException;
import dev.mallard.events.ServerEvents;
import dev.mallard.store.DiskBudget;
import dev.mallard.store.StorageErrors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that a client may do with SQL. Calls may block (in the queue, and while the engine
 * computes), so not on a network thread; each ends soon once its {@link Cancellation} is cancelled.
 * Thread-safe.
 */
public final class QueryService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QueryService.class);
  private static final long MAX_PARAMETER_BYTES = 64 << 20;
  private static final long HOUSEKEEPING_SECONDS = 1;
  private static final int TIDY_EVERY = 5;

  /** Of those that may run: so many results that nobody reads may rest on the engine. */
  private static final int RESTING_OF_CONCURRENT = 4;

  /** The part of the room on disk that one result which nobody reads may take. */
  private static final int PART_OF_DISK = 8;

  private static final long WANTED_MILLIS = 50;

  private final WatchedEngine engine;
  private final BufferAllocator allocator;
  private final QueryThreads threads = new QueryThreads();
  private final ResultSpool spool;
  private final Admission admission;
  private final LiveResults results;
  private final StatementRunner statements;
  private final Transactions transactions;
  private final StatementCache ready;
  private final PreparedStatements prepared;
  private final PolledQueries polled;

  /** Whether {@link #shareOut} is about to run. */
  private final AtomicBoolean isWanted = new AtomicBoolean();

  /** Only the timer's thread counts. */
  private int rounds;

  /**
   * @param engine stays the caller's to close, afterwards
   * @param spoolFolder of its own; emptied
   * @param disk what spooled results may take on disk, with whatever else it is for
   * @param spoolFormat that keeps messages as they are
   * @param events hears of statements
   */
  public QueryService(
      SqlEngine engine,
      QueryLimits limits,
      Path spoolFolder,
      DiskBudget disk,
      FileFormat spoolFormat,
      BufferAllocator allocator,
      ServerEvents events)
      throws IOException {
    Clock clock = Clock.systemUTC();
    this.engine = new WatchedEngine(engine);
    this.allocator = allocator;
    this.spool =
        new ResultSpool(
            spoolFolder,
            disk,
            limits.spoolMemoryBytes(),
            limits.spoolLease(),
            clock,
            spoolFormat,
            allocator);
    this.admission =
        new Admission(
            limits.concurrent(),
            limits.queued(),
            limits.perCaller(),
            System::nanoTime,
            this::placeIsWanted);
    this.results =
        new LiveResults(
            RESTING_OF_CONCURRENT * limits.concurrent(),
            limits.streamIdle(),
            limits.spoolLease(),
            Math.max(limits.spoolMemoryBytes(), disk.maxBytes() / PART_OF_DISK),
            spool,
            threads.movers(),
            threads.background(),
            clock);
    this.transactions =
        new Transactions(this.engine, admission, results, spool, limits.transactionIdle(), clock);
    this.ready = new StatementCache(clock);
    this.prepared = new PreparedStatements(limits.statementIdle(), clock);
    this.polled = new PolledQueries(threads.background(), limits.spoolLease(), clock);
    this.statements =
        new StatementRunner(
            this.engine,
            transactions,
            ready,
            admission,
            results,
            spool,
            threads.alarms(),
            limits.timeout(),
            events);
    disk.onPressure(this::giveWay);
    threads
        .housekeeping()
        .scheduleWithFixedDelay(
            this::housekeeping, HOUSEKEEPING_SECONDS, HOUSEKEEPING_SECONDS, TimeUnit.SECONDS);
  }

  /** Somebody waits for a place, or has taken one from a result that rests. */
  private void placeIsWanted() {
    if (isWanted.compareAndSet(false, true)) {
      try {
        threads.alarms().schedule(this::shareOut, WANTED_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        LOG.debug("the server ends", e);
      }
    }
  }

  private void shareOut() {
    isWanted.set(false);
    try {
      admission.takeBack();
      results.keepWithin();
    } catch (RuntimeException e) {
      LOG.warn("while sharing out places", e);
    }
    if (admission.waiting() > 0) {
      placeIsWanted();
    }
  }

  /** Forms are held by statements that are ready to run again, and by what they are bound to. */
  private void giveWay() {
    try {
      ready.clear();
      engine.giveWay();
    } catch (RuntimeException e) {
      LOG.warn("while making room", e);
    }
  }

  private void housekeeping() {
    try {
      transactions.rollBackIdle();
      prepared.forgetIdle();
      polled.forgetIdle();
      results.tidy();
      spool.forgetOld();
      ready.forgetOld();
      if (++rounds % TIDY_EVERY == 0) {
        engine.tidy();
      }
    } catch (RuntimeException e) {
      LOG.warn("while tidying up", e);
    }
  }

  // --- statements

  /** The result's schema; runs nothing. */
  public Schema schema(SqlRequest request, Cancellation cancellation) {
    return statements.prepared(request, cancellation, SqlStatement::schema);
  }

  /**
   * What GetFlightInfo needs to know. A query is not run yet, unless more than one endpoint is
   * wanted; anything else runs now, once, and its count (or what it returns) is spooled.
   *
   * @param endpoints how many parts the result may have
   */
  public QueryPlan plan(SqlRequest request, int endpoints, Cancellation cancellation) {
    if (endpoints == 1) {
      Schema schema = statements.schemaOfQuery(request, cancellation);
      if (schema != null) {
        return new QueryPlan(schema, null);
      }
    }
    return spooled(open(request, cancellation), request.caller(), endpoints, cancellation);
  }

  private QueryPlan spooled(
      BatchStream result, Caller owner, int endpoints, Cancellation cancellation) {
    try (result) {
      return new QueryPlan(result.schema(), spool.add(result, owner, endpoints, cancellation));
    }
  }

  /** Runs a statement and streams its result (for an update: its count). */
  public BatchStream open(SqlRequest request, Cancellation cancellation) {
    return statements.open(request, null, allocator, cancellation);
  }

  /**
   * Runs an update.
   *
   * @return rows changed, or −1 if that is not known (DDL)
   */
  public long update(SqlRequest request, Cancellation cancellation) {
    return statements.run(request, cancellation, SqlStatement::update);
  }

  // --- prepared statements; each has a handle that the client closes, or that expires when idle.
  // Here and below a handle is good for callers of the name that it was given to; to all others it
  // is as one that never was. Whoever has a statement run is judged himself.

  public PreparedInfo prepare(SqlRequest request, Cancellation cancellation) {
    return statements.prepareToRun(
        request, cancellation, statement -> prepared.add(request, statement));
  }

  /** What {@link #prepare} said. */
  public PreparedInfo prepared(String handle, Caller caller) {
    return prepared.require(handle, caller).info();
  }

  /** The schema of a prepared statement's result with the parameters that are bound. */
  public Schema preparedSchema(String handle, Caller caller, Cancellation cancellation) {
    PreparedStatements.Prepared statement = prepared.require(handle, caller);
    return statement.info().isQuery()
        ? boundSchema(statement, caller, cancellation)
        : statement.info().schema();
  }

  /** A prepared statement's text, as it was sent. */
  public String text(String handle, Caller caller) {
    return prepared.require(handle, caller).request(caller).sql();
  }

  /** Sets the parameters of the next runs: every row of the stream is a run. Takes it over. */
  public void bind(String handle, Caller caller, BatchStream parameters) {
    try (parameters) {
      PreparedStatements.Prepared statement = prepared.require(handle, caller);
      statement.bind(PlainParameters.stored(parameters, MAX_PARAMETER_BYTES, allocator));
    } catch (IOException e) {
      throw StorageErrors.translate("reading parameters", e);
    }
  }

  /** As {@link #plan}. */
  public QueryPlan planPrepared(
      String handle, Caller caller, int endpoints, Cancellation cancellation) {
    PreparedStatements.Prepared statement = prepared.require(handle, caller);
    if (endpoints == 1 && statement.info().isQuery()) {
      return new QueryPlan(boundSchema(statement, caller, cancellation), null);
    }
    return spooled(openPrepared(handle, caller, cancellation), caller, endpoints, cancellation);
  }

  /** What is bound may decide the type of a column. */
  private Schema boundSchema(
      PreparedStatements.Prepared statement, Caller caller, Cancellation cancellation) {
    StoredBatches parameters = statement.parameters();
    return parameters == null
        ? statement.info().schema()
        : statements.schemaWith(current(statement, caller), parameters, allocator, cancellation);
  }

  /** The request, in the transaction that follows its own if that has ended. */
  private SqlRequest current(PreparedStatements.Prepared statement, Caller caller) {
    SqlRequest request = statement.request(caller);
    String transaction = request.transaction();
    if (transaction == null || transactions.isOpen(transaction, caller)) {
      return request;
    }
    String next = transactions.only(request.session()).orElse(null);
    return new SqlRequest(request.sql(), next, request.session());
  }

  /** As {@link #open}. */
  public BatchStream openPrepared(String handle, Caller caller, Cancellation cancellation) {
    PreparedStatements.Prepared statement = prepared.require(handle, caller);
    return statements.open(
        current(statement, caller), statement.parameters(), allocator, cancellation);
  }

  /**
   * A prepared statement as it was sent, if its text says all (nothing is bound, no type is
   * changed): then a ticket can hold the text, which outlives the handle.
   */
  public Optional<SqlRequest> unbound(String handle, Caller caller) {
    PreparedStatements.Prepared statement = prepared.require(handle, caller);
    SqlRequest request = current(statement, caller);
    boolean textSaysAll = statement.parameters() == null && !request.session().plainTypes();
    return textSaysAll ? Optional.of(request) : Optional.empty();
  }

  /**
   * Refuses what {@link #updatePrepared} would refuse, before its parameters are there.
   *
   * @throws MallardException NOT_FOUND or PERMISSION_DENIED
   */
  public void requireUpdate(String handle, Caller caller) {
    if (!prepared(handle, caller).isQuery()) {
      caller.require(Right.WRITE, "run a statement that changes something");
    }
  }

  /**
   * Runs an update once for each row of parameters, all or nothing.
   *
   * @param parameters replace what was bound; null leaves it. Taken over
   */
  public long updatePrepared(
      String handle, Caller caller, @Nullable BatchStream parameters, Cancellation cancellation) {
    if (parameters != null) {
      bind(handle, caller, parameters);
    }
    PreparedStatements.Prepared statement = prepared.require(handle, caller);
    StoredBatches rows = statement.parameters();
    if (rows == null) {
      return update(current(statement, caller), cancellation);
    }
    return statements.runAll(current(statement, caller), rows, allocator, cancellation);
  }

  /** Again does nothing. */
  public void closePrepared(String handle, Caller caller) {
    prepared.close(handle, caller);
  }

  // --- spooled results

  /**
   * @param range a part's, or {@link RowRange#ALL}
   */
  public BatchStream readSpooled(String id, Caller caller, RowRange range) {
    return spool.read(id, caller, range);
  }

  /** Keeps a result for another while and says until when. */
  public Instant renewSpooled(String id, Caller caller) {
    return spool.renew(id, caller);
  }

  /**
   * @return whether there was one
   */
  public boolean releaseSpooled(String id, Caller caller) {
    return spool.release(id, caller);
  }

  // --- polled queries

  /**
   * A query that runs in the background.
   *
   * @param fraction done, from 0 to 1
   * @param result once it is done
   */
  public record Progress(
      String id, Schema schema, double fraction, QueryPlan.@Nullable Spooled result) {}

  /** Starts a query whose result is spooled; returns when it is done or a moment has passed. */
  public Progress start(SqlRequest request, int endpoints, Cancellation cancellation) {
    Schema schema = schema(request, cancellation);
    return start(schema, request, null, endpoints);
  }

  /** As {@link #start}, of a prepared statement. */
  public Progress startPrepared(
      String handle, Caller caller, int endpoints, Cancellation cancellation) {
    PreparedStatements.Prepared statement = prepared.require(handle, caller);
    Schema schema = boundSchema(statement, caller, cancellation);
    return start(schema, current(statement, caller), statement.parameters(), endpoints);
  }

  private Progress start(
      Schema schema, SqlRequest request, @Nullable StoredBatches parameters, int endpoints) {
    AtomicReference<DoubleSupplier> fraction = new AtomicReference<>(() -> 0);
    return polled.start(
        schema,
        request.caller(),
        () -> java.util.Objects.requireNonNull(fraction.get()).getAsDouble(),
        cancellation -> {
          try (BatchStream result =
              statements.open(request, parameters, allocator, cancellation, fraction::set)) {
            return spool.add(result, request.caller(), endpoints, cancellation);
          }
        });
  }

  /** Waits for news, for a moment. Fails as the query did. */
  public Progress progress(String id, Caller caller) {
    return polled.progress(id, caller);
  }

  /** Stops a query that {@link #start} began; returns whether it was still running. */
  public boolean cancelStarted(String id, Caller caller) {
    return polled.cancel(id, caller);
  }

  // --- transactions

  /**
   * @return its id
   */
  public String begin(SessionOptions session, Cancellation cancellation) {
    return statements.begin(session, cancellation);
  }

  public void commit(String transaction, Caller caller) {
    transactions.end(transaction, caller, true);
  }

  /** Again, or after it was rolled back for idleness, does nothing: clients then begin anew. */
  public void rollback(String transaction, Caller caller) {
    if (transactions.isOpen(transaction, caller)) {
      transactions.end(transaction, caller, false);
    }
  }

  // --- uploads into SQL tables

  /**
   * @param schema of the upload, in message form
   * @param transaction null for the only one that the client has open, or else one of its own
   */
  public Ingest ingest(
      IngestTarget target,
      Schema schema,
      @Nullable String transaction,
      SessionOptions session,
      Cancellation cancellation) {
    session.caller().require(Right.WRITE, "ingest into table '" + target.table() + "'");
    String joined = transaction == null ? transactions.only(session).orElse(null) : transaction;
    if (joined != null) {
      Transaction open = transactions.require(joined, session.caller());
      return new TransactionIngest(open, target, schema, cancellation);
    }
    try (Closer onFailure = new Closer()) {
      SqlConnection connection = onFailure.add(engine.connect(session));
      Ingest rows = connection.ingest(target, schema);
      Ingest ingest = new OwnedIngest(connection, rows, cancellation);
      onFailure.release();
      return ingest;
    }
  }

  // --- sessions

  /**
   * Refuses a setting that is not safe to set, or a value that the engine does not take; a catalog
   * or schema that is not there.
   */
  public void checkOptions(SessionOptions session) {
    engine.connect(session).close();
  }

  /** Names of the engine's settings that a session may set. */
  public Set<String> settings() {
    return engine.settings();
  }

  /** A session is over: its transactions are rolled back. */
  public void endSession(String id) {
    transactions.endOfSession(id);
  }

  /** Ends what runs in the background and what is kept for some callers. May block. */
  public void endWhere(Predicate<Caller> whose) {
    polled.endWhere(whose);
    transactions.endWhere(whose);
    prepared.endWhere(whose);
    spool.endWhere(whose);
  }

  /** The engine's own tables, as {@link SqlMetadata#ownTables}; usually without asking it. */
  public List<TableInfo> ownTables() {
    return engine.ownTables();
  }

  public SqlMetadata metadata() {
    return engine.metadata();
  }

  /** How that is what runs the statements. Waits for nobody. */
  public EngineState engineState() {
    return engine.state();
  }

  // --- for metrics and tests

  /** Statements that run now, those included whose results are not being read. */
  public int running() {
    return admission.admitted();
  }

  /** Statements that wait for their turn. */
  public int waiting() {
    return admission.waiting();
  }

  /** What is kept for clients: transactions, prepared statements, results, polled queries. */
  public int kept() {
    return transactions.size() + prepared.size() + spool.size() + polled.size();
  }

  @Override
  public void close() {
    polled.close();
    try {
      threads.close();
    } finally {
      transactions.close();
      ready.close();
      spool.close();
    }
  }
}
