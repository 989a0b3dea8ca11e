package dev.mallard.cli;

import dev.mallard.cli.io.Console;
import dev.mallard.cli.output.Listing;
import dev.mallard.cli.output.Listing.Column;
import dev.mallard.cli.output.Listing.Kind;
import dev.mallard.client.MallardClient;
import dev.mallard.client.WhoAmI;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mallard whoami}. */
@Command(
    name = "whoami",
    description = "Show who the server takes you for, what you may do there, and by what proof.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  mallard whoami --uri grpc+tls://ada@example.org",
      "  mallard whoami --profile prod --output-format json"
    })
public final class WhoAmICommand extends ClientCommand {
  @Mixin private ListingOptions output = new ListingOptions();

  WhoAmICommand(Console console) {
    super(console);
  }

  @Override
  int run(MallardClient client) throws IOException {
    OutputTarget target = output.target(console());
    WhoAmI me = ask(client);
    Listing listing =
        new Listing(
            new Column("name", Kind.TEXT),
            new Column("role", Kind.TEXT),
            new Column("proof", Kind.TEXT),
            new Column("expires", Kind.TEXT),
            new Column("server", Kind.TEXT));
    listing.add(me.name(), me.role(), me.proof(), me.expires(), client.address().toString());
    ListingOptions.write(console(), target, listing, Listing::facts);
    return 0;
  }

  private static WhoAmI ask(MallardClient client) {
    try {
      return client.whoAmI();
    } catch (FlightRuntimeException e) {
      FlightStatusCode code = e.status().code();
      if (code == FlightStatusCode.UNIMPLEMENTED || code == FlightStatusCode.INVALID_ARGUMENT) {
        throw new MallardException(
            ErrorCode.UNIMPLEMENTED,
            client.address()
                + " is no Mallard server, and cannot say who you are; whether it lets you in: mallard"
                + " doctor");
      }
      throw e;
    }
  }
}
