package dev.mallard.app;

import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.Sizes;
import dev.mallard.client.MallardClient;
import dev.mallard.client.ServerAddress;
import dev.mallard.error.MallardException;
import dev.mallard.server.MallardServer;
import dev.mallard.server.ServerConfig;
import dev.mallard.server.Signals;
import dev.mallard.server.TemporaryFolders;
import dev.mallard.server.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code mallard demo}: a server with sample datasets in a temporary folder, and what to type next.
 */
@Command(
    name = "demo",
    description = "Serve sample datasets from a temporary folder and say what to type next.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  mallard demo",
      "  mallard demo --port 0",
      "  mallard demo --once        uploads, lists, queries, downloads, stops"
    })
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--port",
      paramLabel = "PORT",
      description =
          "Port to listen on; 0 takes a free one (default: $MALLARD_PORT, or 8815; with --once: 0).")
  private @Nullable Integer port;

  @Option(names = "--once", description = "Show what a server does, then stop.")
  private boolean once;

  private final Console console;

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("mallard-demo");
    try {
      return once ? showOnce(folder) : serve(folder);
    } catch (MallardException e) {
      console.err().println("mallard demo: " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    } finally {
      TemporaryFolders.delete(folder);
    }
  }

  private int showOnce(Path folder) throws IOException {
    try (MallardServer server =
        MallardServer.start(ServerConfig.of(folder).withPort(port == null ? 0 : port))) {
      int exitCode = new DemoTour(console, server.port(), folder).run();
      if (Rehearsal.isWanted()) {
        Rehearsal.run(server.port());
      }
      return exitCode;
    }
  }

  private int serve(Path folder) throws IOException {
    int wanted = port == null ? variablePort() : port;
    MallardServer server = MallardServer.start(ServerConfig.of(folder).withPort(wanted));
    Signals signals = Signals.install(Signals.Hangup.STOP);
    ServerAddress address = ServerAddress.plain("localhost", server.port());
    try (MallardClient client = MallardClient.connect(address)) {
      DemoData.putAll(client);
    }
    explain(console.text(), server, folder);
    signals.awaitFirst();
    server.drain();
    return CommandLine.ExitCode.OK;
  }

  /** As for the commands that will look for this server. */
  private int variablePort() {
    String variable = console.environment().getOrDefault("MALLARD_PORT", "");
    try {
      return variable.isEmpty() ? ServerConfig.DEFAULT_PORT : Integer.parseInt(variable.strip());
    } catch (NumberFormatException e) {
      throw MallardException.invalid("MALLARD_PORT: " + variable + " (expected: 0 to 65535)");
    }
  }

  private static void explain(PrintWriter out, MallardServer server, Path folder) {
    String option = server.port() == ServerConfig.DEFAULT_PORT ? "" : " --port " + server.port();
    out.printf(
        "mallard %s listening on grpc://127.0.0.1:%d (%s in %s)%n",
        Version.current(), server.port(), Sizes.count(server.datasets(), "dataset"), folder);
    out.println();
    out.println("Try, in another terminal:");
    out.println("  ./mallard list" + option);
    out.println("  ./mallard info sales" + option);
    out.println(
        "  ./mallard query \"SELECT category, avg(value1) AS mean FROM sales GROUP BY category\""
            + option);
    out.println("  ./mallard shell" + option);
    out.println("  ./mallard get sales" + option + " | head");
    out.println("  ./mallard get large_table" + option + " -o large_table.feather");
    out.println();
    out.println("or, in Python (pip install pyarrow):");
    out.println("  import pyarrow.flight as flight");
    out.printf("  client = flight.connect(\"grpc://localhost:%d\")%n", server.port());
    out.println("  print([info.descriptor.path for info in client.list_flights()])");
    out.println("  print(client.do_get(flight.Ticket(b\"sales\")).read_all())");
    out.println();
    out.println("Ctrl-C stops the server and deletes the folder.");
    out.flush();
  }
}
