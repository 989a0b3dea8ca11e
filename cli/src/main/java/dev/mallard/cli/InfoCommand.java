package dev.mallard.cli;

import dev.mallard.cli.io.Console;
import dev.mallard.client.MallardClient;
import java.io.PrintWriter;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mallard info}. */
@Command(
    name = "info",
    description = "Show a dataset's size, format, versions, endpoints and columns.",
    footerHeading = "%nExample:%n",
    footer = {"  mallard info sales"})
public final class InfoCommand extends ClientCommand {
  @Parameters(paramLabel = "NAME", description = "The dataset.")
  private String name = "";

  InfoCommand(Console console) {
    super(console);
  }

  @Override
  int run(MallardClient client) {
    FlightInfo info = client.info(name);
    PrintWriter out = console().text();
    out.println("name:      " + ListCommand.name(info));
    out.println("rows:      " + ListCommand.count(info.getRecords()));
    out.println("bytes:     " + ListCommand.count(info.getBytes()));
    out.println("format:    " + MallardClient.storedFormat(info).orElse("unknown"));
    out.println("versions:  " + versions(client));
    out.println("endpoints: " + info.getEndpoints().size());
    out.println("columns:");
    SchemaText.lines(info.getSchema()).forEach(line -> out.println("  " + line));
    return 0;
  }

  private String versions(MallardClient client) {
    try {
      return String.valueOf(client.versions(name).size());
    } catch (FlightRuntimeException e) {
      if (e.status().code() == FlightStatusCode.UNIMPLEMENTED) {
        return "unknown";
      }
      throw e;
    }
  }
}
