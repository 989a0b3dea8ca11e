package dev.mallard.cli;

import dev.mallard.client.ServerAddress;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server a command talks to. */
final class ServerOptions {
  /** The environment's word on it. */
  static final String VARIABLE = "MALLARD_URI";

  private static final String ROOTS_VARIABLE = "MALLARD_TLS_ROOTS";

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "The server's name or address (default: localhost).")
  private @Nullable String host;

  @Option(names = "--port", paramLabel = "PORT", description = "The server's port (default: 8815).")
  private @Nullable Integer port;

  @Option(
      names = "--uri",
      paramLabel = "URI",
      description =
          "Instead of both: grpc://HOST:PORT, or grpc+tls://HOST:PORT (default: $MALLARD_URI).")
  private @Nullable String uri;

  @Option(
      names = "--tls-roots",
      paramLabel = "FILE",
      description =
          "PEM file of the certificates to trust (default: $MALLARD_TLS_ROOTS, or those that Java"
              + " trusts).")
  private @Nullable Path roots;

  /**
   * The command line goes before the environment.
   *
   * @throws dev.mallard.error.MallardException INVALID_ARGUMENT if it is no address
   */
  ServerAddress address(Map<String, String> environment) {
    ServerAddress address = place(environment);
    if (roots != null && !address.tls()) {
      throw new UsageException("--tls-roots: " + address + " is not encrypted; use grpc+tls://");
    }
    String variable = environment.getOrDefault(ROOTS_VARIABLE, "");
    Path trusted = roots == null && !variable.isEmpty() ? Path.of(variable) : roots;
    return trusted == null ? address : address.trusting(trusted);
  }

  private ServerAddress place(Map<String, String> environment) {
    if (uri != null) {
      if (host != null || port != null) {
        throw new UsageException("--uri says it all: leave --host and --port out");
      }
      return parse(uri);
    }
    String variable = environment.getOrDefault(VARIABLE, "");
    if (host == null && port == null && !variable.isEmpty()) {
      return parse(variable);
    }
    int wanted = port == null ? ServerAddress.DEFAULT_PORT : port;
    if (wanted < 1 || wanted > 65_535) {
      throw new UsageException("--port: " + wanted + " (expected: 1 to 65535)");
    }
    return ServerAddress.plain(host == null ? "localhost" : host, wanted);
  }

  private static ServerAddress parse(String text) {
    try {
      return ServerAddress.parse(text);
    } catch (dev.mallard.error.MallardException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
