package dev.mallard.cli.doctor;

import dev.mallard.client.Credentials;
import dev.mallard.client.MallardClient;
import dev.mallard.client.WhoAmI;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;

/** Whether the server wants to know who comes, and what it makes of this client. */
final class SignInCheck {
  /** Where a server says that it has looked at nothing. */
  private static final Set<String> NO_PROOF = Set.of("none", "unchecked");

  private final MallardClient client;

  SignInCheck(MallardClient client) {
    this.client = client;
  }

  Finding run() {
    Optional<WhoAmI> me = whoAmI();
    boolean proved = me.isPresent() && !NO_PROOF.contains(String.valueOf(me.get().proof()));
    if (proved) {
      return Finding.ok("sign-in", said(me.get()));
    }
    if (isOpen()) {
      return Finding.warning(
          "sign-in",
          "none: the server accepts any name and password, and nobody checks them; fine on this"
              + " machine; otherwise give it users (mallard serve --user NAME:PASSWORD, or --access"
              + " DIR), or let it listen on this machine alone (mallard serve --host 127.0.0.1)");
    }
    return Finding.ok(
        "sign-in",
        "the server checks who comes, and has accepted "
            + me.map(known -> "'" + known.name() + "'").orElse("you"));
  }

  private static String said(WhoAmI me) {
    StringBuilder said = new StringBuilder("as '").append(me.name()).append('\'');
    if (me.role() != null) {
      said.append(", role ").append(me.role());
    }
    said.append(", by ").append(me.proof());
    if (me.expires() != null) {
      said.append(", until ").append(me.expires());
    }
    return said.toString();
  }

  /** Other servers do not know the question. */
  private Optional<WhoAmI> whoAmI() {
    try {
      return Optional.of(client.whoAmI());
    } catch (FlightRuntimeException e) {
      if (e.status().code() == FlightStatusCode.UNAUTHENTICATED) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** A server that lets in whoever says anything checks nobody. */
  private boolean isOpen() {
    String nobody = "nobody-" + UUID.randomUUID();
    try (MallardClient stranger =
        MallardClient.connect(client.settings().as(new Credentials.Password(nobody, nobody)))) {
      stranger.list(ServerChecks.NO_DATASET);
      return true;
    } catch (FlightRuntimeException e) {
      return false;
    }
  }
}
