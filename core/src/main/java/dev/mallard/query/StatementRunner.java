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
  private final ScheduledExecutorService timer;
  private final Duration timeout;
  private final StatementEvents events;

  StatementRunner(
      SqlEngine engine,
      Transactions transactions,
      StatementCache ready,
      Admission admission,
      ScheduledExecutorService timer,
      Duration timeout,
      ServerEvents events) {
    this.engine = engine;
    this.transactions = transactions;
    this.ready = ready;
    this.admission = admission;
    this.timer = timer;
    this.timeout = timeout;
    this.events = new StatementEvents(events);
  }

  /** Prepares a statement, but does not run it. */
  <T> T prepared(SqlRequest request, Cancellation cancellation, Function<SqlStatement, T> work) {
    if (request.transaction() != null) {
      return transactions
          .require(request.transaction(), request.caller())
          .exclusively(cancellation, connection -> with(connection, request, work));
    }
    transactions.sawOther(request.session());
    try (SqlConnection connection = engine.connect(request.session());
        Cancellation.Registration interrupt = cancellation.onCancel(connection::interrupt)) {
      return with(connection, request, work);
    } catch (RuntimeException e) {
      throw RunningResult.because(e, cancellation);
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
    return admitted(request, cancellation, () -> prepared(request, cancellation, work));
  }

  private <T> T admitted(SqlRequest request, Cancellation cancellation, Supplier<T> work) {
    try (Closer owned = new Closer()) {
      StatementEvents.Told told = owned.add(events.begin(request, cancellation));
      try {
        limitTime(cancellation, owned);
        owned.add(admission.admit(request.session().caller(), cancellation));
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
    transactions.sawOther(request.session());
    Transaction own = transactions.beginPrivate(request.session());
    try (Closer onFailure = new Closer()) {
      onFailure.add(own, transaction -> transaction.end(false));
      long changed =
          admitted(
              request,
              cancellation,
              () -> own.exclusively(cancellation, connection -> with(connection, request, update)));
      onFailure.release();
      own.end(true);
      return changed;
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
      StatementEvents.Told told = owned.add(events.begin(request, cancellation));
      try {
        limitTime(cancellation, owned);
        owned.add(admission.admit(request.session().caller(), cancellation));
        Run run = new Run(request, parameters, allocator, cancellation, told);
        BatchStream stream =
            request.transaction() == null
                ? alone(run, owned, onRunning)
                : inTransaction(request.transaction(), run, owned);
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
      StatementEvents.Told told) {
    BatchStream result(SqlStatement statement) {
      return told.watched(
          parameters == null
              ? statement.run()
              : new ParameterRuns(statement, parameters, allocator));
    }
  }

  private BatchStream alone(Run run, Closer owned, Consumer<DoubleSupplier> onRunning) {
    Cancellation cancellation = run.cancellation();
    StatementCache.Ready work = readyOrNew(run.request(), cancellation);
    SqlConnection connection = work.connection();
    Finish finish = new Finish(work);
    owned.add(finish);
    owned.add(cancellation.onCancel(connection::interrupt));
    onRunning.accept(connection::progress);
    BatchStream result = run.result(work.statement());
    finish.reusable = work.statement().isQuery();
    return new RunningResult(result, cancellation, owned);
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
    try (Closer onFailure = new Closer()) {
      StatementCache.Ready work = onFailure.add(readyOrNew(request, cancellation));
      Schema schema = question.apply(work.statement());
      onFailure.release();
      ready.put(work);
      return schema;
    }
  }

  private BatchStream inTransaction(String id, Run run, Closer owned) {
    Transaction transaction = transactions.require(id, run.request().caller());
    return transaction.exclusively(
        run.cancellation(),
        connection -> {
          SqlStatement statement = connection.prepare(run.request().sql(), run.request().caller());
          owned.add(statement);
          return transaction.reading(run.result(statement), owned, run.cancellation());
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
        timer.schedule(() -> cancellation.cancel(late), timeout.toMillis(), TimeUnit.MILLISECONDS);
    owned.add(alarm, pending -> pending.cancel(false));
  }

  int running() {
    return admission.running();
  }

  int waiting() {
    return admission.waiting();
  }
}
