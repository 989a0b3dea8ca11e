package dev.mallard.server;

import static dev.mallard.server.Tables.path;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.testing.Await;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.flight.FlightClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that are replaced while the server works. */
class TlsReloadTest {
  private static final int RELOADS = 100;

  @TempDir private Path data;
  @TempDir private Path work;

  @Test
  @Timeout(600)
  void aHundredNewCertificatesFailNoCallAndEachIsServed() throws Exception {
    try (TlsServer server = TlsServer.start(data, work)) {
      try (FlightClient client = server.client()) {
        Tables.put(client, server.server().memory(), path("x.feather"), 1, 3, 100);
      }
      AtomicBoolean ended = new AtomicBoolean();
      AtomicInteger oldConnections = new AtomicInteger();
      AtomicInteger newConnections = new AtomicInteger();
      new Together()
          .add(
              () -> {
                try (FlightClient client = server.client()) {
                  while (!ended.get()) {
                    assertThat(Tables.read(client, ticket("x"))).hasSize(300);
                    oldConnections.incrementAndGet();
                  }
                }
              })
          .add(
              () -> {
                while (!ended.get()) {
                  try (FlightClient client = server.client()) {
                    assertThat(Tables.read(client, ticket("x"))).hasSize(300);
                    newConnections.incrementAndGet();
                  }
                }
              })
          .add(
              () -> {
                try {
                  for (int i = 0; i < RELOADS; i++) {
                    X509Bundle next = server.authority.server();
                    server.files.write(next);
                    awaitServed(server, next);
                  }
                } finally {
                  ended.set(true);
                }
              })
          .run();
      assertThat(oldConnections).hasPositiveValue();
      assertThat(newConnections).hasPositiveValue();
    }
  }

  @Test
  void filesThatDoNotFitTogetherLeaveThePairThatWasThereBefore() throws Exception {
    try (LogLines log = LogLines.of("dev.mallard.server.tls");
        TlsServer server = TlsServer.start(data, work)) {
      X509Certificate first = Handshakes.servedBy(server.port());
      X509Bundle next = server.authority.server();
      Pki.replace(server.files.certificate(), next.getCertificatePathPEM());
      log.await("it is not the key of the certificate");
      assertThat(Handshakes.servedBy(server.port())).isEqualTo(first);

      Pki.replace(server.files.certificate(), "half a certifi");
      log.await("it has no certificate");
      Files.delete(server.files.certificate());
      log.await("there is no file");
      assertThat(Handshakes.servedBy(server.port())).isEqualTo(first);

      server.files.write(next);
      awaitServed(server, next);
      assertThat(log.with("stay in use")).as("each is said once").hasSize(3);
    }
  }

  private static void awaitServed(TlsServer server, X509Bundle bundle) {
    Await.until(
        "the new certificate is served",
        () -> Handshakes.servedBy(server.port()).equals(bundle.getCertificate()));
  }
}
