package dev.mallard.flight.auth;

import dev.mallard.access.Credentials;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import io.grpc.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Credentials in a call's headers: {@code authorization}, and {@code auth-token-bin}, in which
 * clients send back what a Handshake gave them.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Flight.html#authentication">Authentication</a>
 */
final class CredentialHeaders {
  static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** RFC 9110: what a refused client may come with. */
  static final Metadata.Key<String> WWW_AUTHENTICATE =
      Metadata.Key.of("www-authenticate", Metadata.ASCII_STRING_MARSHALLER);

  private static final Metadata.Key<byte[]> HANDSHAKE_TOKEN =
      Metadata.Key.of("auth-token-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private CredentialHeaders() {}

  /**
   * What the headers show; {@code authorization} goes before the other, and of several the last
   * counts.
   *
   * @throws MallardException UNAUTHENTICATED if it is Basic, and damaged
   */
  static Credentials read(Metadata headers) {
    String authorization = headers.get(AUTHORIZATION);
    if (authorization != null && !authorization.isBlank()) {
      return authorization(authorization.trim());
    }
    byte[] token = headers.get(HANDSHAKE_TOKEN);
    return token == null || token.length == 0
        ? new Credentials.None()
        : new Credentials.Token(new String(token, StandardCharsets.UTF_8));
  }

  /** Whether they show anything. */
  static boolean areShown(Metadata headers) {
    return headers.containsKey(AUTHORIZATION) || headers.containsKey(HANDSHAKE_TOKEN);
  }

  private static String scheme(String authorization) {
    int space = authorization.indexOf(' ');
    String scheme = space < 0 ? authorization : authorization.substring(0, space);
    return scheme.toLowerCase(Locale.ROOT);
  }

  private static Credentials authorization(String value) {
    String scheme = scheme(value);
    String rest = value.substring(scheme.length()).trim();
    return switch (scheme) {
      case "basic" -> basic(rest);
      case "bearer" -> rest.isEmpty() ? new Credentials.None() : new Credentials.Token(rest);
      default -> new Credentials.Other("authorization of another scheme");
    };
  }

  /** RFC 7617; some clients leave the padding out, or use the alphabet for URLs. */
  private static Credentials basic(String encoded) {
    String text = decoded(encoded);
    int colon = text == null ? -1 : text.indexOf(':');
    if (text == null || colon < 0) {
      throw new MallardException(
          ErrorCode.UNAUTHENTICATED,
          "header authorization: what follows Basic is not the base64 of NAME:PASSWORD");
    }
    return new Credentials.Password(text.substring(0, colon), text.substring(colon + 1));
  }

  private static @Nullable String decoded(String encoded) {
    try {
      byte[] bytes = Base64.getDecoder().decode(encoded.replace('-', '+').replace('_', '/'));
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
