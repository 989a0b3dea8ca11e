package dev.mallard.cli;

import dev.mallard.client.MallardClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mallard get}. */
@Command(
    name = "get",
    description = "Download a dataset: as tab-separated text, or into a Feather (Arrow IPC) file.",
    mixinStandardHelpOptions = true,
    footer = {"%nExamples:", "  mallard get sales | head", "  mallard get sales -o sales.feather"})
public final class GetCommand extends ClientCommand {
  @Parameters(paramLabel = "NAME", description = "The dataset.")
  private String name = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "A new Feather file (default: text on standard output).")
  private @Nullable Path output;

  @Override
  void run(MallardClient client, PrintWriter out) throws IOException {
    if (output != null) {
      client.getToFile(name, output);
    } else {
      client.get(name, batch -> out.print(batch.contentToTSVString()));
    }
  }
}
