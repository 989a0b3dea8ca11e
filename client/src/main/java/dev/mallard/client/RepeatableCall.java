package dev.mallard.client;

import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.jspecify.annotations.Nullable;

/**
 * A call with one request that is made a second time, once, if the server does not take its token
 * any more: the second one signs in anew. Only where nothing can have happened yet, so that nothing
 * happens twice: the server says with {@code www-authenticate} that it has refused the call before
 * it looked at it, or the method only looks.
 */
final class RepeatableCall<Q, R> extends ClientCall<Q, R> {
  private static final Metadata.Key<String> WWW_AUTHENTICATE =
      Metadata.Key.of("www-authenticate", Metadata.ASCII_STRING_MARSHALLER);

  private static final Set<String> LOOKING =
      Set.of(
          FlightServiceGrpc.getListFlightsMethod().getFullMethodName(),
          FlightServiceGrpc.getGetSchemaMethod().getFullMethodName(),
          FlightServiceGrpc.getListActionsMethod().getFullMethodName());

  private final SignIn signIn;
  private final Channel channel;
  private final String method;
  private final Function<SignIn.Signature, ClientCall<Q, R>> calls;
  private final ReentrantLock lock = new ReentrantLock();
  private ClientCall<Q, R> call;
  private final SignIn.Signature signature;
  private @Nullable Metadata headers;
  private @Nullable Q message;
  private boolean halfClosed;
  private boolean cancelled;
  private int requested;

  /**
   * @param calls makes the call, with what it is to be signed with
   */
  RepeatableCall(
      SignIn signIn,
      Channel channel,
      String method,
      Function<SignIn.Signature, ClientCall<Q, R>> calls) {
    this.signIn = signIn;
    this.channel = channel;
    this.method = method;
    this.calls = calls;
    this.signature = signIn.signature(channel);
    this.call = calls.apply(signature);
  }

  @Override
  public void start(Listener<R> listener, Metadata metadata) {
    Metadata again = new Metadata();
    again.merge(metadata);
    headers = again;
    call.start(new FirstTime(listener), metadata);
  }

  @Override
  public void request(int messages) {
    ClientCall<Q, R> now;
    lock.lock();
    try {
      requested = (int) Math.min(Integer.MAX_VALUE, (long) requested + messages);
      now = call;
    } finally {
      lock.unlock();
    }
    now.request(messages);
  }

  @Override
  public void sendMessage(Q request) {
    lock.lock();
    try {
      message = request;
      call.sendMessage(request);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void halfClose() {
    lock.lock();
    try {
      halfClosed = true;
      call.halfClose();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void cancel(@Nullable String why, @Nullable Throwable cause) {
    ClientCall<Q, R> now;
    lock.lock();
    try {
      cancelled = true;
      now = call;
    } finally {
      lock.unlock();
    }
    now.cancel(why, cause);
  }

  @Override
  public boolean isReady() {
    lock.lock();
    try {
      return call.isReady();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void setMessageCompression(boolean enabled) {
    lock.lock();
    try {
      call.setMessageCompression(enabled);
    } finally {
      lock.unlock();
    }
  }

  /** Whether it is made again; then that one's listener hears the rest. */
  private boolean repeat(Listener<R> listener) {
    lock.lock();
    try {
      if (cancelled) {
        return false;
      }
      SignIn.Signature other = signIn.signature(channel);
      call = calls.apply(other);
      call.start(
          new SignInInterceptor.Watch<>(listener, other),
          java.util.Objects.requireNonNull(headers));
      call.request(requested);
      if (message != null) {
        call.sendMessage(message);
      }
      if (halfClosed) {
        call.halfClose();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private final class FirstTime extends SignInInterceptor.Watch<R> {
    private final Listener<R> listener;
    private boolean answered;

    FirstTime(Listener<R> listener) {
      super(listener, signature);
      this.listener = listener;
    }

    @Override
    public void onHeaders(Metadata reply) {
      answered = true;
      super.onHeaders(reply);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      boolean refused = status.getCode() == Status.Code.UNAUTHENTICATED && !answered;
      boolean harmless = trailers.containsKey(WWW_AUTHENTICATE) || LOOKING.contains(method);
      if (refused && harmless && signIn.canRenew(signature.sent())) {
        signature.refused();
        if (repeat(listener)) {
          return;
        }
      }
      super.onClose(status, trailers);
    }
  }
}
