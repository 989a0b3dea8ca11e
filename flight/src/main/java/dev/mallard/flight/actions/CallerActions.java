package dev.mallard.flight.actions;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.google.protobuf.ByteString;
import dev.mallard.access.Caller;
import dev.mallard.error.MallardException;
import dev.mallard.flight.call.CallCaller;
import dev.mallard.flight.ticket.Json;
import java.util.List;
import org.apache.arrow.flight.impl.Flight.Result;

/** What a client may ask about itself. */
final class CallerActions {
  private static final String WHOAMI = "whoami";

  /** The result of {@code whoami}. */
  @JsonPropertyOrder({"name", "role", "proof"})
  record Answer(String name, String role, String proof) {}

  private CallerActions() {}

  static List<NamedAction> all() {
    return List.of(
        NamedAction.quick(
            WHOAMI,
            "Who the server takes the client for, a JSON object: name, role, proof. No body.",
            CallerActions::whoami));
  }

  private static List<Result> whoami(ByteString body) {
    if (!body.isEmpty()) {
      throw MallardException.invalid("action whoami: it has no body (expected: none)");
    }
    Caller caller = CallCaller.current();
    return List.of(
        ActionBodies.result(
            Json.write(
                new Answer(caller.name(), caller.role().toString(), caller.proof().kind()))));
  }
}
