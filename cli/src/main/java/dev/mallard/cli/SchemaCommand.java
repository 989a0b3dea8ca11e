package dev.mallard.cli;

import dev.mallard.cli.describe.Listings;
import dev.mallard.cli.io.Console;
import dev.mallard.client.MallardClient;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mallard schema}. */
@Command(
    name = "schema",
    description = "Show a dataset's columns.",
    footerHeading = "%nExamples:%n",
    footer = {"  mallard schema sales", "  mallard schema sales --output-format markdown"})
public final class SchemaCommand extends ClientCommand {
  @Parameters(paramLabel = "NAME", description = "The dataset, or SQL table.")
  private String name = "";

  @Mixin private ListingOptions output = new ListingOptions();

  SchemaCommand(Console console) {
    super(console);
  }

  @Override
  int run(MallardClient client) throws IOException {
    OutputTarget target = output.target(console());
    ListingOptions.write(console(), target, Listings.columns(client.schema(name)));
    return 0;
  }
}
