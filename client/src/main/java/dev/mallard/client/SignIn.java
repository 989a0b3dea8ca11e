package dev.mallard.client;

import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of a client are signed with. For a name and password a Handshake asks for a token,
 * once, however many calls wait for it and over however many connections: to check a password is
 * dear. A server that gives none for them gets both with each call. Tokens that a server renews are
 * taken over. Thread-safe.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Flight.html#authentication">Authentication</a>
 */
final class SignIn {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final long HANDSHAKE_SECONDS = 60;

  /** What says nothing about other servers' ideas of a Handshake, but of this sign-in. */
  private static final Set<Status.Code> FINAL =
      Set.of(
          Status.Code.UNAUTHENTICATED,
          Status.Code.PERMISSION_DENIED,
          Status.Code.RESOURCE_EXHAUSTED,
          Status.Code.UNAVAILABLE,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.CANCELLED);

  private final @Nullable String basic;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable String current;
  private @Nullable CompletableFuture<String> underWay;

  SignIn(Credentials credentials) {
    if (credentials instanceof Credentials.Password password) {
      byte[] pair = (password.name() + ":" + password.password()).getBytes(StandardCharsets.UTF_8);
      this.basic = "Basic " + Base64.getEncoder().encodeToString(pair);
    } else {
      this.basic = null;
    }
    this.current =
        credentials instanceof Credentials.Token token ? "Bearer " + token.token() : null;
  }

  /** Whether there is anything to sign with. */
  boolean isOfSomebody() {
    return basic != null || current != null;
  }

  /** Whether a call that was refused with {@code header} could be let in with another. */
  boolean canRenew(@Nullable String header) {
    return basic != null && header != null && !header.equals(basic);
  }

  /** For one call, on the channel that it takes. */
  Signature signature(Channel channel) {
    return new Signature(channel);
  }

  /** The header for the next call: now, or when the server has given a token. */
  private CompletableFuture<String> header(Channel channel) {
    CompletableFuture<String> mine;
    lock.lock();
    try {
      if (current != null) {
        return CompletableFuture.completedFuture(current);
      }
      if (underWay != null) {
        return underWay;
      }
      mine = new CompletableFuture<>();
      underWay = mine;
    } finally {
      lock.unlock();
    }
    try {
      handshake(channel, mine);
    } catch (RuntimeException e) {
      settle(mine, null, Status.fromThrowable(e));
    }
    return mine;
  }

  /** Its headers say it all, so it ends without a message, as those of pyarrow and ADBC do. */
  private void handshake(Channel channel, CompletableFuture<String> answer) {
    ClientCall<Flight.HandshakeRequest, Flight.HandshakeResponse> call =
        channel.newCall(
            FlightServiceGrpc.getHandshakeMethod(),
            CallOptions.DEFAULT.withDeadlineAfter(HANDSHAKE_SECONDS, TimeUnit.SECONDS));
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, java.util.Objects.requireNonNull(basic));
    call.start(
        new ClientCall.Listener<>() {
          private @Nullable String token;

          @Override
          public void onHeaders(Metadata reply) {
            token = token(reply);
          }

          @Override
          public void onMessage(Flight.HandshakeResponse message) {
            call.request(1);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            settle(answer, token == null ? token(trailers) : token, status);
          }
        },
        headers);
    call.request(1);
    call.halfClose();
  }

  private void settle(CompletableFuture<String> answer, @Nullable String token, Status status) {
    boolean refused = token == null && FINAL.contains(status.getCode());
    String header = token == null ? basic : token;
    lock.lock();
    try {
      underWay = null;
      if (!refused) {
        current = header;
      }
    } finally {
      lock.unlock();
    }
    if (refused || header == null) {
      answer.completeExceptionally(status.asRuntimeException());
    } else {
      answer.complete(header);
    }
  }

  private static @Nullable String token(Metadata reply) {
    String value = reply.get(AUTHORIZATION);
    return value != null && value.regionMatches(true, 0, "Bearer ", 0, 7) ? value : null;
  }

  /** What one call is signed with. */
  final class Signature extends CallCredentials {
    private final Channel channel;
    private volatile @Nullable String sent;

    private Signature(Channel channel) {
      this.channel = channel;
    }

    /** Null until the call has gone out. */
    @Nullable String sent() {
      return sent;
    }

    @Override
    public void applyRequestMetadata(
        RequestInfo call, java.util.concurrent.Executor executor, MetadataApplier applier) {
      String known = current;
      if (known != null) {
        apply(known, applier);
        return;
      }
      header(channel)
          .whenComplete(
              (header, failure) -> {
                if (failure == null) {
                  apply(header, applier);
                } else {
                  applier.fail(Status.fromThrowable(failure));
                }
              });
    }

    private void apply(String header, MetadataApplier applier) {
      sent = header;
      Metadata headers = new Metadata();
      headers.put(AUTHORIZATION, header);
      applier.apply(headers);
    }

    /** Takes over what the server has renewed. */
    void answered(Metadata reply) {
      String token = token(reply);
      if (token != null) {
        lock.lock();
        try {
          if (current == null || current.equals(sent)) {
            current = token;
          }
        } finally {
          lock.unlock();
        }
      }
    }

    /** The server does not take it any more: the next call signs in anew, if that can help. */
    void refused() {
      if (canRenew(sent)) {
        lock.lock();
        try {
          if (current != null && current.equals(sent)) {
            current = null;
          }
        } finally {
          lock.unlock();
        }
      }
    }
  }
}
