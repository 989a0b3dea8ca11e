package dev.mallard.cli;

import dev.mallard.cli.connect.Destination;
import dev.mallard.cli.connect.SignInQuestion;
import dev.mallard.cli.doctor.Finding;
import dev.mallard.cli.doctor.MachineChecks;
import dev.mallard.cli.doctor.ServerChecks;
import dev.mallard.cli.doctor.SettingsChecks;
import dev.mallard.cli.doctor.TlsChecks;
import dev.mallard.cli.io.Console;
import dev.mallard.client.ClientSettings;
import dev.mallard.client.MallardClient;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.file.FileSystemException;
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
    List<Finding> findings = new ArrayList<>(MachineChecks.java());
    findings.addAll(MachineChecks.nativeLibraries());
    if (folder != null) {
      findings.addAll(MachineChecks.folder(folder));
    }
    findings.addAll(connection());
    for (Finding finding : findings) {
      console()
          .text()
          .printf("%-5s %s: %s%n", finding.level().label(), finding.subject(), finding.said());
    }
    boolean failed =
        findings.stream().anyMatch(finding -> finding.level() == Finding.Level.FAILURE);
    return failed ? Failure.FAILED : 0;
  }

  private List<Finding> connection() throws IOException {
    Destination destination;
    try {
      destination = options.destination(console());
    } catch (MallardException | FileSystemException e) {
      return List.of(Finding.failure("settings", Failure.of(e, null).message()));
    }
    ClientSettings settings = destination.settings();
    List<Finding> findings = new ArrayList<>(SettingsChecks.run(destination));
    findings.addAll(TlsChecks.run(settings));
    try {
      if (destination.unproved().isPresent()) {
        settings = SignInQuestion.ask(destination, console()).settings();
      }
      try (MallardClient client = MallardClient.connect(settings)) {
        findings.addAll(new ServerChecks(client).run());
      }
    } catch (FlightRuntimeException | MallardException e) {
      Failure failure = Failure.of(e, settings);
      boolean refused = failure.exitCode() == Failure.REFUSED;
      findings.add(MachineChecks.port(settings.address().port()));
      findings.add(
          refused
              ? Finding.failure("sign-in", failure.message() + "; ask who runs it for access")
              : Finding.failure("connection", failure.message()));
    }
    return findings;
  }
}
