package dev.mallard.flight.auth;

import io.grpc.ServerCall;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hears of a call whose caller is not known yet, and tells what it heard to who serves the call
 * once that is decided. Thread-safe; whoever serves is told one thing at a time, in order.
 */
final class PendingCall<Q> extends ServerCall.Listener<Q> {
  private final Queue<Consumer<ServerCall.Listener<Q>>> heard = new ArrayDeque<>();
  private ServerCall.@Nullable Listener<Q> server;

  /** It is decided: what was heard goes there, and what is heard from now on. */
  synchronized void goTo(ServerCall.Listener<Q> listener) {
    server = listener;
    for (Consumer<ServerCall.Listener<Q>> event; (event = heard.poll()) != null; ) {
      event.accept(listener);
    }
  }

  private synchronized void hear(Consumer<ServerCall.Listener<Q>> event) {
    if (server == null) {
      heard.add(event);
    } else {
      event.accept(server);
    }
  }

  @Override
  public void onMessage(Q message) {
    hear(listener -> listener.onMessage(message));
  }

  @Override
  public void onHalfClose() {
    hear(ServerCall.Listener::onHalfClose);
  }

  @Override
  public void onCancel() {
    hear(ServerCall.Listener::onCancel);
  }

  @Override
  public void onComplete() {
    hear(ServerCall.Listener::onComplete);
  }

  @Override
  public void onReady() {
    hear(ServerCall.Listener::onReady);
  }
}
