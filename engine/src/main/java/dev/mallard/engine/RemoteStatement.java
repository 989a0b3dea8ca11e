package dev.mallard.engine;

import dev.mallard.access.Caller;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.RenamedStream;
import dev.mallard.duckdb.CountStream;
import dev.mallard.engine.link.Answer;
import dev.mallard.engine.link.Notice;
import dev.mallard.engine.link.Received;
import dev.mallard.engine.link.Request;
import dev.mallard.engine.link.SaidCaller;
import dev.mallard.error.MallardException;
import dev.mallard.query.SqlStatement;
import java.util.Objects;
import java.util.function.Function;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A statement, with all that is needed to prepare, bind and run it in another process, too. */
final class RemoteStatement implements SqlStatement {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteStatement.class);

  private final RemoteConnection connection;
  private final String sql;
  private final Caller caller;

  /** The line on which it is prepared. */
  private @Nullable Calls on;

  private long number;
  private boolean query;
  private boolean repeatable;
  private @Nullable Schema schema;
  private @Nullable Schema parameters;
  private @Nullable BoundRow row;

  /** What is bound there. */
  private @Nullable BoundRow sent;

  /** Whether its connection can be used for it once more. */
  private boolean spoilt;

  RemoteStatement(RemoteConnection connection, String sql, Caller caller) {
    this.connection = connection;
    this.sql = sql;
    this.caller = caller;
  }

  private Work work() {
    return connection.work(sql, caller);
  }

  void prepare() {
    connection.attempt(
        work(),
        Losses.Again.MAY,
        calls -> {
          prepareOn(calls);
          return true;
        });
  }

  private void prepareOn(Calls calls) {
    Answer.Prepared prepared =
        calls.call(new Request.Prepare(sql, SaidCaller.of(caller)), Answer.Prepared.class);
    on = calls;
    number = prepared.statement();
    query = prepared.query();
    repeatable = prepared.repeatable();
    schema = prepared.schema();
    parameters = prepared.parameters();
    sent = null;
  }

  /** Prepared and bound on a line. */
  private long ready(Calls calls) {
    if (on != calls) {
      prepareOn(calls);
    }
    BoundRow wanted = row;
    if (wanted == sent) {
      return number;
    }
    if (wanted == null) {
      calls.call(new Request.Unbind(number), Answer.Done.class);
    } else {
      calls.call(new Request.Bind(number, wanted.schema()), wanted, Answer.Done.class);
    }
    sent = wanted;
    return number;
  }

  @Override
  public boolean isQuery() {
    return query;
  }

  @Override
  public boolean isRepeatable() {
    return repeatable;
  }

  @Override
  public boolean isCurrent() {
    Calls calls = on;
    if (spoilt || calls == null || !calls.isUsable()) {
      return false;
    }
    try {
      return connection.attempt(
          work(),
          Losses.Again.MAY_NOT,
          now -> now == calls && now.call(new Request.IsCurrent(number), Answer.Flag.class).yes());
    } catch (MallardException e) {
      LOG.debug("a statement that is not ready any more", e);
      return false;
    }
  }

  @Override
  public Schema schema() {
    Schema known = schema;
    if (known == null) {
      known =
          connection.attempt(
              work(),
              Losses.Again.MAY,
              calls -> describe(calls, new Request.Describe(ready(calls))));
      schema = known;
    }
    return known;
  }

  private static Schema describe(Calls calls, Request request) {
    return calls.call(request, Answer.SchemaIs.class).schema();
  }

  @Override
  public Schema parameters() {
    Schema known = parameters;
    if (known == null) {
      known =
          connection.attempt(
              work(),
              Losses.Again.MAY,
              calls -> describe(calls, new Request.Parameters(ready(calls))));
      parameters = known;
    }
    return known;
  }

  @Override
  public void bind(VectorSchemaRoot rows, int index) {
    row = BoundRow.of(rows, index);
    schema = null; // It may decide types.
  }

  @Override
  public void unbind() {
    if (row != null) {
      row = null;
      schema = null;
    }
  }

  /** What a change did before the engine was lost, if it is known. */
  private interface Done<T extends @Nullable Object> {
    T result(Notice.Committing committed);
  }

  @Override
  public BatchStream run() {
    Work work = work();
    return connection.attemptOn(
        work, again(), calls -> truthful(calls, now -> running(now, work), this::countOf));
  }

  @Override
  public @Nullable BatchStream runIfCurrent() {
    Calls calls = on;
    if (spoilt || calls == null || !calls.isUsable()) {
      return null;
    }
    Work work = work();
    return connection.attemptOn(
        work, again(), now -> now == calls ? runningIfCurrent(now, work) : running(now, work));
  }

  /** If it was lost meanwhile it is prepared anew, and current. */
  private @Nullable BatchStream runningIfCurrent(Calls calls, Work work) {
    return truthful(calls, now -> started(now, work, true), this::countOf);
  }

  @Override
  public long update() {
    return connection.attempt(
        work(),
        again(),
        calls ->
            truthful(
                calls,
                now -> now.call(new Request.Update(ready(now)), Answer.Count.class).rows(),
                Notice.Committing::count));
  }

  private Losses.Again again() {
    if (!query) {
      return Losses.Again.CHANGES;
    }
    return repeatable ? Losses.Again.MAY : Losses.Again.MAY_NOT;
  }

  private BatchStream running(Calls calls, Work work) {
    return Objects.requireNonNull(started(calls, work, false));
  }

  private @Nullable BatchStream started(Calls calls, Work work, boolean onlyIfCurrent) {
    Received received = calls.callForMessage(new Request.Run(ready(calls), onlyIfCurrent));
    if (received.said() instanceof Answer.Outdated) {
      connection.finished(work);
      return null;
    }
    if (received.said() instanceof Answer.Passed passed) {
      connection.finished(work);
      return new RenamedStream(
          calls.live().held().take(passed.stream(), BatchStream.class), passed.schema());
    }
    try (received) {
      return new RemoteStream(
          connection, this, calls, work, calls.cast(received, Answer.Running.class), received);
    }
  }

  /** If the commit of a change was under way it is found out whether it was done. */
  private <T extends @Nullable Object> T truthful(
      Calls calls, Function<Calls, T> attempt, Done<T> done) {
    try {
      return attempt.apply(calls);
    } catch (EngineLost lost) {
      Notice.Committing committing = calls.committing();
      if (query
          || connection.isInTransaction()
          || !connection.room().commits().wasDone(committing)
          || committing == null) {
        throw lost;
      }
      return done.result(committing);
    }
  }

  /** The result of a change that returns no rows of its own. */
  private BatchStream countOf(Notice.Committing committed) {
    if (!CountStream.SCHEMA.equals(schema)) {
      throw Commits.rowsLost();
    }
    return CountStream.of(committed.count(), connection.room().allocator());
  }

  /** Its connection was stopped: what comes next on it may be taken for that. */
  void spoil() {
    spoilt = true;
  }

  @Override
  public void close() {
    Calls calls = on;
    on = null;
    if (calls == null || !calls.isUsable()) {
      return;
    }
    calls.later(new Request.CloseStatement(number));
  }
}
