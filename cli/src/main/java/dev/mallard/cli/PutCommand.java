package dev.mallard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mallard.arrow.BatchStream;
import dev.mallard.cli.input.CsvOptions;
import dev.mallard.cli.input.InputFile;
import dev.mallard.cli.input.InputFormat;
import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.Progress;
import dev.mallard.cli.io.UsageException;
import dev.mallard.cli.transfer.Sender;
import dev.mallard.client.MallardClient;
import dev.mallard.client.MallardClient.PutMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mallard put}. */
@Command(
    name = "put",
    description = {
      "Upload files, or all files of a folder; an existing dataset of the name is replaced.",
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
      "  mallard put *.parquet --into archive/         the same",
      "  zcat sales.csv.gz | mallard put - sales"
    })
public final class PutCommand extends ClientCommand {
  private static final int MAGIC_BYTES = 64;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = {
        "A .parquet, .feather, .arrow (IPC file), .arrows (IPC stream), .csv, .tsv or .jsonl file,"
            + " a folder of them, or '-' for standard input.",
        "FILE NAME: the second of two that is no file is the dataset's name (default: the file's,"
            + " without the extension of a text format), or what stands before the names of a"
            + " folder's files (default: the folder's name).",
        "FILE FILE...: each under its own name."
      })
  private List<String> files = List.of();

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description = "The dataset's name, whatever is here.")
  private @Nullable String as;

  @Option(
      names = "--into",
      paramLabel = "FOLDER",
      description = "What stands before the names of several files; / is nothing.")
  private @Nullable String into;

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
    if (files.get(0).equals(OutputTarget.STANDARD)) {
      return putStandardInput(client);
    }
    List<FilesToPut.Item> items = items();
    int[] place = {0};
    return new Several(this)
        .each(
            items,
            item -> {
              place[0]++;
              String which = items.size() == 1 ? "" : " (" + place[0] + " of " + items.size() + ")";
              put(client, item.file(), item.format(), item.dataset(), which);
            });
  }

  private List<FilesToPut.Item> items() throws IOException {
    FilesToPut found = new FilesToPut(givenFormat());
    String name = name();
    if (name != null) {
      return found.named(Path.of(files.get(0)), name).items();
    }
    String prefix = into == null || into.equals("/") ? "" : into.endsWith("/") ? into : into + "/";
    for (String file : files) {
      found.own(Path.of(file), prefix);
    }
    return found.items();
  }

  /** What the only file, or folder, is to be called, if that is said. */
  private @Nullable String name() {
    if (as != null && (files.size() > 1 || into != null)) {
      throw new UsageException("--as: one file has one name; for several, say --into FOLDER/");
    }
    if (as != null || into != null || files.size() != 2) {
      return as;
    }
    String second = files.get(1);
    Path path = Path.of(second);
    boolean both = Files.isDirectory(path) && Files.isDirectory(Path.of(files.get(0)));
    if (Files.isRegularFile(path) || both) {
      throw new UsageException(
          "'%s' is here and could be a name, too: --into / puts both, --as '%s' calls the first so"
              .formatted(second, second));
    }
    boolean isText =
        InputFormat.ofFile(second).filter(kind -> !FilesToPut.isStored(kind)).isPresent();
    if (isText) {
      throw new UsageException(
          "no file '%s'; if the dataset is to be called so: --as '%s'".formatted(second, second));
    }
    return second;
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

  private int putStandardInput(MallardClient client) throws IOException {
    String name = as == null && files.size() == 2 ? files.get(1) : as;
    if (name == null || into != null || files.size() > 2) {
      throw new UsageException("standard input has no name: say NAME, as in: put - sales");
    }
    Path spool = Files.createTempFile("mallard", ".part");
    try {
      Files.copy(console().in(), spool, StandardCopyOption.REPLACE_EXISTING);
      InputFormat given = givenFormat();
      put(client, spool, given == null ? sniff(spool) : given, name, "");
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

  /**
   * @param which of several it is, for the progress
   */
  private void put(MallardClient client, Path path, InputFormat kind, String dataset, String which)
      throws IOException {
    CsvOptions options = new CsvOptions(delimiter, !noHeader, nullText, text);
    boolean sizeIsKnown = kind == InputFormat.FEATHER || kind == InputFormat.ARROW;
    long size = sizeIsKnown ? Files.size(path) : -1;
    try (BatchStream rows = InputFile.open(path, kind, options, client.allocator());
        Progress progress = new Progress(console(), "put " + dataset + which, size)) {
      JsonNode receipt =
          Sender.send(
              client, dataset, rows, append ? PutMode.APPEND : PutMode.REPLACE, progress::add);
      String stored = receipt.path("name").asText(dataset);
      progress.done((append ? "appended to " : "stored ") + stored);
    }
  }
}
