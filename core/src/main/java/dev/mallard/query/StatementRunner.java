package dev.mallard.query;

import dev.mallard.arrow.BatchStream;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.events.ServerEvents;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Runs statements: by themselves, each on a connection of its own once it is admitted, or on the
 * connection of their transaction. Thread-safe.
 */
final class StatementRunner {
  private final SqlEngine engine;
  private final Transactions transactions;
  private final StatementCache ready;
  private final Admission admission;
  private final LiveResults results;
  private final ResultSpool spool;
  private final ScheduledExecutorService alarms;
  private final Duration timeout;
  private final StatementEvents events;

  StatementRunner(
      SqlEngine engine,
      Transactions transactions,
      StatementCache ready,
      Admission admission,
      LiveResults results,
      ResultSpool spool,
      ScheduledExecutorService alarms,
      Duration timeout,
      ServerEvents events) {
    this.engine = engine;
    this.transactions = transactions;
    this.ready = ready;
    this.admission = admission;
    this.results = results;
    this.spool = spool;
    this.alarms = alarms;
    this.timeout = timeout;
    this.events = new StatementEvents(events);
  }

  /** Prepares a statement, but does not run it. That is work, too. */
  <T extends @Nullable Object> T prepared(
      SqlRequest request, Cancellation cancellation, Function<SqlStatement, T> work) {
    try (Closer alarm = new Closer()) {
      limitTime(cancellation, alarm);
      return admitted(request, cancellation, work);
    }
  }

  /** Does something with a prepared statement, alone or in its transaction. */
  private <T extends @Nullable Object> T admitted(
      SqlRequest request, Cancellation cancellation, Function<SqlStatement, T> work) {
    if (request.transaction() != null) {
      return transactions
          .require(request.transaction(), request.caller())
          .exclusively(cancellation, connection -> with(connection, request, work));
    }
    transactions.sawOther(request.session());
    try (Admission.Seat seat = admission.admit(request.caller(), cancellation);
        SqlConnection connection = engine.connect(request.session());
        Cancellation.Registration interrupt = cancellation.onCancel(connection::interrupt)) {
      return with(connection, request, work);
    } catch (RuntimeException e) {
      throw RunningResult.because(e, cancellation);
    }
  }

  /** Begins a transaction and returns its id. */
  String begin(SessionOptions session, Cancellation cancellation) {
    try (Closer alarm = new Closer()) {
      limitTime(cancellation, alarm);
      return transactions.begin(session, cancellation);
    }
  }

  private static <T extends @Nullable Object> T with(
      SqlConnection connection, SqlRequest request, Function<SqlStatement, T> work) {
    try (SqlStatement statement = connection.prepare(request.sql(), request.caller())) {
      return work.apply(statement);
    }
  }

  /** Runs a statement to its end. */
  <T> T run(SqlRequest request, Cancellation cancellation, Function<SqlStatement, T> work) {
    return told(request, cancellation, () -> admitted(request, cancellation, work));
  }

  private <T> T told(SqlRequest request, Cancellation cancellation, Supplier<T> work) {
    try (Closer owned = new Closer()) {
      StatementEvents.Told told = owned.add(events.begin(request, cancellation));
      try {
        limitTime(cancellation, owned);
        return work.get();
      } catch (RuntimeException e) {
        told.failed(e);
        throw RunningResult.because(e, cancellation);
      }
    }
  }

  /** Runs an update for each row of parameters, all or nothing. */
  long runAll(
      SqlRequest request,
      StoredBatches rows,
      BufferAllocator allocator,
      Cancellation cancellation) {
    Function<SqlStatement, Long> update =
        statement -> ParameterRuns.update(statement, rows, allocator, cancellation);
    if (request.transaction() != null || rows.rows() == 1) {
      return run(request, cancellation, update);
    }
    return told(request, cancellation, () -> inOwnTransaction(request, cancellation, update));
  }

  private <T> T inOwnTransaction(
      SqlRequest request, Cancellation cancellation, Function<SqlStatement, T> work) {
    transactions.sawOther(request.session());
    try (Closer onFailure = new Closer();
        Admission.Seat seat = admission.admit(request.caller(), cancellation)) {
      Transaction own = transactions.beginPrivate(request.session(), cancellation);
      onFailure.add(own, transaction -> transaction.end(false));
      T done = own.admitted(cancellation, connection -> with(connection, request, work));
      onFailure.release();
      own.end(true);
      return done;
    }
  }

  BatchStream open(
      SqlRequest request,
      @Nullable StoredBatches parameters,
      BufferAllocator allocator,
      Cancellation cancellation) {
    return open(request, parameters, allocator, cancellation, progress -> {});
  }

  /**
   * Runs a statement and streams its result.
   *
   * @param onRunning is given what tells how far it is
   */
  BatchStream open(
      SqlRequest request,
      @Nullable StoredBatches parameters,
      BufferAllocator allocator,
      Cancellation cancellation,
      Consumer<DoubleSupplier> onRunning) {
    try (Closer onFailure = new Closer()) {
      Closer owned = onFailure.add(new Closer());
      Closer onEngine = onFailure.add(new Closer());
      StatementEvents.Told told = onEngine.add(events.begin(request, cancellation));
      try {
        limitTime(cancellation, owned);
        Run run = new Run(request, parameters, allocator, cancellation, told, onEngine, owned);
        BatchStream stream =
            request.transaction() == null
                ? alone(run, onRunning)
                : inTransaction(request.transaction(), run);
        onFailure.release();
        return stream;
      } catch (RuntimeException e) {
        told.failed(e);
        throw RunningResult.because(e, cancellation);
      }
    }
  }

  /** One run of a statement. */
  private record Run(
      SqlRequest request,
      @Nullable StoredBatches parameters,
      BufferAllocator allocator,
      Cancellation cancellation,
      StatementEvents.Told told,
      Closer onEngine,
      Closer owned) {
    BatchStream result(SqlStatement statement) {
      return told.watched(
          parameters == null
              ? statement.run()
              : new ParameterRuns(statement, parameters, allocator));
    }

    /** Null if it does not mean any more what its text means now. */
    @Nullable BatchStream resultIfCurrent(StatementCache.Ready work) {
      if (parameters != null) {
        return work.isCurrent() ? result(work.statement()) : null;
      }
      BatchStream rows = work.statement().runIfCurrent();
      return rows == null ? null : told.watched(rows);
    }
  }

  private BatchStream alone(Run run, Consumer<DoubleSupplier> onRunning) {
    Cancellation cancellation = run.cancellation();
    Closer onEngine = run.onEngine();
    Admission.Seat seat = onEngine.add(admission.admit(run.request().caller(), cancellation));
    transactions.sawOther(run.request().session());
    Begun begun = begin(run, onRunning);
    LiveResult.OnEngine place =
        new LiveResult.OnEngine(
            begun.connection(), new ReentrantLock(), false, () -> {}, seat, run.told(), onEngine);
    LiveResult live =
        new LiveResult(begun.result(), place, run.owned(), cancellation, spool, results);
    results.add(live);
    return live;
  }

  /** A result, and where it is computed. */
  private record Begun(BatchStream result, SqlConnection connection) {}

  /** Runs what is ready, if it still means what it meant; else what is prepared for it. */
  private Begun begin(Run run, Consumer<DoubleSupplier> onRunning) {
    while (true) {
      Optional<StatementCache.Ready> found = ready.take(run.request());
      StatementCache.Ready work =
          found.isPresent() ? found.get() : prepare(run.request(), run.cancellation());
      SqlConnection connection = work.connection();
      onRunning.accept(connection::progress);
      try (Closer onFailure = new Closer();
          Cancellation.Registration interrupt =
              run.cancellation().onCancel(connection::interrupt)) {
        onFailure.add(work);
        BatchStream result =
            found.isPresent() ? run.resultIfCurrent(work) : run.result(work.statement());
        onFailure.release();
        if (result == null) {
          work.drop();
          continue;
        }
        run.onEngine().add(() -> finish(work));
        run.onEngine().add(result);
        return new Begun(result, connection);
      }
    }
  }

  /** Keeps a query for its next run; anything else is over. */
  private void finish(StatementCache.Ready work) {
    if (work.statement().isQuery()) {
      ready.put(work);
    } else {
      work.close();
    }
  }

  private StatementCache.Ready readyOrNew(SqlRequest request, Cancellation cancellation) {
    transactions.sawOther(request.session());
    Optional<StatementCache.Ready> found = ready.takeCurrent(request);
    return found.isPresent() ? found.get() : prepare(request, cancellation);
  }

  private StatementCache.Ready prepare(SqlRequest request, Cancellation cancellation) {
    try (Closer onFailure = new Closer()) {
      SqlConnection connection = onFailure.add(engine.connect(request.session()));
      try (Cancellation.Registration interrupt = cancellation.onCancel(connection::interrupt)) {
        SqlStatement statement = connection.prepare(request.sql(), request.caller());
        onFailure.release();
        return new StatementCache.Ready(request, connection, statement);
      }
    }
  }

  /**
   * The schema of a query. Whatever it is, it stays prepared for its run.
   *
   * @return null if it is not a query
   */
  @Nullable Schema schemaOfQuery(SqlRequest request, Cancellation cancellation) {
    return planned(
        request, cancellation, statement -> statement.isQuery() ? statement.schema() : null);
  }

  /** The schema of a query with these parameters; it stays prepared for its run. */
  Schema schemaWith(
      SqlRequest request,
      StoredBatches parameters,
      BufferAllocator allocator,
      Cancellation cancellation) {
    Schema schema =
        planned(
            request,
            cancellation,
            statement -> ParameterRuns.schema(statement, parameters, allocator));
    return Objects.requireNonNull(schema);
  }

  /** Asks something of a statement that is soon to run; it stays prepared for that. */
  <T> T prepareToRun(
      SqlRequest request, Cancellation cancellation, Function<SqlStatement, T> question) {
    return planned(request, cancellation, question);
  }

  private <T extends @Nullable Object> T planned(
      SqlRequest request, Cancellation cancellation, Function<SqlStatement, T> question) {
    if (request.transaction() != null) {
      return prepared(request, cancellation, question);
    }
    try (Closer owned = new Closer();
        Closer onFailure = new Closer()) {
      limitTime(cancellation, owned);
      owned.add(admission.admit(request.caller(), cancellation));
      StatementCache.Ready work = onFailure.add(readyOrNew(request, cancellation));
      T answer = answer(work, cancellation, question);
      onFailure.release();
      ready.put(work);
      return answer;
    } catch (RuntimeException e) {
      throw RunningResult.because(e, cancellation);
    }
  }

  private static <T extends @Nullable Object> T answer(
      StatementCache.Ready work, Cancellation cancellation, Function<SqlStatement, T> question) {
    SqlConnection connection = work.connection();
    try (Cancellation.Registration interrupt = cancellation.onCancel(connection::interrupt)) {
      return question.apply(work.statement());
    }
  }

  private BatchStream inTransaction(String id, Run run) {
    Transaction transaction = transactions.require(id, run.request().caller());
    Closer onEngine = run.onEngine();
    return transaction.exclusively(
        run.cancellation(),
        onEngine,
        (connection, seat) -> {
          SqlStatement statement = connection.prepare(run.request().sql(), run.request().caller());
          onEngine.add(statement);
          return transaction.reading(
              run.result(statement), seat, run.told(), onEngine, run.owned(), run.cancellation());
        });
  }

  private void limitTime(Cancellation cancellation, Closer owned) {
    if (timeout.isZero()) {
      return;
    }
    MallardException late =
        new MallardException(
            ErrorCode.DEADLINE_EXCEEDED,
            "SQL: the statement took longer than "
                + timeout.toSeconds()
                + " s, queue and reading included (--query-timeout)");
    ScheduledFuture<?> alarm =
        alarms.schedule(() -> cancellation.cancel(late), timeout.toMillis(), TimeUnit.MILLISECONDS);
    owned.add(alarm, pending -> pending.cancel(false));
  }
}
