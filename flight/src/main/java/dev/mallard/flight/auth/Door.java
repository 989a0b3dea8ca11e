package dev.mallard.flight.auth;

import dev.mallard.access.Admitted;
import dev.mallard.access.Credentials;
import dev.mallard.access.SignIn;
import dev.mallard.flight.call.CallCaller;
import dev.mallard.flight.call.StatusMapper;
import dev.mallard.flight.wire.FlightMarshallers;
import dev.mallard.flight.wire.Request;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.arrow.flight.impl.Flight.HandshakeRequest;
import org.apache.arrow.flight.impl.Flight.HandshakeResponse;
import org.apache.arrow.flight.impl.FlightServiceGrpc;

/**
 * Where every call comes in: it is refused here, or goes on with its {@link Caller}. A client that
 * shows name and password gets a token, in the reply's {@code authorization} header or, if it came
 * by Handshake, as the answer to that. Thread-safe.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Flight.html#authentication">Authentication</a>
 */
public final class Door implements ServerInterceptor {
  private final SignIn signIn;
  private final ScheduledExecutorService timer;
  private final Duration patience;

  /**
   * @param timer ends Handshakes in which nothing happens; stays the caller's
   * @param patience how long a Handshake may take
   */
  public Door(SignIn signIn, ScheduledExecutorService timer, Duration patience) {
    this.signIn = signIn;
    this.timer = timer;
    this.patience = patience;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (isDecidedByItself(call, headers)) {
      return next.startCall(call, headers);
    }
    CompletableFuture<Admitted> decision;
    try {
      Credentials shown = CredentialHeaders.read(headers);
      decision = signIn.admit(shown, PeerOf.call(call)).toCompletableFuture();
    } catch (RuntimeException e) {
      return refuse(call, e);
    }
    if (decision.isDone()) {
      return decided(decision, call, headers, next);
    }
    PendingCall<Q> pending = new PendingCall<>();
    Context context = Context.current();
    decision.whenComplete(
        (admitted, failure) ->
            context.run(() -> pending.goTo(decided(decision, call, headers, next))));
    return pending;
  }

  /** A Handshake is how one signs in: what counts is said in it, unless it is said before. */
  private static boolean isDecidedByItself(ServerCall<?, ?> call, Metadata headers) {
    String method = call.getMethodDescriptor().getFullMethodName();
    return method.equals(FlightServiceGrpc.getHandshakeMethod().getFullMethodName())
        && !CredentialHeaders.isBasic(headers);
  }

  private <Q, R> ServerCall.Listener<Q> decided(
      CompletableFuture<Admitted> decision,
      ServerCall<Q, R> call,
      Metadata headers,
      ServerCallHandler<Q, R> next) {
    Admitted admitted;
    try {
      admitted = decision.join();
    } catch (CompletionException | CancellationException e) {
      return refuse(call, e.getCause() == null ? e : e.getCause());
    }
    Context context = CallCaller.in(Context.current(), admitted.caller());
    ServerCall<Q, R> answered =
        admitted.token().isPresent() && CredentialHeaders.areShown(headers)
            ? new TokenReply<>(call, admitted.token().get())
            : call;
    return Contexts.interceptCall(context, answered, headers, next);
  }

  private static <Q, R> ServerCall.Listener<Q> refuse(ServerCall<Q, R> call, Throwable why) {
    call.close(StatusMapper.toStatus(why).getStatus(), new Metadata());
    return new ServerCall.Listener<>() {};
  }

  /** The Handshake method, whose requests are limited in size. */
  public static MethodDescriptor<Request<HandshakeRequest>, HandshakeResponse> handshakeMethod() {
    MethodDescriptor<HandshakeRequest, HandshakeResponse> method =
        FlightServiceGrpc.getHandshakeMethod();
    return method.toBuilder(
            FlightMarshallers.request(method.getRequestMarshaller()),
            method.getResponseMarshaller())
        .build();
  }

  /** Serves {@link #handshakeMethod}, behind this door as any other method. */
  public ServerCallHandler<Request<HandshakeRequest>, HandshakeResponse> handshake() {
    return (call, headers) ->
        CredentialHeaders.isBasic(headers)
            ? Handshake.answeredByHeader(call)
            : new Handshake(call, signIn).begin(timer, patience);
  }
}
