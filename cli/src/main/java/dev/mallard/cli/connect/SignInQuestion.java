package dev.mallard.cli.connect;

import dev.mallard.cli.io.Console;
import dev.mallard.client.MallardClient;
import java.io.IOException;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;

/** Asks the server whether it wants to know who comes, and if so, the person for the password. */
public final class SignInQuestion {
  private static final String NO_DATASET = "no dataset has this name";

  private SignInQuestion() {}

  /**
   * @param destination with a user who has not proved it
   * @return one that has, or the same if the server takes whoever comes
   * @throws FlightRuntimeException if the server cannot be asked
   */
  public static Destination ask(Destination destination, Console console) throws IOException {
    try (MallardClient nobody = MallardClient.connect(destination.settings())) {
      nobody.list(NO_DATASET);
      return destination;
    } catch (FlightRuntimeException e) {
      if (e.status().code() != FlightStatusCode.UNAUTHENTICATED) {
        throw e;
      }
    }
    return destination.asked(console);
  }
}
