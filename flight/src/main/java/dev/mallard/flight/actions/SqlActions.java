package dev.mallard.flight.actions;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.google.protobuf.ByteString;
import dev.mallard.access.Caller;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.flight.call.CallCaller;
import dev.mallard.flight.call.CallSession;
import dev.mallard.flight.sql.FlightSqlDecoder;
import dev.mallard.flight.ticket.Json;
import dev.mallard.flight.wire.EncapsulatedSchema;
import dev.mallard.query.Cancellation;
import dev.mallard.query.EngineState;
import dev.mallard.query.PreparedInfo;
import dev.mallard.query.QueryService;
import java.util.List;
import org.apache.arrow.flight.impl.Flight.Result;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginTransactionRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginTransactionResult;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionClosePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementResult;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionEndTransactionRequest;
import org.jspecify.annotations.Nullable;

/** Flight SQL's actions: prepared statements and transactions. */
final class SqlActions {
  private static final String PREPARE = "CreatePreparedStatement";
  private static final String CLOSE = "ClosePreparedStatement";
  private static final String BEGIN = "BeginTransaction";
  private static final String END = "EndTransaction";

  private static final String STATUS = "sql_status";

  /** The result of {@code sql_status}. */
  @JsonPropertyOrder({"working", "own_process", "restarts", "last_end", "fence", "spare"})
  record Status(
      boolean working,
      @JsonProperty("own_process") boolean ownProcess,
      long restarts,
      @JsonProperty("last_end") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String lastEnd,
      String fence,
      boolean spare) {}

  private final QueryService queries;
  private final CallSession session;

  SqlActions(QueryService queries, CallSession session) {
    this.queries = queries;
    this.session = session;
  }

  List<NamedAction> all() {
    return List.of(
        NamedAction.blocking(
            PREPARE,
            "Prepare a statement. Body: ActionCreatePreparedStatementRequest in an Any.",
            this::prepare),
        NamedAction.blocking(
            CLOSE,
            "Forget a prepared statement. Body: ActionClosePreparedStatementRequest in an Any.",
            this::close),
        NamedAction.blocking(
            BEGIN,
            "Begin a transaction. Body: ActionBeginTransactionRequest in an Any.",
            this::begin),
        NamedAction.blocking(
            END,
            "Commit a transaction, or roll it back. Body: ActionEndTransactionRequest in an Any.",
            this::end),
        NamedAction.quick(
            STATUS,
            "How that is what runs SQL, a JSON object: working, own_process, restarts, last_end, fence, spare. No body.",
            this::status),
        refused("CreatePreparedSubstraitPlan", "this server runs no Substrait plans; send SQL"),
        refused("BeginSavepoint", "DuckDB has no savepoints; use a transaction"),
        refused("EndSavepoint", "DuckDB has no savepoints; use a transaction"));
  }

  private List<Result> status(ByteString body) {
    if (!body.isEmpty()) {
      throw MallardException.invalid("action " + STATUS + ": has a body (expected: none)");
    }
    EngineState state = queries.engineState();
    return List.of(
        ActionBodies.result(
            Json.write(
                new Status(
                    state.working(),
                    state.ownProcess(),
                    state.restarts(),
                    state.lastEnd(),
                    state.fence(),
                    state.spare()))));
  }

  private static NamedAction refused(String type, String why) {
    return NamedAction.quick(
        type,
        "Always refused: " + why + ".",
        body -> {
          throw new MallardException(ErrorCode.UNIMPLEMENTED, "action " + type + ": " + why);
        });
  }

  private List<Result> prepare(ByteString body, Cancellation cancellation) {
    var request = ActionBodies.unpack(body, ActionCreatePreparedStatementRequest.class, PREPARE);
    String transaction =
        FlightSqlDecoder.id(request.hasTransactionId(), request.getTransactionId());
    PreparedInfo prepared =
        queries.prepare(session.preparedRequest(request.getQuery(), transaction), cancellation);
    var result =
        ActionCreatePreparedStatementResult.newBuilder()
            .setPreparedStatementHandle(ByteString.copyFromUtf8(prepared.handle()));
    // Clients take a statement without a result's schema for an update.
    if (prepared.isQuery()) {
      result.setDatasetSchema(EncapsulatedSchema.of(prepared.schema()));
    }
    if (!prepared.parameters().getFields().isEmpty()) {
      result.setParameterSchema(EncapsulatedSchema.of(prepared.parameters()));
    }
    return List.of(ActionBodies.packed(result.build()));
  }

  private List<Result> close(ByteString body, Cancellation cancellation) {
    var request = ActionBodies.unpack(body, ActionClosePreparedStatementRequest.class, CLOSE);
    queries.closePrepared(
        request.getPreparedStatementHandle().toStringUtf8(), CallCaller.current());
    return List.of();
  }

  private List<Result> begin(ByteString body, Cancellation cancellation) {
    ActionBodies.unpack(body, ActionBeginTransactionRequest.class, BEGIN);
    String id = queries.begin(session.options(), cancellation);
    return List.of(
        ActionBodies.packed(
            ActionBeginTransactionResult.newBuilder()
                .setTransactionId(ByteString.copyFromUtf8(id))
                .build()));
  }

  private List<Result> end(ByteString body, Cancellation cancellation) {
    var request = ActionBodies.unpack(body, ActionEndTransactionRequest.class, END);
    String id = request.getTransactionId().toStringUtf8();
    Caller caller = CallCaller.current();
    switch (request.getAction()) {
      case END_TRANSACTION_COMMIT -> queries.commit(id, caller);
      case END_TRANSACTION_ROLLBACK -> queries.rollback(id, caller);
      case END_TRANSACTION_UNSPECIFIED, UNRECOGNIZED ->
          throw MallardException.invalid(
              "action EndTransaction: action is not set (expected: COMMIT or ROLLBACK)");
    }
    return List.of();
  }
}
