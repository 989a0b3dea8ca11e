package dev.mallard.flight.actions;

import com.google.protobuf.ByteString;
import dev.mallard.error.MallardException;
import dev.mallard.flight.call.CallCaller;
import dev.mallard.flight.call.CallHeaders;
import dev.mallard.flight.session.SessionCookie;
import dev.mallard.flight.session.Sessions;
import dev.mallard.query.Cancellation;
import java.util.List;
import org.apache.arrow.flight.impl.Flight.CloseSessionRequest;
import org.apache.arrow.flight.impl.Flight.CloseSessionResult;
import org.apache.arrow.flight.impl.Flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.impl.Flight.GetSessionOptionsResult;
import org.apache.arrow.flight.impl.Flight.Result;
import org.apache.arrow.flight.impl.Flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.impl.Flight.SetSessionOptionsResult;

/** Session options, and the end of a session. */
final class SessionActions {
  private static final String SET = "SetSessionOptions";
  private static final String GET = "GetSessionOptions";
  private static final String CLOSE = "CloseSession";

  private final Sessions sessions;

  SessionActions(Sessions sessions) {
    this.sessions = sessions;
  }

  List<NamedAction> all() {
    return List.of(
        NamedAction.blocking(
            SET,
            "Set options of the session, which begins if there is none. Body: SetSessionOptionsRequest.",
            this::set),
        NamedAction.quick(
            GET,
            "The options of the session, or the defaults. Body: GetSessionOptionsRequest.",
            this::get),
        NamedAction.blocking(CLOSE, "End the session. Body: CloseSessionRequest.", this::close));
  }

  private List<Result> set(ByteString body, Cancellation cancellation) {
    CallHeaders headers = CallHeaders.current();
    var request = ActionBodies.parse(body, SetSessionOptionsRequest.parser(), SET);
    Sessions.Outcome outcome =
        sessions.set(headers.session(), CallCaller.current(), request.getSessionOptionsMap());
    if (outcome.isNew()) {
      headers.setCookie(SessionCookie.set(outcome.id()));
    }
    var result = SetSessionOptionsResult.newBuilder();
    outcome
        .errors()
        .forEach(
            (name, error) ->
                result.putErrors(
                    name, SetSessionOptionsResult.Error.newBuilder().setValue(error).build()));
    return List.of(ActionBodies.result(result.build()));
  }

  /** A client without a session is told what it gets: the defaults. */
  private List<Result> get(ByteString body) {
    ActionBodies.parse(body, GetSessionOptionsRequest.parser(), GET);
    return List.of(
        ActionBodies.result(
            GetSessionOptionsResult.newBuilder()
                .putAllSessionOptions(
                    sessions.shown(CallHeaders.current().session(), CallCaller.current()))
                .build()));
  }

  /** A client that never had a session has none afterwards, which is what it wants. */
  private List<Result> close(ByteString body, Cancellation cancellation) {
    ActionBodies.parse(body, CloseSessionRequest.parser(), CLOSE);
    CallHeaders headers = CallHeaders.current();
    String id = headers.session();
    if (id != null && !sessions.close(id, CallCaller.current())) {
      throw MallardException.notFound("action CloseSession: this session has ended already");
    }
    if (id != null) {
      headers.setCookie(SessionCookie.forget());
    }
    return List.of(
        ActionBodies.result(
            CloseSessionResult.newBuilder().setStatus(CloseSessionResult.Status.CLOSED).build()));
  }
}
