package dev.mallard.cli;

import dev.mallard.cli.io.Console;
import dev.mallard.client.MallardClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mallard drop}. */
@Command(
    name = "drop",
    description = "Delete a dataset and its previous versions.",
    footerHeading = "%nExample:%n",
    footer = {"  mallard drop sales"})
public final class DropCommand extends ClientCommand {
  @Parameters(paramLabel = "NAME", description = "The dataset.")
  private String name = "";

  DropCommand(Console console) {
    super(console);
  }

  @Override
  int run(MallardClient client) {
    client.drop(name);
    console().err().println("dropped " + name);
    return 0;
  }
}
