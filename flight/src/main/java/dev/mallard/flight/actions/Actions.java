package dev.mallard.flight.actions;

import dev.mallard.catalog.Catalog;
import dev.mallard.catalog.Changes;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.flight.auth.LiveCalls;
import dev.mallard.flight.call.BlockingCalls;
import dev.mallard.flight.call.CallSession;
import dev.mallard.flight.call.CallTally;
import dev.mallard.flight.call.IteratorPump;
import dev.mallard.flight.get.RunningReads;
import dev.mallard.query.Cancellation;
import dev.mallard.query.QueryService;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.impl.Flight.Action;
import org.apache.arrow.flight.impl.Flight.ActionType;
import org.apache.arrow.flight.impl.Flight.Result;

/** DoAction and ListActions. */
public final class Actions {
  private final Map<String, NamedAction> actions = new LinkedHashMap<>();
  private final BlockingCalls blocking;

  public Actions(
      BlockingCalls blocking,
      Catalog catalog,
      Changes changes,
      QueryService queries,
      CallSession session,
      RunningReads running,
      LiveCalls live) {
    this.blocking = blocking;
    addAll(new DatasetActions(catalog, changes).all());
    addAll(new FlightInfoActions(catalog, queries, running).all());
    addAll(new SqlActions(queries, session).all());
    addAll(new SessionActions(session.sessions()).all());
    addAll(new CallerActions(live).all());
  }

  private void addAll(List<NamedAction> group) {
    group.forEach(action -> actions.put(action.type(), action));
  }

  public void list(ServerCallStreamObserver<ActionType> client) {
    IteratorPump.start(actions.values().stream().map(Actions::described).iterator(), client);
  }

  private static ActionType described(NamedAction action) {
    return ActionType.newBuilder()
        .setType(action.type())
        .setDescription(action.description())
        .build();
  }

  public void run(Action request, ServerCallStreamObserver<Result> client) {
    NamedAction action = actions.get(request.getType());
    if (action == null) {
      throw new MallardException(
          ErrorCode.UNIMPLEMENTED,
          "action '"
              + request.getType()
              + "' is not known here; known: "
              + String.join(", ", actions.keySet()));
    }
    CallTally.current().action(action.type());
    if (action.blocks()) {
      blocking.answerAll(
          client, cancellation -> action.handler().run(request.getBody(), cancellation).iterator());
    } else {
      IteratorPump.start(
          action.handler().run(request.getBody(), new Cancellation()).iterator(), client);
    }
  }
}
