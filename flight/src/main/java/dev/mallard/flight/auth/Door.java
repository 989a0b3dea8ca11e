package dev.mallard.flight.auth;

import dev.mallard.access.Admitted;
import dev.mallard.access.Caller;
import dev.mallard.access.Credentials;
import dev.mallard.access.SignIn;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.flight.call.CallTally;
import dev.mallard.flight.call.StatusMapper;
import dev.mallard.flight.wire.FlightMarshallers;
import dev.mallard.flight.wire.Request;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.arrow.flight.impl.Flight.HandshakeRequest;
import org.apache.arrow.flight.impl.Flight.HandshakeResponse;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where every call comes in: it is refused here, or goes on with its {@link Caller}. A client that
 * shows name and password gets a token, in the reply's {@code authorization} header or, if it came
 * by Handshake, as the answer to that. Thread-safe.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Flight.html#authentication">Authentication</a>
 */
public final class Door implements ServerInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(Door.class);

  private final SignIn signIn;
  private final LiveCalls live;
  private final Executor workers;
  private final ScheduledExecutorService timer;
  private final Duration patience;

  /**
   * @param live where calls that are let in are until they end
   * @param workers go on with calls that had to wait for their decision; stay the caller's
   * @param timer ends Handshakes in which nothing happens; stays the caller's
   * @param patience how long a Handshake may take
   */
  public Door(
      SignIn signIn,
      LiveCalls live,
      Executor workers,
      ScheduledExecutorService timer,
      Duration patience) {
    this.signIn = signIn;
    this.live = live;
    this.workers = workers;
    this.timer = timer;
    this.patience = patience;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (isDecidedByItself(call, headers)) {
      return next.startCall(call, headers);
    }
    long revision = signIn.revision();
    CompletableFuture<Admitted> decision;
    try {
      Credentials shown = CredentialHeaders.read(headers);
      if (shown instanceof Credentials.Password password) {
        CallTally.current().claimed(password.name());
      }
      decision = signIn.admit(shown, PeerOf.call(call)).toCompletableFuture();
    } catch (RuntimeException e) {
      return refuse(call, e);
    }
    if (decision.isDone()) {
      return decided(decision, revision, call, headers, next);
    }
    PendingCall<Q> pending = new PendingCall<>();
    Executor inContext = Context.current().fixedContextExecutor(workers);
    decision.whenCompleteAsync(
        (admitted, failure) -> {
          try {
            pending.goTo(decided(decision, revision, call, headers, next));
          } catch (RuntimeException e) {
            refuse(call, e); // Nobody else would hear of it.
          }
        },
        inContext);
    return pending;
  }

  /**
   * A Handshake is how one signs in: what counts is said in it, unless its headers say it. What a
   * former one gave does not count, for that may be why there is another.
   */
  private static boolean isDecidedByItself(ServerCall<?, ?> call, Metadata headers) {
    String method = call.getMethodDescriptor().getFullMethodName();
    return method.equals(FlightServiceGrpc.getHandshakeMethod().getFullMethodName())
        && !headers.containsKey(CredentialHeaders.AUTHORIZATION);
  }

  /**
   * @param revision of sign-in, before it was asked
   */
  private <Q, R> ServerCall.Listener<Q> decided(
      CompletableFuture<Admitted> decision,
      long revision,
      ServerCall<Q, R> call,
      Metadata headers,
      ServerCallHandler<Q, R> next) {
    Admitted admitted;
    try {
      admitted = decision.join();
    } catch (CompletionException | CancellationException e) {
      return refuse(call, e.getCause() == null ? e : e.getCause());
    }
    Caller caller = admitted.caller();
    CallTally.current().admitted(caller);
    ServerCall<Q, R> answered =
        admitted.token().isPresent() && CredentialHeaders.areShown(headers)
            ? new TokenReply<>(call, admitted.token().get())
            : call;
    ServerCall.Listener<Q> listener;
    try {
      listener = live.serve(caller, answered, headers, next);
    } catch (MallardException e) {
      return refuse(call, e);
    }
    // Whoever looks for revoked callers' calls may just have looked, and missed this one.
    if (signIn.revision() != revision) {
      endRevoked();
    }
    return listener;
  }

  /**
   * Ends the live calls of those who would not be let in any more: by whom they were let in has
   * been revoked.
   */
  public void endRevoked() {
    int ended =
        live.endWhere(
            caller -> !signIn.isGood(caller),
            new MallardException(
                ErrorCode.UNAUTHENTICATED,
                "the user, token or certificate by which this call was let in has been revoked, or may do"
                    + " less than before; sign in anew"));
    if (ended > 0) {
      LOG.info("ended {} calls of callers who were revoked", ended);
    }
  }

  private static <Q, R> ServerCall.Listener<Q> refuse(ServerCall<Q, R> call, Throwable why) {
    Status status = StatusMapper.toStatus(why).getStatus();
    Metadata trailers = new Metadata();
    if (status.getCode() == Status.Code.UNAUTHENTICATED) {
      // Refused before anything was done: the client may sign in and make the same call again.
      trailers.put(CredentialHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    call.close(status, trailers);
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
        headers.containsKey(CredentialHeaders.AUTHORIZATION)
            ? Handshake.answeredByHeader(call)
            : new Handshake(call, signIn).begin(timer, patience);
  }
}
