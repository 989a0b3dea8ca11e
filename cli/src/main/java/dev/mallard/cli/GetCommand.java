package dev.mallard.cli;

import dev.mallard.arrow.BatchStream;
import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.Progress;
import dev.mallard.cli.output.DisplayOptions;
import dev.mallard.cli.output.OutputFormat;
import dev.mallard.cli.transfer.Endpoints;
import dev.mallard.cli.transfer.Output;
import dev.mallard.cli.transfer.ParallelEndpoints;
import dev.mallard.cli.transfer.Receiver;
import dev.mallard.cli.transfer.ResumableDownload;
import dev.mallard.client.MallardClient;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.arrow.flight.FlightInfo;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mallard get}. */
@Command(
    name = "get",
    description = "Download a dataset.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  mallard get sales | head                            CSV on standard output",
      "  mallard get sales -o sales.parquet",
      "  mallard get sales -o sales.feather --endpoints 4    four transfers at a time",
      "  mallard get sales -o sales.feather --resume         goes on where it broke"
    })
public final class GetCommand extends ClientCommand {
  @Parameters(paramLabel = "NAME", description = "The dataset.")
  private String name = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "A file whose extension names the format (.parquet, .feather, .csv, …); '-' is standard"
              + " output (default).")
  private @Nullable String path;

  @Option(
      names = "--output-format",
      paramLabel = "FORMAT",
      description = "As for query, whatever the extension (default on standard output: csv).")
  private @Nullable String format;

  @Option(
      names = "--resume",
      description =
          "Keep what has arrived if the transfer breaks, and go on from there when the same command"
              + " is run again.")
  private boolean resume;

  @Option(
      names = "--endpoints",
      paramLabel = "N",
      defaultValue = "1",
      description = "Transfers at a time (default: ${DEFAULT-VALUE}).")
  private int endpoints = 1;

  GetCommand(Console console) {
    super(console);
  }

  @Override
  int run(MallardClient client) throws IOException {
    if (endpoints < 1 || endpoints > 1024) {
      throw new UsageException("--endpoints: " + endpoints + " (expected: 1 to 1024)");
    }
    OutputTarget target = OutputTarget.of(console(), path, format, OutputFormat.CSV, null);
    if (resume && (target.path() == null || endpoints > 1)) {
      throw new UsageException("--resume: needs a file (-o FILE), and one endpoint");
    }
    FlightInfo info = endpoints == 1 ? client.info(name) : client.info(name, endpoints);
    try (Progress progress = new Progress(console(), "get " + name, info.getBytes())) {
      if (resume && target.path() != null) {
        resume(client, info, target, target.path(), progress);
      } else {
        write(client, target, () -> open(client, info, target), progress::add);
      }
      if (target.path() != null) {
        progress.done(name + " is in " + target.path());
      }
    }
    return 0;
  }

  private void resume(
      MallardClient client, FlightInfo info, OutputTarget target, Path path, Progress progress)
      throws IOException {
    BatchStream rows =
        new ResumableDownload(client, name, path, console()::err).fetch(info, progress::add);
    write(client, target, () -> rows, (bytes, more) -> {});
    ResumableDownload.forget(path);
  }

  /** Where the rows come from. */
  @FunctionalInterface
  private interface Source {
    BatchStream open() throws IOException;
  }

  /** The file is made first: one that cannot be is said before anything is transferred. */
  private void write(
      MallardClient client, OutputTarget target, Source rows, Receiver.Monitor monitor)
      throws IOException {
    try (Output output =
        Output.open(console(), target.path(), target.format(), DisplayOptions.DEFAULT)) {
      Receiver.receive(rows.open(), output, client.allocator(), monitor);
      output.complete();
    }
  }

  private BatchStream open(MallardClient client, FlightInfo info, OutputTarget target)
      throws IOException {
    if (info.getEndpoints().size() > 1 && endpoints > 1) {
      Path folder = target.path() == null ? null : target.path().toAbsolutePath().getParent();
      return new ParallelEndpoints(
          client,
          info.getEndpoints(),
          folder == null ? Path.of(System.getProperty("java.io.tmpdir")) : folder);
    }
    return new Endpoints(client, info.getEndpoints());
  }
}
