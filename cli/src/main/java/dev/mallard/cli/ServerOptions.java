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

  private static final String HOST_VARIABLE = "MALLARD_HOST";
  private static final String PORT_VARIABLE = "MALLARD_PORT";
  private static final String ROOTS_VARIABLE = "MALLARD_TLS_ROOTS";

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "The server's name or address (default: $MALLARD_HOST, or localhost).")
  private @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The server's port (default: $MALLARD_PORT, or 8815).")
  private @Nullable Integer port;

  @Option(
      names = "--uri",
      paramLabel = "URI",
      description =
          "Instead of both: grpc://HOST:PORT, or grpc+tls://HOST:PORT; NAME:PASSWORD@ before the host"
              + " signs in (default: $MALLARD_URI).")
  private @Nullable String uri;

  @Option(
      names = "--tls-roots",
      paramLabel = "FILE",
      description =
          "PEM file of the certificates to trust (default: $MALLARD_TLS_ROOTS, or those that Java"
              + " trusts).")
  private @Nullable Path roots;

  /**
   * The command line goes before the environment, and in each of them a URI before host and port.
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
    String name = environment.getOrDefault(HOST_VARIABLE, "");
    return ServerAddress.plain(
        host != null ? host : name.isEmpty() ? "localhost" : name, port(environment));
  }

  private int port(Map<String, String> environment) {
    String variable = environment.getOrDefault(PORT_VARIABLE, "");
    if (port == null && variable.isEmpty()) {
      return ServerAddress.DEFAULT_PORT;
    }
    String from = port == null ? PORT_VARIABLE : "--port";
    String said = port == null ? variable : port.toString();
    try {
      int wanted = Integer.parseInt(said.strip());
      if (wanted >= 1 && wanted <= 65_535) {
        return wanted;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new UsageException(from + ": " + said + " (expected: 1 to 65535)");
  }

  private static ServerAddress parse(String text) {
    try {
      return ServerAddress.parse(text);
    } catch (dev.mallard.error.MallardException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
