package dev.mallard.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Signs every call: with name and password until the server answers with a token, then with that,
 * for as long as the server takes it. Thread-safe.
 */
final class LoginInterceptor implements ClientInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final String basic;
  private volatile @Nullable String bearer;

  LoginInterceptor(Login login) {
    byte[] pair = (login.name() + ":" + login.password()).getBytes(StandardCharsets.UTF_8);
    this.basic = "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        String token = bearer;
        headers.put(AUTHORIZATION, token == null ? basic : token);
        super.start(new TokenListener<>(listener), headers);
      }
    };
  }

  private final class TokenListener<R> extends SimpleForwardingClientCallListener<R> {
    TokenListener(ClientCall.Listener<R> listener) {
      super(listener);
    }

    @Override
    public void onHeaders(Metadata headers) {
      keep(headers);
      super.onHeaders(headers);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      keep(trailers);
      if (status.getCode() == Status.Code.UNAUTHENTICATED) {
        bearer = null; // The next call signs in anew.
      }
      super.onClose(status, trailers);
    }
  }

  private void keep(Metadata reply) {
    String value = reply.get(AUTHORIZATION);
    if (value != null && value.regionMatches(true, 0, "Bearer ", 0, 7)) {
      bearer = value;
    }
  }
}
