package dev.mallard.flight.actions;

import com.google.protobuf.ByteString;
import dev.mallard.query.Cancellation;
import java.util.List;
import org.apache.arrow.flight.impl.Flight.Result;

/**
 * An action that DoAction knows.
 *
 * @param blocks whether it may take its time, so that it needs a thread that may be blocked
 */
record NamedAction(String type, String description, boolean blocks, Handler handler) {
  /** What it does with its body. */
  interface Handler {
    List<Result> run(ByteString body, Cancellation cancellation);
  }

  /** What it does with its body if that is quick. */
  interface QuickHandler {
    List<Result> run(ByteString body);
  }

  static NamedAction quick(String type, String description, QuickHandler handler) {
    return new NamedAction(type, description, false, (body, cancellation) -> handler.run(body));
  }

  static NamedAction blocking(String type, String description, Handler handler) {
    return new NamedAction(type, description, true, handler);
  }
}
