package dev.mallard.flight.auth;

import com.google.protobuf.ByteString;
import dev.mallard.access.Admitted;
import dev.mallard.access.Credentials;
import dev.mallard.access.SignIn;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.flight.call.CallTally;
import dev.mallard.flight.call.StatusMapper;
import dev.mallard.flight.wire.Request;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.impl.Flight.HandshakeRequest;
import org.apache.arrow.flight.impl.Flight.HandshakeResponse;
import org.jspecify.annotations.Nullable;

/**
 * One Handshake. Its first message is answered with a token, its end with the end; more messages
 * (pyarrow handlers send name and password one by one) are read over, and time is limited.
 *
 * <p>gRPC and the timer call it, so it locks itself.
 */
final class Handshake extends ServerCall.Listener<Request<HandshakeRequest>> {
  private final ServerCall<Request<HandshakeRequest>, HandshakeResponse> call;
  private final SignIn signIn;
  private final CallTally tally = CallTally.current();
  private @Nullable Future<?> timeout;
  private boolean answered;
  private boolean isToldToken;
  private boolean isHalfClosed;
  private boolean closed;

  Handshake(ServerCall<Request<HandshakeRequest>, HandshakeResponse> call, SignIn signIn) {
    this.call = call;
    this.signIn = signIn;
  }

  /**
   * The headers said it all. Answered without waiting: Go's client sends nothing, not even an end,
   * before it has the answer. And without a message: C++'s would not read it, and wait for ever.
   */
  static <Q> ServerCall.Listener<Q> answeredByHeader(ServerCall<Q, HandshakeResponse> call) {
    call.sendHeaders(new Metadata());
    call.close(Status.OK, new Metadata());
    return new ServerCall.Listener<>() {};
  }

  synchronized Handshake begin(ScheduledExecutorService timer, Duration patience) {
    timeout = timer.schedule(this::timeOut, patience.toMillis(), TimeUnit.MILLISECONDS);
    call.request(1);
    return this;
  }

  private synchronized void timeOut() {
    fail(
        new MallardException(
            ErrorCode.DEADLINE_EXCEEDED,
            "Handshake: it did not end in time; send name and password, then the end"));
  }

  @Override
  public synchronized void onMessage(Request<HandshakeRequest> request) {
    if (closed) {
      return;
    }
    try {
      ByteString payload = request.require().getPayload();
      if (!answered) {
        answered = true;
        Credentials shown = HandshakePayload.read(payload);
        if (shown instanceof Credentials.Password password) {
          tally.claimed(password.name());
        }
        signIn.admit(shown, PeerOf.call(call)).whenComplete(this::answer);
        return;
      }
      call.request(1);
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private synchronized void answer(@Nullable Admitted admitted, @Nullable Throwable failure) {
    if (closed) {
      return;
    }
    if (admitted == null) {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      fail(cause == null ? new IllegalStateException("no decision") : cause);
      return;
    }
    tally.admitted(admitted.caller());
    call.sendHeaders(new Metadata());
    call.sendMessage(
        HandshakeResponse.newBuilder()
            .setPayload(ByteString.copyFromUtf8(admitted.token().orElse("")))
            .build());
    isToldToken = true;
    if (isHalfClosed) {
      close(Status.OK);
    } else {
      call.request(1);
    }
  }

  @Override
  public synchronized void onHalfClose() {
    isHalfClosed = true;
    if (!answered || isToldToken) {
      close(Status.OK);
    }
  }

  private void fail(Throwable e) {
    close(StatusMapper.toStatus(e).getStatus());
  }

  private void close(Status status) {
    if (!closed) {
      call.close(status, new Metadata());
    }
    end();
  }

  private void end() {
    closed = true;
    if (timeout != null) {
      timeout.cancel(false);
    }
  }

  @Override
  public synchronized void onCancel() {
    end();
  }

  @Override
  public synchronized void onComplete() {
    end();
  }
}
