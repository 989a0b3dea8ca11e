package dev.mallard.cli;

import dev.mallard.cli.io.Console;
import dev.mallard.client.DatasetVersion;
import dev.mallard.client.MallardClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mallard restore}. */
@Command(
    name = "restore",
    description = "Make a previous version of a dataset the current one.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  mallard versions sales                          shows which there are",
      "  mallard restore sales 20261121T101530.123456Z-1a2b3c4d"
    })
public final class RestoreCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "The dataset.")
  private String name = "";

  @Parameters(
      index = "1",
      paramLabel = "VERSION",
      description = "One that 'mallard versions' lists.")
  private String version = "";

  RestoreCommand(Console console) {
    super(console);
  }

  @Override
  int run(MallardClient client) {
    DatasetVersion current = client.restore(name, version);
    console().err().println("restored " + name + " to version " + current.id());
    return 0;
  }
}
