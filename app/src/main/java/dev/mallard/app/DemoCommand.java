package dev.mallard.app;

import dev.mallard.client.MallardClient;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code mallard demo}: a server with sample datasets in a temporary folder, and what to type next.
 */
@Command(
    name = "demo",
    description = "Serve sample datasets from a temporary folder and say what to type next.",
    mixinStandardHelpOptions = true,
    footer = {"%nExamples:", "  mallard demo", "  mallard demo --port 0"})
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8815",
      description = "Port to listen on; 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private int port = ServerConfig.DEFAULT_PORT;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    CommandLine command = java.util.Objects.requireNonNull(spec).commandLine();
    Path folder = Files.createTempDirectory("mallard-demo");
    try {
      MallardServer server = MallardServer.start(ServerConfig.of(folder).withPort(port));
      Signals signals = Signals.install();
      try (MallardClient client = MallardClient.connect("localhost", server.port())) {
        SampleData.putAll(client);
      }
      explain(command.getOut(), server, folder);
      signals.awaitFirst();
      server.drain();
      return CommandLine.ExitCode.OK;
    } catch (MallardException e) {
      command.getErr().println("mallard demo: " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    } finally {
      TemporaryFolders.delete(folder);
    }
  }

  private static void explain(PrintWriter out, MallardServer server, Path folder) {
    String option = server.port() == ServerConfig.DEFAULT_PORT ? "" : " --port " + server.port();
    out.printf(
        "mallard %s listening on grpc://127.0.0.1:%d (%d datasets in %s)%n",
        Version.current(), server.port(), server.datasets(), folder);
    out.println();
    out.println("Try, in another terminal:");
    out.println("  ./mallard list" + option);
    out.println("  ./mallard info sales" + option);
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
