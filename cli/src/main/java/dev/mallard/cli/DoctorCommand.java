package dev.mallard.cli;

import dev.mallard.cli.doctor.Finding;
import dev.mallard.cli.doctor.MachineChecks;
import dev.mallard.cli.doctor.ServerChecks;
import dev.mallard.cli.io.Console;
import dev.mallard.client.MallardClient;
import dev.mallard.client.ServerAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightRuntimeException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mallard doctor}. */
@Command(
    name = "doctor",
    description = "Check this machine, a data folder and a connection, and say what to do.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  mallard doctor", "  mallard doctor ./data --uri grpc://other:8815"})
public final class DoctorCommand extends ConsoleCommand {
  @Mixin private ServerOptions options = new ServerOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "A data folder to check (default: none).")
  private @Nullable Path folder;

  DoctorCommand(Console console) {
    super(console);
  }

  @Override
  int run() throws IOException {
    ServerAddress address = options.address(console().environment());
    List<Finding> findings = new ArrayList<>(MachineChecks.java());
    findings.addAll(MachineChecks.nativeLibraries());
    if (folder != null) {
      findings.addAll(MachineChecks.folder(folder));
    }
    List<Finding> connection = connection(address);
    if (connection.stream().anyMatch(finding -> finding.level() == Finding.Level.FAILURE)) {
      findings.add(MachineChecks.port(address.port()));
    }
    findings.addAll(connection);
    for (Finding finding : findings) {
      console()
          .text()
          .printf("%-5s %s: %s%n", finding.level().label(), finding.subject(), finding.said());
    }
    boolean failed =
        findings.stream().anyMatch(finding -> finding.level() == Finding.Level.FAILURE);
    return failed ? Failure.FAILED : 0;
  }

  private static List<Finding> connection(ServerAddress address) throws IOException {
    try (MallardClient client = MallardClient.connect(address)) {
      return new ServerChecks(client).run();
    } catch (FlightRuntimeException e) {
      Failure failure = Failure.of(e, address);
      boolean refused = failure.exitCode() == Failure.REFUSED;
      String said =
          refused
              ? address
                  + " does not accept you ("
                  + failure.message()
                  + "); ask who runs it for access"
              : failure.message();
      return List.of(new Finding(Finding.Level.FAILURE, refused ? "sign-in" : "connection", said));
    }
  }
}
