package dev.mallard.cli;

import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.Interrupts;
import dev.mallard.client.MallardClient;
import dev.mallard.client.ServerAddress;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** What the commands that talk to a server share: the connection, which Ctrl-C cancels. */
abstract class ClientCommand extends ConsoleCommand {
  /** gRPC logs what we say better in one line; held, because levels are lost with their loggers. */
  private static final Logger GRPC = Logger.getLogger("io.grpc");

  @Mixin private ServerOptions options = new ServerOptions();

  private @Nullable ServerAddress address;

  ClientCommand(Console console) {
    super(console);
  }

  @Override
  final @Nullable ServerAddress server() {
    return address;
  }

  @Override
  final int run() throws IOException {
    GRPC.setLevel(Level.OFF);
    address = options.address(console().environment());
    try (MallardClient client = MallardClient.connect(address);
        Interrupts.Registration cancel = console().interrupts().onInterrupt(client::cancelAll)) {
      return run(client);
    }
  }

  /** Does it; returns the exit code. */
  abstract int run(MallardClient client) throws IOException;
}
