package dev.mallard.flight.rpc;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Cancellation;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.impl.Flight.Action;
import org.apache.arrow.flight.impl.Flight.ActionType;
import org.apache.arrow.flight.impl.Flight.Result;

/** DoAction and ListActions. */
final class Actions {
  private final Map<String, NamedAction> actions = new LinkedHashMap<>();
  private final BlockingCalls blocking;

  Actions(BlockingCalls blocking, List<List<NamedAction>> groups) {
    this.blocking = blocking;
    groups.forEach(group -> group.forEach(action -> actions.put(action.type(), action)));
  }

  List<ActionType> list() {
    return actions.values().stream()
        .map(
            action ->
                ActionType.newBuilder()
                    .setType(action.type())
                    .setDescription(action.description())
                    .build())
        .toList();
  }

  void run(Action request, ServerCallStreamObserver<Result> client) {
    NamedAction action = actions.get(request.getType());
    if (action == null) {
      throw new MallardException(
          ErrorCode.UNIMPLEMENTED,
          "action '"
              + request.getType()
              + "' is not known here; known: "
              + String.join(", ", actions.keySet()));
    }
    if (action.blocks()) {
      blocking.answerAll(
          client, cancellation -> action.handler().run(request.getBody(), cancellation).iterator());
    } else {
      IteratorPump.start(
          action.handler().run(request.getBody(), new Cancellation()).iterator(), client);
    }
  }
}
