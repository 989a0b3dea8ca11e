package dev.mallard.flight.rpc;

import dev.mallard.arrow.Compression;
import dev.mallard.catalog.PutMode;
import dev.mallard.error.MallardException;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client may ask for with gRPC headers on any call.
 *
 * <ul>
 *   <li>{@code mallard-endpoints: N}: a FlightInfo with up to N ordered endpoints
 *   <li>{@code mallard-compression: lz4|zstd}: compressed IPC bodies on DoGet
 *   <li>{@code mallard-put-mode: replace|append}: what a DoPut does to a dataset that is there
 * </ul>
 */
record CallHeaders(Metadata metadata) {
  private static final int MAX_ENDPOINTS = 1024;
  private static final Context.Key<CallHeaders> KEY =
      Context.keyWithDefault("mallard-headers", new CallHeaders(new Metadata()));

  static CallHeaders current() {
    return KEY.get();
  }

  /** Makes the headers of a call available while it is served. */
  static ServerInterceptor interceptor() {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Context context = Context.current().withValue(KEY, new CallHeaders(headers));
        return Contexts.interceptCall(context, call, headers, next);
      }
    };
  }

  private @Nullable String value(String name) {
    String value = metadata.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    return value == null ? null : value.trim().toLowerCase(Locale.ROOT);
  }

  int endpoints() {
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

  Optional<Compression> compression() {
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

  PutMode putMode() {
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
