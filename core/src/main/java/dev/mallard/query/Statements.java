package dev.mallard.query;

import dev.mallard.arrow.BatchStream;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Runs statements: by themselves, each on a connection of its own once it is admitted, or on the
 * connection of their transaction. Thread-safe.
 */
final class Statements {
  private final SqlEngine engine;
  private final Transactions transactions;
  private final ReadyStatements ready;
  private final Admission admission;
  private final ScheduledExecutorService timer;
  private final Duration timeout;

  Statements(
      SqlEngine engine,
      Transactions transactions,
      ReadyStatements ready,
      Admission admission,
      ScheduledExecutorService timer,
      Duration timeout) {
    this.engine = engine;
    this.transactions = transactions;
    this.ready = ready;
    this.admission = admission;
    this.timer = timer;
    this.timeout = timeout;
  }

  /** Prepares a statement, but does not run it. */
  <T> T prepared(SqlRequest request, Cancellation cancellation, Function<SqlStatement, T> work) {
    if (request.transaction() != null) {
      return transactions
          .require(request.transaction())
          .exclusively(cancellation, connection -> with(connection, request, work));
    }
    try (SqlConnection connection = engine.connect(request.session());
        Cancellation.Registration interrupt = cancellation.onCancel(connection::interrupt)) {
      return with(connection, request, work);
    } catch (RuntimeException e) {
      throw OwnedStream.because(e, cancellation);
    }
  }

  private static <T> T with(
      SqlConnection connection, SqlRequest request, Function<SqlStatement, T> work) {
    try (SqlStatement statement = connection.prepare(request.sql())) {
      return work.apply(statement);
    }
  }

  /** Runs a statement to its end. */
  <T> T run(SqlRequest request, Cancellation cancellation, Function<SqlStatement, T> work) {
    try (OwnedStream.Closers closers = new OwnedStream.Closers()) {
      limitTime(cancellation, closers);
      closers.add(admission.admit(cancellation)::close);
      return prepared(request, cancellation, work);
    }
  }

  /** Runs an update for each row of parameters, all or nothing. */
  long runAll(
      SqlRequest request,
      StoredBatches rows,
      BufferAllocator allocator,
      Cancellation cancellation) {
    if (request.transaction() != null || rows.rows() == 1) {
      return run(
          request,
          cancellation,
          statement -> ParameterRuns.update(statement, rows, allocator, cancellation));
    }
    String own = transactions.begin(request.session());
    boolean done = false;
    try {
      SqlRequest inOwn = new SqlRequest(request.sql(), own, request.session());
      long changed = runAll(inOwn, rows, allocator, cancellation);
      done = true;
      return changed;
    } finally {
      transactions.end(own, done);
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
    OwnedStream.Closers closers = new OwnedStream.Closers();
    boolean opened = false;
    try {
      limitTime(cancellation, closers);
      closers.add(admission.admit(cancellation)::close);
      BatchStream stream =
          request.transaction() == null
              ? alone(request, parameters, allocator, cancellation, closers, onRunning)
              : inTransaction(
                  request.transaction(),
                  request.sql(),
                  parameters,
                  allocator,
                  cancellation,
                  closers);
      opened = true;
      return stream;
    } catch (RuntimeException e) {
      throw OwnedStream.because(e, cancellation);
    } finally {
      if (!opened) {
        closers.close();
      }
    }
  }

  private BatchStream alone(
      SqlRequest request,
      @Nullable StoredBatches parameters,
      BufferAllocator allocator,
      Cancellation cancellation,
      OwnedStream.Closers closers,
      Consumer<DoubleSupplier> onRunning) {
    ReadyStatements.Ready work = readyOrNew(request, cancellation);
    SqlConnection connection = work.connection();
    Finish finish = new Finish(work);
    closers.add(finish::close);
    closers.add(cancellation.onCancel(connection::interrupt)::close);
    onRunning.accept(connection::progress);
    BatchStream result = result(work.statement(), parameters, allocator);
    finish.reusable = work.statement().isQuery();
    return new OwnedStream(result, cancellation, closers);
  }

  /** Keeps a query for its next run; anything else, and what has failed, is over. */
  private final class Finish {
    private final ReadyStatements.Ready work;
    private boolean reusable;

    Finish(ReadyStatements.Ready work) {
      this.work = work;
    }

    void close() {
      if (reusable) {
        ready.put(work);
      } else {
        work.close();
      }
    }
  }

  private ReadyStatements.Ready readyOrNew(SqlRequest request, Cancellation cancellation) {
    Optional<ReadyStatements.Ready> found = ready.take(request);
    if (found.isPresent()) {
      return found.get();
    }
    SqlConnection connection = engine.connect(request.session());
    boolean prepared = false;
    try (Cancellation.Registration interrupt = cancellation.onCancel(connection::interrupt)) {
      SqlStatement statement = connection.prepare(request.sql());
      prepared = true;
      return new ReadyStatements.Ready(request, connection, statement);
    } finally {
      if (!prepared) {
        connection.close();
      }
    }
  }

  /**
   * The schema of a query, which stays prepared for its run.
   *
   * @return null if it is not a query
   */
  @Nullable Schema schemaOfQuery(SqlRequest request, Cancellation cancellation) {
    if (request.transaction() != null) {
      return prepared(
          request, cancellation, statement -> statement.isQuery() ? statement.schema() : null);
    }
    ReadyStatements.Ready work = readyOrNew(request, cancellation);
    boolean kept = false;
    try {
      if (!work.statement().isQuery()) {
        return null;
      }
      Schema schema = work.statement().schema();
      ready.put(work);
      kept = true;
      return schema;
    } finally {
      if (!kept) {
        work.close();
      }
    }
  }

  private BatchStream inTransaction(
      String id,
      String sql,
      @Nullable StoredBatches parameters,
      BufferAllocator allocator,
      Cancellation cancellation,
      OwnedStream.Closers closers) {
    Transaction transaction = transactions.require(id);
    return transaction.exclusively(
        cancellation,
        connection -> {
          SqlStatement statement = connection.prepare(sql);
          closers.add(statement::close);
          BatchStream result = result(statement, parameters, allocator);
          return transaction.reading(result, closers, cancellation);
        });
  }

  private static BatchStream result(
      SqlStatement statement, @Nullable StoredBatches parameters, BufferAllocator allocator) {
    return parameters == null
        ? statement.run()
        : new ParameterRuns(statement, parameters, allocator);
  }

  private void limitTime(Cancellation cancellation, OwnedStream.Closers closers) {
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
    closers.add(() -> alarm.cancel(false));
  }

  int running() {
    return admission.running();
  }

  int waiting() {
    return admission.waiting();
  }
}
