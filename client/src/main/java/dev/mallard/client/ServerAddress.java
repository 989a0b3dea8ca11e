package dev.mallard.client;

import dev.mallard.error.MallardException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is: {@code grpc://host:port}, or {@code grpc+tls://host:port}.
 *
 * @param tls whether the connection is encrypted
 * @param roots a PEM file of the certificates that are trusted, or null for those that Java trusts
 */
public record ServerAddress(boolean tls, String host, int port, @Nullable Path roots) {
  public static final int DEFAULT_PORT = 8815;

  private static final String EXPECTED = " (expected: grpc://HOST:PORT or grpc+tls://HOST:PORT)";

  /**
   * Reads an address as Flight clients write it; without a port it is {@value #DEFAULT_PORT}.
   *
   * @throws MallardException INVALID_ARGUMENT if it is none
   */
  public static ServerAddress parse(String uri) {
    try {
      URI parsed = new URI(uri);
      String scheme = String.valueOf(parsed.getScheme());
      boolean tls = scheme.equals("grpc+tls");
      boolean plain = scheme.equals("grpc") || scheme.equals("grpc+tcp");
      if ((tls || plain) && parsed.getHost() != null) {
        int port = parsed.getPort() < 0 ? DEFAULT_PORT : parsed.getPort();
        return new ServerAddress(tls, parsed.getHost(), port, null);
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw MallardException.invalid("server address: '" + uri + "'" + EXPECTED);
  }

  public static ServerAddress plain(String host, int port) {
    return new ServerAddress(false, host, port, null);
  }

  /** The same server, whose certificate one of those in {@code roots} must have signed. */
  public ServerAddress trusting(Path roots) {
    return new ServerAddress(tls, host, port, roots);
  }

  @Override
  public String toString() {
    return (tls ? "grpc+tls://" : "grpc://") + host + ":" + port;
  }
}
