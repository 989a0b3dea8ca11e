package dev.mallard.cli;

import dev.mallard.cli.describe.Listings;
import dev.mallard.cli.io.Console;
import dev.mallard.cli.output.Listing;
import dev.mallard.client.DatasetDetails;
import dev.mallard.client.MallardClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mallard info}. */
@Command(
    name = "info",
    description =
        "Show the size, format, versions, endpoints and columns of a dataset or SQL table.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  mallard info sales",
      "  mallard info sales --output-format json        one row, without the columns"
    })
public final class InfoCommand extends ClientCommand {
  @Parameters(paramLabel = "NAME", description = "The dataset, or SQL table.")
  private String name = "";

  @Mixin private ListingOptions output = new ListingOptions();

  InfoCommand(Console console) {
    super(console);
  }

  @Override
  int run(MallardClient client) throws IOException {
    OutputTarget target = output.target(console());
    FlightInfo info = client.info(name);
    Listing details = Listings.details(info, versions(client, info));
    ListingOptions.write(console(), target, details, facts -> withColumns(facts, info));
    return 0;
  }

  private static List<String> withColumns(Listing details, FlightInfo info) {
    List<String> lines = new ArrayList<>(details.facts());
    lines.add("");
    lines.addAll(Listings.columns(info.getSchema()).lines());
    return lines;
  }

  /** An SQL table has none, and other servers do not know of any. */
  private @Nullable Long versions(MallardClient client, FlightInfo info) {
    if (DatasetDetails.of(info).isSqlTable()) {
      return null;
    }
    try {
      return (long) client.versions(name).size();
    } catch (FlightRuntimeException e) {
      FlightStatusCode code = e.status().code();
      if (code == FlightStatusCode.UNIMPLEMENTED || code == FlightStatusCode.NOT_FOUND) {
        return null;
      }
      throw e;
    }
  }
}
