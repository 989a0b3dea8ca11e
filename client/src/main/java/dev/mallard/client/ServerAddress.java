package dev.mallard.client;

import dev.mallard.error.MallardException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is, and who comes: {@code grpc://host:port}, {@code grpc+tls://host:port}, or
 * {@code grpc://name:password@host:port}.
 *
 * @param tls whether the connection is encrypted
 * @param host a name or an address, an IPv6 one in brackets
 * @param login what every call is signed with, or null
 * @param roots a PEM file of the certificates that are trusted, or null for those that Java trusts
 */
public record ServerAddress(
    boolean tls, String host, int port, @Nullable Login login, @Nullable Path roots) {
  public static final int DEFAULT_PORT = 8815;

  private static final int MAX_PORT = 65_535;
  private static final String EXPECTED = " (expected: grpc://HOST:PORT or grpc+tls://HOST:PORT)";

  /**
   * Reads an address as Flight clients write it; without a port it is {@value #DEFAULT_PORT}. What
   * cannot stand in a URI, as an {@code @} in a password, is percent-encoded.
   *
   * @throws MallardException INVALID_ARGUMENT if it is none, or has a name without a password
   */
  public static ServerAddress parse(String uri) {
    try {
      URI parsed = new URI(uri);
      String scheme = String.valueOf(parsed.getScheme()).toLowerCase(Locale.ROOT);
      boolean tls = scheme.equals("grpc+tls");
      boolean plain = scheme.equals("grpc") || scheme.equals("grpc+tcp");
      int port = parsed.getPort() < 0 ? DEFAULT_PORT : parsed.getPort();
      boolean known = (tls || plain) && parsed.getHost() != null;
      if (known && port > 0 && port <= MAX_PORT && endsWithThePort(parsed)) {
        return new ServerAddress(tls, parsed.getHost(), port, login(parsed), null);
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    boolean hasLogin = uri.contains("@");
    throw MallardException.invalid(
        "server address: '"
            + withoutPassword(uri)
            + "'"
            + (hasLogin
                ? " (expected: grpc://NAME:PASSWORD@HOST:PORT; special characters as %40 for @)"
                : EXPECTED));
  }

  private static boolean endsWithThePort(URI uri) {
    boolean path = !uri.getPath().isEmpty() && !uri.getPath().equals("/");
    return !path && uri.getQuery() == null && uri.getFragment() == null;
  }

  private static @Nullable Login login(URI uri) {
    String userInfo = uri.getRawUserInfo();
    if (userInfo == null || userInfo.isEmpty()) {
      return null;
    }
    Login login = Login.parse(userInfo);
    if (login == null) {
      throw MallardException.invalid(
          "server address: '%s' has no password (expected: grpc://NAME:PASSWORD@HOST:PORT; it is not asked for)"
              .formatted(uri));
    }
    return login;
  }

  private static String withoutPassword(String uri) {
    return uri.replaceFirst("(^|//)([^:@/]*):(?!//).*@", "$1$2:…@");
  }

  /**
   * @param host a name or an address, an IPv6 one with or without brackets
   */
  public static ServerAddress plain(String host, int port) {
    String name = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    return new ServerAddress(false, name, port, null, null);
  }

  /** The same server, whose certificate one of those in {@code roots} must have signed. */
  public ServerAddress trusting(Path roots) {
    return new ServerAddress(tls, host, port, login, roots);
  }

  /** The same server, to which somebody else comes. */
  public ServerAddress as(Login other) {
    return new ServerAddress(tls, host, port, other, roots);
  }

  /** Without the login. */
  @Override
  public String toString() {
    boolean bare = host.contains(":") && !host.startsWith("[");
    return (tls ? "grpc+tls://" : "grpc://") + (bare ? "[" + host + "]" : host) + ":" + port;
  }
}
