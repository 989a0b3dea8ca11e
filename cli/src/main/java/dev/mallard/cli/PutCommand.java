package dev.mallard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mallard.arrow.BatchStream;
import dev.mallard.cli.input.CsvOptions;
import dev.mallard.cli.input.InputFile;
import dev.mallard.cli.input.InputFormat;
import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.Progress;
import dev.mallard.cli.transfer.Sender;
import dev.mallard.client.MallardClient;
import dev.mallard.client.MallardClient.PutMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mallard put}. */
@Command(
    name = "put",
    description = {
      "Upload a file, or all files of a folder; an existing dataset of the name is replaced.",
      "Of CSV, TSV and JSON Lines all values of a column decide what it is: bool, int64, float64,"
          + " date, timestamp[us], timestamp[us, UTC] or string."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  mallard put sales.parquet",
      "  mallard put sales.csv my_app/sales",
      "  mallard put today.jsonl sales --append",
      "  mallard put exports/ archive                  each file as archive/...",
      "  zcat sales.csv.gz | mallard put - sales"
    })
public final class PutCommand extends ClientCommand {
  private static final int MAGIC_BYTES = 64;

  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description =
          "A .parquet, .feather, .arrow (IPC file), .arrows (IPC stream), .csv, .tsv or .jsonl file,"
              + " a folder of them, or '-' for standard input.")
  private String file = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NAME",
      description =
          "The dataset (default: the file's name, without the extension of a text format); for a"
              + " folder, what stands before the files' names (default: the folder's name).")
  private @Nullable String name;

  @Option(names = "--append", description = "Add the rows to the dataset that is there.")
  private boolean append;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "parquet, feather, arrow, csv, tsv or jsonl (default: by the extension; standard input: by"
              + " how it begins).")
  private @Nullable String format;

  @Option(
      names = "--delimiter",
      paramLabel = "CHAR",
      defaultValue = ",",
      description = "Between the fields of CSV (default: ${DEFAULT-VALUE}).")
  private char delimiter = ',';

  @Option(names = "--no-header", description = "CSV's first line is data already.")
  private boolean noHeader;

  @Option(
      names = "--null",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "An unquoted CSV field that means null, besides an empty one.")
  private String nullText = "";

  @Option(names = "--text", description = "Take all columns of CSV, TSV and JSON Lines as text.")
  private boolean text;

  PutCommand(Console console) {
    super(console);
  }

  @Override
  int run(MallardClient client) throws IOException {
    if (file.equals(OutputTarget.STANDARD)) {
      return putStandardInput(client);
    }
    Path path = Path.of(file);
    if (Files.isDirectory(path)) {
      return putFolder(client, path);
    }
    if (!Files.exists(path)) {
      throw new NoSuchFileException(file);
    }
    InputFormat kind = formatOf(path);
    put(client, path, kind, name == null ? defaultName(path, kind) : name);
    return 0;
  }

  private @Nullable InputFormat givenFormat() {
    if (format == null) {
      return null;
    }
    return InputFormat.of(format)
        .orElseThrow(
            () ->
                new UsageException(
                    "--format: '" + format + "' (expected one of: " + InputFormat.labels() + ")"));
  }

  private InputFormat formatOf(Path path) {
    InputFormat given = givenFormat();
    if (given != null) {
      return given;
    }
    return InputFormat.ofFile(String.valueOf(path.getFileName()))
        .orElseThrow(
            () ->
                new UsageException(
                    "'"
                        + path
                        + "': its extension names no format; say it with --format (one of: "
                        + InputFormat.labels()
                        + ")"));
  }

  private static String defaultName(Path path, InputFormat kind) {
    String fileName = String.valueOf(path.getFileName());
    boolean stored = kind == InputFormat.PARQUET || kind == InputFormat.FEATHER;
    int dot = fileName.lastIndexOf('.');
    return stored || dot <= 0 ? fileName : fileName.substring(0, dot);
  }

  private int putFolder(MallardClient client, Path folder) throws IOException {
    String prefix = name == null ? String.valueOf(folder.toRealPath().getFileName()) : name;
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files =
          all.filter(Files::isRegularFile)
              .filter(path -> InputFormat.ofFile(String.valueOf(path.getFileName())).isPresent())
              .sorted()
              .toList();
    }
    if (files.isEmpty()) {
      throw new UsageException(
          "'" + folder + "': no file there is one of: " + InputFormat.labels());
    }
    for (Path path : files) {
      InputFormat kind = formatOf(path);
      Path relative = folder.relativize(path);
      Path parent = relative.getParent();
      String inside = parent == null ? "" : parent.toString().replace('\\', '/') + "/";
      put(client, path, kind, prefix + "/" + inside + defaultName(path, kind));
    }
    return 0;
  }

  private int putStandardInput(MallardClient client) throws IOException {
    if (name == null) {
      throw new UsageException("standard input has no name: say NAME");
    }
    Path spool = Files.createTempFile("mallard", ".part");
    try {
      Files.copy(console().in(), spool, StandardCopyOption.REPLACE_EXISTING);
      InputFormat given = givenFormat();
      put(client, spool, given == null ? sniff(spool) : given, name);
      return 0;
    } finally {
      Files.deleteIfExists(spool);
    }
  }

  private static InputFormat sniff(Path path) throws IOException {
    try (var in = Files.newInputStream(path)) {
      return InputFormat.ofContents(in.readNBytes(MAGIC_BYTES));
    }
  }

  private void put(MallardClient client, Path path, InputFormat kind, String dataset)
      throws IOException {
    CsvOptions options = new CsvOptions(delimiter, !noHeader, nullText, text);
    boolean sizeIsKnown = kind == InputFormat.FEATHER || kind == InputFormat.ARROW;
    try (BatchStream rows = InputFile.open(path, kind, options, client.allocator());
        Progress progress =
            new Progress(console(), "put " + dataset, sizeIsKnown ? Files.size(path) : -1)) {
      JsonNode receipt =
          Sender.send(
              client, dataset, rows, append ? PutMode.APPEND : PutMode.REPLACE, progress::add);
      String stored = receipt.path("name").asText(dataset);
      progress.done((append ? "appended to " : "stored ") + stored);
    }
  }
}
