package dev.mallard.cli;

import dev.mallard.cli.io.Console;
import dev.mallard.cli.output.TextTable;
import dev.mallard.client.MallardClient;
import java.util.List;
import org.apache.arrow.flight.FlightInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mallard list}. */
@Command(
    name = "list",
    description = "List the datasets of a server.",
    footerHeading = "%nExamples:%n",
    footer = {"  mallard list", "  mallard list 'sales/*'"})
public final class ListCommand extends ClientCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "GLOB",
      defaultValue = "",
      description = "Only names with this prefix, or that match this glob.")
  private String pattern = "";

  ListCommand(Console console) {
    super(console);
  }

  @Override
  int run(MallardClient client) {
    List<TextTable.Column> columns =
        List.of(
            TextTable.Column.text("NAME"),
            TextTable.Column.number("ROWS"),
            TextTable.Column.number("BYTES"),
            TextTable.Column.number("COLUMNS"));
    TextTable table = new TextTable(columns);
    for (FlightInfo info : client.list(pattern)) {
      table.add(
          name(info),
          count(info.getRecords()),
          count(info.getBytes()),
          String.valueOf(info.getSchema().getFields().size()));
    }
    table.plain().forEach(console().text()::println);
    return 0;
  }

  static String name(FlightInfo info) {
    return info.getDescriptor().isCommand()
        ? "(command)"
        : String.join("/", info.getDescriptor().getPath());
  }

  static String count(long value) {
    return value < 0 ? "unknown" : Long.toString(value);
  }
}
