package dev.mallard.cli;

import dev.mallard.cli.connect.Destination;
import dev.mallard.cli.connect.SignInQuestion;
import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.Interrupts;
import dev.mallard.client.ClientSettings;
import dev.mallard.client.MallardClient;
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

  private @Nullable ClientSettings settings;

  ClientCommand(Console console) {
    super(console);
  }

  @Override
  final @Nullable ClientSettings server() {
    return settings;
  }

  @Override
  final int run() throws IOException {
    GRPC.setLevel(Level.OFF);
    Destination destination = options.destination(console());
    settings = destination.settings();
    if (destination.unproved().isPresent()) {
      settings = SignInQuestion.ask(destination, console()).settings();
    }
    if (settings.exposesSecret()) {
      console()
          .err()
          .println(
              "mallard "
                  + spec().name()
                  + ": warning: your "
                  + (settings.credentials() instanceof dev.mallard.client.Credentials.Token
                      ? "token"
                      : "password")
                  + " goes to "
                  + settings.address()
                  + " in clear text, for everyone on the way to read; use grpc+tls://");
    }
    try (MallardClient client = MallardClient.connect(settings);
        Interrupts.Registration cancel = console().interrupts().onInterrupt(client::cancelAll)) {
      return run(client);
    }
  }

  /** Does it; returns the exit code. */
  abstract int run(MallardClient client) throws IOException;
}
