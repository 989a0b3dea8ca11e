package dev.mallard.cli;

import dev.mallard.cli.io.Console;
import dev.mallard.client.MallardClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mallard schema}. */
@Command(
    name = "schema",
    description = "Show a dataset's columns.",
    footerHeading = "%nExample:%n",
    footer = {"  mallard schema sales"})
public final class SchemaCommand extends ClientCommand {
  @Parameters(paramLabel = "NAME", description = "The dataset.")
  private String name = "";

  SchemaCommand(Console console) {
    super(console);
  }

  @Override
  int run(MallardClient client) {
    SchemaText.lines(client.schema(name)).forEach(console().text()::println);
    return 0;
  }
}
