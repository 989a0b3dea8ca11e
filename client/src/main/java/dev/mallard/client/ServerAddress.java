package dev.mallard.client;

import java.util.Locale;

/**
 * Where a server is.
 *
 * @param tls whether the connection is encrypted
 * @param host a name or an address, an IPv6 one in brackets
 */
public record ServerAddress(boolean tls, String host, int port) {
  public static final int DEFAULT_PORT = 8815;

  /**
   * Not encrypted.
   *
   * @param host a name or an address, an IPv6 one with or without brackets
   */
  public static ServerAddress plain(String host, int port) {
    String name = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    return new ServerAddress(false, name, port);
  }

  /** Whether what is sent stays on this machine. Known by the name alone: nobody is asked. */
  public boolean isLoopback() {
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || name.endsWith(".localhost")
        || name.matches("127(\\.\\d{1,3}){3}")
        || name.equals("[::1]")
        || name.equals("::1");
  }

  @Override
  public String toString() {
    boolean bare = host.contains(":") && !host.startsWith("[");
    return (tls ? "grpc+tls://" : "grpc://") + (bare ? "[" + host + "]" : host) + ":" + port;
  }
}
