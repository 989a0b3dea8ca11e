package dev.mallard.app;

import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.Terminal;
import dev.mallard.server.MallardServer;
import dev.mallard.server.ServerConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** The command as people run it, against the production server on a free port. */
final class Cli implements AutoCloseable {
  /** What a run left behind. */
  record Run(int exitCode, byte[] bytes, String err) {
    String out() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private final MallardServer server;
  private final boolean tls;

  private Cli(MallardServer server, boolean tls) {
    this.server = server;
    this.tls = tls;
  }

  static Cli serving(Path folder) {
    return serving(ServerConfig.of(folder));
  }

  static Cli serving(ServerConfig config) {
    return new Cli(MallardServer.start(config), config.security().tls().isEncrypted());
  }

  int port() {
    return server.port();
  }

  String uri() {
    return (tls ? "grpc+tls" : "grpc") + "://127.0.0.1:" + server.port();
  }

  /** Runs a command against this server, which the environment names. */
  Run run(String... arguments) {
    return run(Map.of("MALLARD_URI", uri()), "", arguments);
  }

  Run runWithInput(String input, String... arguments) {
    return run(Map.of("MALLARD_URI", uri()), input, arguments);
  }

  /** With a person who types {@code input}. */
  Run runOn(Terminal terminal, String input, String... arguments) {
    return run(Map.of("MALLARD_URI", uri()), terminal, input, arguments);
  }

  static Run run(Map<String, String> environment, String input, String... arguments) {
    return run(environment, Terminal.NONE, input, arguments);
  }

  static Run run(
      Map<String, String> environment, Terminal terminal, String input, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            out,
            err,
            environment,
            terminal);
    int exitCode = Main.run(console, arguments);
    return new Run(exitCode, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    server.close();
  }
}
