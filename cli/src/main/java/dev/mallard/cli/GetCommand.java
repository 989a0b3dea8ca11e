package dev.mallard.cli;

import dev.mallard.arrow.BatchStream;
import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.Progress;
import dev.mallard.cli.io.UsageException;
import dev.mallard.cli.output.DisplayOptions;
import dev.mallard.cli.output.OutputFormat;
import dev.mallard.cli.transfer.Endpoints;
import dev.mallard.cli.transfer.FilePlaces;
import dev.mallard.cli.transfer.Output;
import dev.mallard.cli.transfer.ParallelEndpoints;
import dev.mallard.cli.transfer.Receiver;
import dev.mallard.cli.transfer.ResumableDownload;
import dev.mallard.client.DatasetDetails;
import dev.mallard.client.MallardClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.flight.FlightInfo;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mallard get}. */
@Command(
    name = "get",
    description = "Download datasets.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  mallard get sales | head                            CSV on standard output",
      "  mallard get sales -o sales.parquet",
      "  mallard get sales -o sales.feather --endpoints 4    four transfers at a time",
      "  mallard get sales -o sales.feather --resume         goes on where it broke",
      "  mallard get 'sales/*' -o copies/                    a file for each, in a folder"
    })
public final class GetCommand extends ClientCommand {
  @Parameters(
      arity = "1..*",
      paramLabel = "NAME",
      description = "The dataset or SQL table; several, or globs such as 'sales/*', for a folder.")
  private List<String> names = List.of();

  @Option(
      names = {"-o", "--output", "--output-path"},
      paramLabel = "FILE",
      description =
          "A file whose extension names the format (.parquet, .feather, .csv, …); a folder, whose"
              + " files get the datasets' names and formats; '-' is standard output (default).")
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
    boolean several = names.size() > 1 || NameGlob.isGlob(names.get(0));
    Path folder = path == null || path.equals(OutputTarget.STANDARD) ? null : Path.of(path);
    if (folder != null && (Files.isDirectory(folder) || String.valueOf(path).endsWith("/"))) {
      return intoFolder(client, folder);
    }
    if (several) {
      throw new UsageException("several datasets: name a folder for them, as in: -o DIR/");
    }
    OutputTarget target = OutputTarget.of(console(), path, format, OutputFormat.CSV, null);
    if (resume && (target.path() == null || endpoints > 1)) {
      throw new UsageException("--resume: needs a file (-o FILE), and one endpoint");
    }
    download(client, names.get(0), info(client, names.get(0)), target);
    return 0;
  }

  private int intoFolder(MallardClient client, Path folder) throws IOException {
    if (resume && endpoints > 1) {
      throw new UsageException("--resume: needs one endpoint");
    }
    OutputFormat given = format == null ? null : OutputTarget.parse(format);
    FilePlaces places = new FilePlaces(folder);
    List<String> all = NameGlob.expand(client, names, info -> true);
    return new Several(this)
        .each(
            all,
            name -> {
              FlightInfo info = info(client, name);
              OutputFormat kind = given == null ? stored(info) : given;
              Path file = places.of(name, kind);
              Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
              download(client, name, info, new OutputTarget(file, kind));
            });
  }

  /** As the server stores it; what it does not store as a file is Parquet. */
  private static OutputFormat stored(FlightInfo info) {
    String stored = DatasetDetails.of(info).format();
    return stored == null
        ? OutputFormat.PARQUET
        : OutputFormat.ofFile("x." + stored).orElse(OutputFormat.PARQUET);
  }

  private FlightInfo info(MallardClient client, String name) {
    return endpoints == 1 ? client.info(name) : client.info(name, endpoints);
  }

  private void download(MallardClient client, String name, FlightInfo info, OutputTarget target)
      throws IOException {
    boolean isFile = target.path() != null;
    try (Progress progress = Progress.beside(console(), "get " + name, isFile, info.getBytes())) {
      if (resume && target.path() != null) {
        resume(client, name, info, target, target.path(), progress);
      } else {
        write(client, target, () -> open(client, info, target), progress::add);
      }
      if (isFile) {
        progress.done(name + " is in " + target.path());
      }
    }
  }

  private void resume(
      MallardClient client,
      String name,
      FlightInfo info,
      OutputTarget target,
      Path path,
      Progress progress)
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
