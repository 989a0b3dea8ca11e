package dev.mallard.flight.call;

import dev.mallard.arrow.Compression;
import dev.mallard.catalog.PutMode;
import dev.mallard.error.MallardException;
import dev.mallard.flight.session.SessionCookie;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.SocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.jspecify.annotations.Nullable;

/**
 * What a client may ask for with gRPC headers on any call.
 *
 * <ul>
 *   <li>{@code mallard-endpoints: N}: a FlightInfo with up to N ordered endpoints
 *   <li>{@code mallard-compression: lz4|zstd}: compressed IPC bodies on DoGet
 *   <li>{@code mallard-put-mode: replace|append}: what a DoPut does to a dataset that is there
 *   <li>{@code cookie}: the session
 * </ul>
 *
 * @param reply headers of the answer; only an action's are sent
 * @param encrypted whether the call came over TLS
 */
public record CallHeaders(
    Metadata metadata, ReplyHeaders reply, @Nullable String connection, boolean encrypted) {
  private static final String ACTION = FlightServiceGrpc.getDoActionMethod().getFullMethodName();
  private static final int MAX_ENDPOINTS = 1024;
  private static final Context.Key<CallHeaders> KEY =
      Context.keyWithDefault(
          "mallard-headers", new CallHeaders(new Metadata(), new ReplyHeaders(), null, false));
  private static final List<String> PROXY_HEADERS = List.of("x-forwarded-for", "forwarded", "via");
  private static final Metadata.Key<String> COOKIE =
      Metadata.Key.of("cookie", Metadata.ASCII_STRING_MARSHALLER);

  public static CallHeaders current() {
    return KEY.get();
  }

  /** To go with an action's answer; to be called before anything is answered. */
  public void setCookie(String value) {
    reply.setCookie(value);
  }

  /** Makes the headers of a call available while it is served. */
  public static ServerInterceptor interceptor() {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        ReplyHeaders reply = new ReplyHeaders();
        Context context =
            Context.current()
                .withValue(
                    KEY,
                    new CallHeaders(headers, reply, connection(call, headers), isEncrypted(call)));
        boolean isAction = call.getMethodDescriptor().getFullMethodName().equals(ACTION);
        return Contexts.interceptCall(context, isAction ? reply.over(call) : call, headers, next);
      }
    };
  }

  /** The client's end of the connection; null if a proxy says that it may be several clients'. */
  private static @Nullable String connection(ServerCall<?, ?> call, Metadata headers) {
    boolean isProxied =
        PROXY_HEADERS.stream()
            .anyMatch(
                name ->
                    headers.containsKey(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER)));
    SocketAddress address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return isProxied || address == null ? null : address.toString();
  }

  private static boolean isEncrypted(ServerCall<?, ?> call) {
    return call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION) != null;
  }

  private @Nullable String value(String name) {
    String value = metadata.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    return value == null ? null : value.trim().toLowerCase(Locale.ROOT);
  }

  /** Whether arrow-java calls, which the JDBC driver stands on. */
  boolean isJavaClient() {
    String agent = value("user-agent");
    return agent != null && agent.contains("grpc-java");
  }

  public int endpoints() {
    String value = value("mallard-endpoints");
    if (value == null) {
      return 1;
    }
    try {
      int count = Integer.parseInt(value);
      if (count >= 1 && count <= MAX_ENDPOINTS) {
        return count;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw invalid("mallard-endpoints", value, "1 to " + MAX_ENDPOINTS);
  }

  public Optional<Compression> compression() {
    String value = value("mallard-compression");
    if (value == null || value.equals("none")) {
      return Optional.empty();
    }
    return switch (value) {
      case "lz4" -> Optional.of(Compression.LZ4_FRAME);
      case "zstd" -> Optional.of(Compression.ZSTD);
      default -> throw invalid("mallard-compression", value, "none, lz4 or zstd");
    };
  }

  /** The id of the client's session, or null; whether there is such a session is not known here. */
  public @Nullable String session() {
    Iterable<String> cookies = metadata.getAll(COOKIE);
    return cookies == null ? null : SessionCookie.read(cookies).orElse(null);
  }

  public PutMode putMode() {
    String value = value("mallard-put-mode");
    if (value == null || value.equals("replace")) {
      return PutMode.REPLACE;
    }
    if (value.equals("append")) {
      return PutMode.APPEND;
    }
    throw invalid("mallard-put-mode", value, "replace or append");
  }

  private static MallardException invalid(String header, String value, String expected) {
    return MallardException.invalid(
        "header " + header + ": '" + value + "' (expected: " + expected + ")");
  }
}
