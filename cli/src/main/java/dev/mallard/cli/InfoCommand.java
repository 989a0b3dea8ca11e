package dev.mallard.cli;

import dev.mallard.client.MallardClient;
import java.io.PrintWriter;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.vector.types.pojo.Field;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mallard info}. */
@Command(
    name = "info",
    description = "Show a dataset's size and columns.",
    mixinStandardHelpOptions = true,
    footer = {"%nExample:", "  mallard info sales"})
public final class InfoCommand extends ClientCommand {
  @Parameters(paramLabel = "NAME", description = "The dataset.")
  private String name = "";

  @Override
  void run(MallardClient client, PrintWriter out) {
    FlightInfo info = client.info(name);
    out.println("name:  " + ListCommand.name(info));
    out.println("rows:  " + ListCommand.count(info.getRecords()));
    out.println("bytes: " + ListCommand.count(info.getBytes()));
    out.println("columns:");
    for (Field field : info.getSchema().getFields()) {
      out.println("  " + field);
    }
  }
}
