package dev.mallard.cli;

import dev.mallard.client.MallardClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mallard put}. */
@Command(
    name = "put",
    description = "Upload a Feather (Arrow IPC) file; an existing dataset of the name is replaced.",
    mixinStandardHelpOptions = true,
    footer = {
      "%nExamples:",
      "  mallard put sales.feather",
      "  mallard put sales.feather my_app/sales"
    })
public final class PutCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "FILE", description = "The file.")
  private Path file = Path.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NAME",
      description = "The dataset (default: the file's name).")
  private @Nullable String name;

  @Override
  void run(MallardClient client, PrintWriter out) throws IOException {
    client.putFile(name == null ? String.valueOf(file.getFileName()) : name, file);
  }
}
