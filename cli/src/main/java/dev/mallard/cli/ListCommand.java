package dev.mallard.cli;

import dev.mallard.cli.describe.Listings;
import dev.mallard.cli.io.Console;
import dev.mallard.client.MallardClient;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mallard list}. */
@Command(
    name = "list",
    description = "List the datasets and SQL tables of a server.",
    footerHeading = "%nExamples:%n",
    footer = {"  mallard list", "  mallard list 'sales/*'", "  mallard list --output-format json"})
public final class ListCommand extends ClientCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "GLOB",
      defaultValue = "",
      description = "Only names with this prefix, or that match this glob.")
  private String pattern = "";

  @Mixin private ListingOptions output = new ListingOptions();

  ListCommand(Console console) {
    super(console);
  }

  @Override
  int run(MallardClient client) throws IOException {
    OutputTarget target = output.target(console());
    ListingOptions.write(console(), target, Listings.datasets(client.list(pattern)));
    return 0;
  }
}
