package dev.mallard.cli;

import dev.mallard.cli.io.Console;
import dev.mallard.cli.output.TextTable;
import dev.mallard.client.DatasetVersion;
import dev.mallard.client.MallardClient;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mallard versions}. */
@Command(
    name = "versions",
    description = "List the versions of a dataset that the server keeps, newest first.",
    footerHeading = "%nExample:%n",
    footer = {"  mallard versions sales"})
public final class VersionsCommand extends ClientCommand {
  @Parameters(paramLabel = "NAME", description = "The dataset.")
  private String name = "";

  VersionsCommand(Console console) {
    super(console);
  }

  @Override
  int run(MallardClient client) {
    List<TextTable.Column> columns =
        List.of(
            TextTable.Column.text("VERSION"),
            TextTable.Column.text("MODIFIED"),
            TextTable.Column.number("ROWS"),
            TextTable.Column.number("FILE BYTES"),
            TextTable.Column.text("CURRENT"));
    TextTable table = new TextTable(columns);
    for (DatasetVersion version : client.versions(name)) {
      table.add(
          version.id(),
          version.modified(),
          ListCommand.count(version.rows()),
          ListCommand.count(version.fileBytes()),
          version.current() ? "yes" : "no");
    }
    table.plain().forEach(console().text()::println);
    return 0;
  }
}
