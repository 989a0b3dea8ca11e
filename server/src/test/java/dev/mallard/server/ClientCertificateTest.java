package dev.mallard.server;

import static dev.mallard.server.Tables.path;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.testing.Await;
import io.netty.pkitesting.X509Bundle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Ticket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that sign in by certificate, on a real server. */
class ClientCertificateTest {
  @TempDir private Path data;
  @TempDir private Path work;
  private Pki clients;
  private Path authorities;
  private TlsServer server;

  @BeforeEach
  void trustClients() throws Exception {
    clients = new Pki("clients");
    authorities = Pki.replace(work.resolve("clients.pem"), clients.rootPem());
    server = TlsServer.start(data, work, Optional.of(authorities), false);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private FlightClient client(X509Bundle certificate) {
    return server.client("127.0.0.1", server.authority.rootPem(), certificate);
  }

  private static void requireUnauthenticated(FlightClient client, String said) {
    assertThatThrownBy(() -> Tables.read(client, ticket("x")))
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNAUTHENTICATED))
        .hasMessageContaining(said);
  }

  private void requireNoConnection(X509Bundle certificate) throws Exception {
    try (FlightClient client = client(certificate)) {
      assertThatThrownBy(() -> Tables.read(client, ticket("x")))
          .isInstanceOfSatisfying(
              FlightRuntimeException.class,
              e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNAVAILABLE));
    }
  }

  @Test
  void aCertificateOfATrustedAuthorityIsWhoTheClientIs() throws Exception {
    try (FlightClient client = client(clients.client("alice"))) {
      Tables.put(client, server.server().memory(), path("x.feather"), 1, 3, 100);
      assertThat(Tables.read(client, ticket("x"))).hasSize(300);
    }
  }

  @Test
  void aClientWithoutOneIsTurnedAwayWithItsFirstCall() throws Exception {
    try (FlightClient client = server.client()) {
      requireUnauthenticated(client, "sign in with a client certificate");
    }
  }

  @Test
  void certificatesThatAreNotGoodDoNotConnect() throws Exception {
    requireNoConnection(new Pki("clients").client("alice"));
    requireNoConnection(
        clients.issue(
            Pki.client(Pki.template().notAfter(Instant.now().minus(Duration.ofDays(1))), "alice")));
    requireNoConnection(
        clients.issue(
            Pki.client(
                Pki.template()
                    .notBefore(Instant.now().plus(Duration.ofDays(1)))
                    .notAfter(Instant.now().plus(Duration.ofDays(2))),
                "alice")));
    // Of an authority that the server does not name, so that the client does not even show it.
    try (FlightClient client = client(server.authority.server())) {
      requireUnauthenticated(client, "sign in with a client certificate");
    }
  }

  @Test
  void whereCertificatesAreRequiredNobodyConnectsWithoutOne() throws Exception {
    server.close();
    server = TlsServer.start(data, work, Optional.of(authorities), true);

    requireNoConnection(null);
    try (FlightClient client = client(clients.client("alice"))) {
      Tables.put(client, server.server().memory(), path("x.feather"), 1, 1, 10);
    }
  }

  @Test
  void anAuthorityThatIsTakenOutEndsWhatRunsAndIsNotGotRoundByAnythingOld() throws Exception {
    X509Bundle alice = clients.client("alice");
    Pki next = new Pki("clients");
    try (FlightClient client = client(alice)) {
      Tables.put(client, server.server().memory(), path("x.feather"), 1, 1, 10);
      FlightDescriptor endless =
          FlightDescriptor.command(
              "SELECT * FROM range(1000000000000)".getBytes(StandardCharsets.UTF_8));
      Ticket rows = client.getInfo(endless).getEndpoints().get(0).getTicket();
      try (FlightStream running = client.getStream(rows)) {
        running.next();
        Pki.replace(authorities, next.rootPem());
        Await.until("new calls are refused", () -> refuses(client));
        assertThatThrownBy(
                () -> {
                  while (running.next()) {
                    running.getRoot().getRowCount();
                  }
                })
            .isInstanceOfSatisfying(
                FlightRuntimeException.class,
                e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNAUTHENTICATED));
      }
      requireUnauthenticated(client, "no authority that this server trusts now");
    }
    requireNoConnection(alice);
    try (FlightClient client = client(next.client("bob"))) {
      assertThat(Tables.read(client, ticket("x"))).isNotEmpty();
    }
  }

  private static boolean refuses(FlightClient client) {
    try {
      client.listActions().forEach(action -> {});
      return false;
    } catch (FlightRuntimeException e) {
      return e.status().code() == FlightStatusCode.UNAUTHENTICATED;
    }
  }
}
