package dev.mallard.flight.actions;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.google.protobuf.ByteString;
import dev.mallard.access.Caller;
import dev.mallard.access.Right;
import dev.mallard.error.MallardException;
import dev.mallard.flight.auth.LiveCalls;
import dev.mallard.flight.call.CallCaller;
import dev.mallard.flight.ticket.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.arrow.flight.impl.Flight.Result;

/** What a client may ask about itself, and an admin about all. */
final class CallerActions {
  private static final String WHOAMI = "whoami";
  private static final String LIST_CALLERS = "list_callers";

  /** The result of {@code whoami}. */
  @JsonPropertyOrder({"name", "role", "proof"})
  record Answer(String name, String role, String proof) {}

  /** A result of {@code list_callers}. */
  @JsonPropertyOrder({"name", "role", "calls", "methods", "peers", "since"})
  record Active(
      String name,
      String role,
      int calls,
      SortedSet<String> methods,
      SortedSet<String> peers,
      String since) {}

  private final LiveCalls live;

  CallerActions(LiveCalls live) {
    this.live = live;
  }

  List<NamedAction> all() {
    return List.of(
        NamedAction.quick(
            WHOAMI,
            "Who the server takes the client for, a JSON object: name, role, proof. No body.",
            CallerActions::whoami),
        NamedAction.quick(
            LIST_CALLERS,
            "Who has calls under way, for admins; a JSON object each, name and role: calls, methods, peers, since when. No body.",
            this::listCallers));
  }

  private static List<Result> whoami(ByteString body) {
    requireNone(WHOAMI, body);
    Caller caller = CallCaller.current();
    return List.of(
        ActionBodies.result(
            Json.write(
                new Answer(caller.name(), caller.role().toString(), caller.proof().kind()))));
  }

  private List<Result> listCallers(ByteString body) {
    CallCaller.current().require(Right.ADMIN, "list callers");
    requireNone(LIST_CALLERS, body);
    Map<List<String>, List<LiveCalls.Live>> byCaller =
        live.all().stream()
            .collect(
                Collectors.groupingBy(
                    call -> List.of(call.caller().name(), call.caller().role().toString()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    return byCaller.values().stream().map(CallerActions::active).toList();
  }

  /** The calls of one name and role, the oldest first. */
  private static Result active(List<LiveCalls.Live> calls) {
    Caller caller = calls.get(0).caller();
    return ActionBodies.result(
        Json.write(
            new Active(
                caller.name(),
                caller.role().toString(),
                calls.size(),
                distinct(calls, call -> call.method().substring(call.method().indexOf('/') + 1)),
                distinct(calls, LiveCalls.Live::peer),
                calls.get(0).began().toString())));
  }

  private static SortedSet<String> distinct(
      List<LiveCalls.Live> calls, Function<LiveCalls.Live, String> what) {
    return calls.stream().map(what).collect(Collectors.toCollection(TreeSet::new));
  }

  private static void requireNone(String action, ByteString body) {
    if (!body.isEmpty()) {
      throw MallardException.invalid("action " + action + ": it has no body (expected: none)");
    }
  }
}
