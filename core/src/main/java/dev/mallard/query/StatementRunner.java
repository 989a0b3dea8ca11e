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
  <T> T prepared(SqlRequest request, Cancellation cancellation, Function<SqlStatement, T> work) {
    try (Closer alarm = new Closer()) {
      limitTime(cancellation, alarm);
      return admitted(request, cancellation, work);
    }
  }

  /** Does something with a prepared statement, alone or in its transaction. */
  private <T> T admitted(
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

  private static <T> T with(
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
  }

  private BatchStream alone(Run run, Consumer<DoubleSupplier> onRunning) {
    Cancellation cancellation = run.cancellation();
    Closer onEngine = run.onEngine();
    Admission.Seat seat = onEngine.add(admission.admit(run.request().caller(), cancellation));
    StatementCache.Ready work = readyOrNew(run.request(), cancellation);
    SqlConnection connection = work.connection();
    Finish finish = new Finish(work);
    onEngine.add(finish);
    onRunning.accept(connection::progress);
    try (Cancellation.Registration interrupt = cancellation.onCancel(connection::interrupt)) {
      BatchStream result = onEngine.add(run.result(work.statement()));
      finish.reusable = work.statement().isQuery();
      LiveResult.OnEngine place =
          new LiveResult.OnEngine(
              connection, new ReentrantLock(), false, () -> {}, seat, run.told(), onEngine);
      LiveResult live = new LiveResult(result, place, run.owned(), cancellation, spool, results);
      results.add(live);
      return live;
    }
  }

  /** Keeps a query for its next run; anything else, and what has failed, is over. */
  private final class Finish implements AutoCloseable {
    private final StatementCache.Ready work;
    private boolean reusable;

    Finish(StatementCache.Ready work) {
      this.work = work;
    }

    @Override
    public void close() {
      if (reusable) {
        ready.put(work);
      } else {
        work.close();
      }
    }
  }

  private StatementCache.Ready readyOrNew(SqlRequest request, Cancellation cancellation) {
    transactions.sawOther(request.session());
    Optional<StatementCache.Ready> found = ready.take(request);
    if (found.isPresent()) {
      return found.get();
    }
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

  private @Nullable Schema planned(
      SqlRequest request,
      Cancellation cancellation,
      Function<SqlStatement, @Nullable Schema> question) {
    if (request.transaction() != null) {
      return prepared(request, cancellation, question);
    }
    try (Closer owned = new Closer();
        Closer onFailure = new Closer()) {
      limitTime(cancellation, owned);
      owned.add(admission.admit(request.caller(), cancellation));
      StatementCache.Ready work = onFailure.add(readyOrNew(request, cancellation));
      Schema schema = answer(work, cancellation, question);
      onFailure.release();
      ready.put(work);
      return schema;
    } catch (RuntimeException e) {
      throw RunningResult.because(e, cancellation);
    }
  }

  private static @Nullable Schema answer(
      StatementCache.Ready work,
      Cancellation cancellation,
      Function<SqlStatement, @Nullable Schema> question) {
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
