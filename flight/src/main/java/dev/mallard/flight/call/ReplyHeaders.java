package dev.mallard.flight.call;

import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import org.jspecify.annotations.Nullable;

/** Headers that go with the first message of a call's answer. Thread-safe. */
final class ReplyHeaders {
  private static final Metadata.Key<String> SET_COOKIE =
      Metadata.Key.of("set-cookie", Metadata.ASCII_STRING_MARSHALLER);

  private volatile @Nullable String cookie;

  /** To be called before anything is answered. */
  void setCookie(String value) {
    cookie = value;
  }

  /** The call, with these headers in its answer. */
  <Q, R> ServerCall<Q, R> over(ServerCall<Q, R> call) {
    return new ForwardingServerCall.SimpleForwardingServerCall<>(call) {
      @Override
      public void sendHeaders(Metadata headers) {
        String value = cookie;
        if (value != null) {
          headers.put(SET_COOKIE, value);
        }
        super.sendHeaders(headers);
      }
    };
  }
}
