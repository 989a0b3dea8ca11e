package dev.mallard.flight.put;

import dev.mallard.access.Caller;
import dev.mallard.arrow.CheckLimits;
import dev.mallard.catalog.Changes;
import dev.mallard.catalog.PutMode;
import dev.mallard.error.MallardException;
import dev.mallard.flight.call.CallCaller;
import dev.mallard.flight.call.CallHeaders;
import dev.mallard.flight.call.CallSession;
import dev.mallard.flight.call.CallTally;
import dev.mallard.flight.sql.FlightSqlCommand;
import dev.mallard.flight.ticket.DescriptorTarget;
import dev.mallard.flight.wire.IncomingFrame;
import dev.mallard.query.Cancellation;
import dev.mallard.query.QueryService;
import dev.mallard.query.SessionOptions;
import dev.mallard.query.SqlRequest;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Executor;
import org.apache.arrow.flight.impl.Flight.PutResult;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** DoPut: finds out where it goes. Thread-safe. */
public final class DoPut {
  private final Changes changes;
  private final QueryService queries;
  private final CallSession session;
  private final Executor blockingThreads;
  private final BufferAllocator allocator;
  private final CheckLimits limits;

  /**
   * @param limits of messages to SQL; {@code changes} has its own
   */
  public DoPut(
      Changes changes,
      QueryService queries,
      CallSession session,
      Executor blockingThreads,
      BufferAllocator allocator,
      CheckLimits limits) {
    this.changes = changes;
    this.queries = queries;
    this.session = session;
    this.blockingThreads = blockingThreads;
    this.allocator = allocator;
    this.limits = limits;
  }

  public StreamObserver<IncomingFrame> begin(StreamObserver<PutResult> client) {
    return new PutCall(this, blockingThreads, (ServerCallStreamObserver<PutResult>) client);
  }

  /** Whether it goes to the engine, which may block. */
  static boolean isSql(DescriptorTarget target) {
    return target instanceof DescriptorTarget.Command;
  }

  /**
   * Blocks for nothing: {@link PutSink#start} may.
   *
   * @param schema in message form; null if none came
   */
  PutSink open(DescriptorTarget target, @Nullable Schema schema, Cancellation cancellation) {
    Caller caller = CallCaller.current();
    if (target instanceof DescriptorTarget.Path path) {
      CallTally.current().dataset(String.join("/", path.segments()));
      PutMode mode = CallHeaders.current().putMode();
      return new DatasetPut(changes.put(path.segments(), mode, required(schema), caller));
    }
    if (target instanceof DescriptorTarget.Append append) {
      CallTally.current().dataset(String.join("/", append.path()));
      return new DatasetPut(changes.put(append.path(), PutMode.APPEND, required(schema), caller));
    }
    if (target instanceof DescriptorTarget.Command command) {
      return open(command.command(), schema, caller, cancellation);
    }
    throw MallardException.invalid(
        target instanceof DescriptorTarget.Sql
            ? "command: SQL is not for DoPut; send it as Flight SQL's CommandStatementUpdate, or ask for its FlightInfo"
            : "command: a poll is for PollFlightInfo");
  }

  private static Schema required(@Nullable Schema schema) {
    if (schema == null) {
      throw MallardException.invalid(
          "upload: the first message has no schema; send it before any batch");
    }
    return schema;
  }

  private PutSink open(
      FlightSqlCommand command, @Nullable Schema schema, Caller caller, Cancellation cancellation) {
    if (command instanceof FlightSqlCommand.StatementUpdate update) {
      SqlRequest request = session.request(update.sql(), update.transaction());
      return new UpdatePut(() -> queries.update(request, cancellation));
    }
    if (command instanceof FlightSqlCommand.PreparedStatementUpdate update) {
      return parameters(
          "CommandPreparedStatementUpdate",
          schema,
          () -> {
            queries.requireUpdate(update.handle(), caller);
            CallTally.current().statement(queries.text(update.handle(), caller));
          },
          rows ->
              PutReplies.updated(
                  queries.updatePrepared(update.handle(), caller, rows, cancellation)));
    }
    if (command instanceof FlightSqlCommand.PreparedStatementQuery query) {
      return parameters(
          "CommandPreparedStatementQuery",
          schema,
          () -> CallTally.current().statement(queries.text(query.handle(), caller)),
          rows -> {
            if (rows != null) {
              queries.bind(query.handle(), caller, rows);
            }
            return PutReplies.bound(query.handle());
          });
    }
    if (command instanceof FlightSqlCommand.StatementIngest ingest) {
      CallTally.current().dataset(ingest.target().table());
      Schema columns = required(schema);
      SessionOptions options = session.options();
      return new IngestPut(
          ingest.target().table(),
          columns,
          allocator,
          limits,
          () ->
              queries.ingest(
                  ingest.target(), columns, ingest.transaction(), options, cancellation));
    }
    throw MallardException.invalid(
        "command: a query is not for DoPut; ask for its FlightInfo and read it with DoGet");
  }

  private PutSink parameters(
      String name, @Nullable Schema schema, Runnable check, ParameterPut.Then then) {
    return new ParameterPut(name, schema, allocator, limits, check, then);
  }
}
