package dev.mallard.cli;

import dev.mallard.client.MallardClient;
import java.io.PrintWriter;
import java.util.List;
import org.apache.arrow.flight.FlightInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mallard list}. */
@Command(
    name = "list",
    description = "List the datasets of a server.",
    mixinStandardHelpOptions = true,
    footer = {"%nExamples:", "  mallard list", "  mallard list 'sales/*'"})
public final class ListCommand extends ClientCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "GLOB",
      defaultValue = "",
      description = "Only names with this prefix, or that match this glob.")
  private String pattern = "";

  @Override
  void run(MallardClient client, PrintWriter out) {
    List<FlightInfo> infos = client.list(pattern);
    int width = infos.stream().mapToInt(info -> name(info).length()).max().orElse(4);
    width = Math.max(width, 4);
    out.printf("%-" + width + "s  %14s  %14s  %7s%n", "NAME", "ROWS", "BYTES", "COLUMNS");
    for (FlightInfo info : infos) {
      out.printf(
          "%-" + width + "s  %14s  %14s  %7d%n",
          name(info),
          count(info.getRecords()),
          count(info.getBytes()),
          info.getSchema().getFields().size());
    }
  }

  static String name(FlightInfo info) {
    return String.join("/", info.getDescriptor().getPath());
  }

  static String count(long value) {
    return value < 0 ? "unknown" : Long.toString(value);
  }
}
