package dev.mallard.cli;

import dev.mallard.cli.describe.Listings;
import dev.mallard.cli.io.Console;
import dev.mallard.client.MallardClient;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mallard versions}. */
@Command(
    name = "versions",
    description = {
      "List the versions of a dataset that the server keeps, newest first.",
      "One without a number of rows is damaged and cannot be read."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  mallard versions sales", "  mallard versions sales --output-format json"})
public final class VersionsCommand extends ClientCommand {
  @Parameters(paramLabel = "NAME", description = "The dataset.")
  private String name = "";

  @Mixin private ListingOptions output = new ListingOptions();

  VersionsCommand(Console console) {
    super(console);
  }

  @Override
  int run(MallardClient client) throws IOException {
    OutputTarget target = output.target(console());
    ListingOptions.write(console(), target, Listings.versions(client.versions(name)));
    return 0;
  }
}
