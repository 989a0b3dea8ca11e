package dev.mallard.flight.call;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Gives each call that fails its id, in a trailer and where it helps in the message, and logs what
 * is a fault of ours under it. To stand before everything else. Thread-safe.
 */
public final class FailedCalls implements ServerInterceptor {
  /** The call's id, of every call that was answered with an error. */
  public static final Metadata.Key<String> ID =
      Metadata.Key.of("mallard-call-id", Metadata.ASCII_STRING_MARSHALLER);

  private final CallIds ids;

  public FailedCalls(CallIds ids) {
    this.ids = ids;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    CallTally tally = CallTally.current();
    ServerCall<Q, R> told =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            if (status.isOk()) {
              super.close(status, trailers);
              return;
            }
            String id = tally.isHeard() ? tally.id() : ids.next();
            trailers.put(ID, id);
            super.close(StatusMapper.told(status, id), trailers);
          }
        };
    return next.startCall(told, headers);
  }
}
