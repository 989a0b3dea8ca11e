package dev.mallard.cli;

import dev.mallard.client.MallardClient;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mallard drop}. */
@Command(
    name = "drop",
    description = "Delete a dataset and its previous versions.",
    mixinStandardHelpOptions = true,
    footer = {"%nExample:", "  mallard drop sales"})
public final class DropCommand extends ClientCommand {
  @Parameters(paramLabel = "NAME", description = "The dataset.")
  private String name = "";

  @Override
  void run(MallardClient client, PrintWriter out) {
    client.drop(name);
  }
}
