package dev.mallard.cli;

import dev.mallard.client.MallardClient;
import picocli.CommandLine.Option;

/** Which server a command talks to. */
final class ServerOptions {
  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "localhost",
      description = "The server's address (default: ${DEFAULT-VALUE}).")
  private String host = "localhost";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8815",
      description = "The server's port (default: ${DEFAULT-VALUE}).")
  private int port = 8815;

  MallardClient connect() {
    return MallardClient.connect(host, port);
  }

  @Override
  public String toString() {
    return "grpc://" + host + ":" + port;
  }
}
