package dev.mallard.server;

import static dev.mallard.server.Tables.path;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.MallardException;
import dev.mallard.server.security.SecurityConfig;
import dev.mallard.server.security.TlsConfig;
import dev.mallard.testing.Await;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.Location;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encrypted connections, with clients that others wrote. */
class TlsTest {
  @TempDir private Path data;
  @TempDir private Path work;

  @Test
  void aClientThatTrustsTheAuthorityReadsAndWrites() throws Exception {
    try (TlsServer server = TlsServer.start(data, work);
        FlightClient byAddress = server.client();
        FlightClient byName = server.client("localhost", server.authority.rootPem(), null)) {
      Tables.put(byAddress, server.server().memory(), path("x.feather"), 1, 3, 100);

      assertThat(Tables.read(byAddress, ticket("x"))).hasSize(300);
      assertThat(Tables.read(byName, ticket("x"))).hasSize(300);
    }
  }

  @Test
  void theJdbcDriverConnectsWithARootCertificate() throws Exception {
    try (TlsServer server = TlsServer.start(data, work)) {
      Path roots = Pki.replace(work.resolve("roots.pem"), server.authority.rootPem());
      String address =
          "jdbc:arrow-flight-sql://localhost:%d/?useEncryption=true&tlsRootCerts=%s"
              .formatted(server.port(), roots);
      try (Connection connection =
          DriverManager.getConnection(address + "&user=alice&password=secret")) {
        assertThat(Jdbc.rows(connection, "SELECT 42")).containsExactly("42");
      }
      try (Connection connection = DriverManager.getConnection(address + "&token=any")) {
        assertThat(Jdbc.rows(connection, "SELECT 42")).containsExactly("42");
      }
    }
  }

  @Test
  void clientsRefuseAServerThatTheyCannotTrust() throws Exception {
    try (TlsServer server = TlsServer.start(data, work)) {
      String other = new Pki("another authority").rootPem();
      try (FlightClient client = server.client("127.0.0.1", other, null)) {
        requireRefused(client, "certif");
      }
      try (FlightClient client = server.client("127.0.0.2", server.authority.rootPem(), null)) {
        requireRefused(client, "127.0.0.2");
      }
      X509Bundle expired =
          server.authority.issue(
              Pki.template()
                  .subject("CN=server")
                  .addSanIpAddress("127.0.0.1")
                  .addExtendedKeyUsageServerAuth()
                  .notAfter(Instant.now().minus(Duration.ofDays(1))));
      server.files.write(expired);
      awaitServed(server, expired.getCertificate());
      try (FlightClient client = server.client()) {
        requireRefused(client, "validity check failed");
      }
    }
  }

  private static void requireRefused(FlightClient client, String said) {
    assertThatThrownBy(() -> Tables.read(client, ticket("x")))
        .isInstanceOf(FlightRuntimeException.class)
        .satisfies(e -> assertThat(messages(e)).containsIgnoringCase(said));
  }

  private static String messages(Throwable error) {
    StringBuilder all = new StringBuilder();
    for (Throwable e = error; e != null; e = e.getCause()) {
      all.append(e.getMessage()).append('\n');
    }
    return all.toString();
  }

  private static void awaitServed(TlsServer server, X509Certificate certificate) {
    Await.until(
        "the certificate is served", () -> Handshakes.servedBy(server.port()).equals(certificate));
  }

  @Test
  void aClientInClearTextIsToldSo() throws Exception {
    try (TlsServer server = TlsServer.start(data, work);
        FlightClient client =
            FlightClient.builder(
                    server.server().memory(), Location.forGrpcInsecure("127.0.0.1", server.port()))
                .build()) {
      requireRefused(client, "this port speaks TLS; connect with grpc+tls://");
    }
  }

  @Test
  void anEncryptedClientOfAServerInClearTextIsToldSo() throws Exception {
    try (TestServer server = TestServer.start(data);
        FlightClient client =
            FlightClient.builder(
                    server.memory(), Location.forGrpcTls("127.0.0.1", server.server().port()))
                .useTls()
                .verifyServer(false)
                .build()) {
      requireRefused(client, "not an SSL/TLS record");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"})
  void onlyTls12And13AreSpoken(String version) throws Exception {
    try (TlsServer server = TlsServer.start(data, work)) {
      if (version.compareTo("TLSv1.2") >= 0) {
        assertThat(Handshakes.with(server.port(), version).getProtocol()).isEqualTo(version);
      } else {
        assertThatThrownBy(() -> Handshakes.with(server.port(), version))
            .hasMessageContaining("PROTOCOL_VERSION");
      }
    }
  }

  @Test
  void halfAHandshakeDoesNotHoldAConnection() throws Exception {
    byte[] beginning = {22, 3, 1, 2, 0, 1, 0, 1};
    try (TlsServer server = TlsServer.start(data, work);
        Socket silent = new Socket(InetAddress.getByName("127.0.0.1"), server.port());
        Socket slow = new Socket(InetAddress.getByName("127.0.0.1"), server.port())) {
      slow.getOutputStream().write(beginning);
      for (Socket socket : new Socket[] {silent, slow}) {
        socket.setSoTimeout(60_000);
        assertThat(readToEnd(socket)).as("bytes before the server hangs up").isLessThan(100);
      }
    }
  }

  private static int readToEnd(Socket socket) throws Exception {
    try {
      return socket.getInputStream().readAllBytes().length;
    } catch (SocketException e) {
      return 0; // Reset.
    }
  }

  @Test
  void keysOfBothKindsAreTaken() throws Exception {
    X509Bundle rsa =
        new Pki("authority")
            .issue(
                Pki.template()
                    .rsa2048()
                    .subject("CN=server")
                    .addSanDnsName("localhost")
                    .addExtendedKeyUsageServerAuth());
    try (TlsServer server = TlsServer.start(data, work)) {
      assertThat(Handshakes.servedBy(server.port()).getPublicKey().getAlgorithm()).isEqualTo("EC");
      server.files.write(rsa);
      awaitServed(server, rsa.getCertificate());
      assertThat(Handshakes.with(server.port(), "TLSv1.2").getCipherSuite()).contains("ECDHE_RSA");
    }
  }

  @Test
  void filesThatCannotBeUsedStopTheStartInOneLine() throws Exception {
    Pki authority = new Pki("authority");
    Pki.PemFiles good = Pki.PemFiles.in(work, "good").write(authority.server());
    Pki.PemFiles other = Pki.PemFiles.in(work, "other").write(authority.server());
    Path rubbish = Pki.replace(work.resolve("rubbish.pem"), "rubbish");
    Path damaged =
        Pki.replace(
            work.resolve("damaged.pem"),
            Files.readString(good.key()).replaceFirst("KEY-----\\s+.{20}", "KEY-----\n"));
    Path missing = work.resolve("missing.pem");

    requireNoStart(good.certificate(), missing, "--tls-key: there is no file " + missing);
    requireNoStart(missing, good.key(), "--tls-cert: there is no file " + missing);
    requireNoStart(rubbish, good.key(), "no certificate", "BEGIN CERTIFICATE");
    requireNoStart(good.key(), good.key(), "no certificate");
    requireNoStart(good.certificate(), rubbish, "no key", "BEGIN PRIVATE KEY");
    requireNoStart(good.certificate(), damaged, "damaged");
    requireNoStart(good.certificate(), other.key(), "not the key of the certificate");
    requireNoStart(good.certificate(), work, "--tls-key: cannot read " + work);
  }

  @Test
  void keysInOtherFormsAreSaidHowToConvert() throws Exception {
    Pki.PemFiles good = Pki.PemFiles.in(work, "good").write(new Pki("authority").server());
    String old = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    String[] forms = {
      old + block("EC PRIVATE KEY", "AAAA"),
      block("RSA PRIVATE KEY", "AAAA"),
      block("ENCRYPTED PRIVATE KEY", "AAAA"),
      block("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA"),
    };
    for (String form : forms) {
      Path key = Pki.replace(work.resolve("old.pem"), form);
      requireNoStart(
          good.certificate(), key, "openssl pkcs8 -topk8 -nocrypt -in " + key + " -out NEW.pem");
    }
  }

  private static String block(String label, String text) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(label, text);
  }

  private void requireNoStart(Path certificate, Path key, String... said) {
    TlsConfig tls =
        new TlsConfig(
            new TlsConfig.Identity.Files(certificate, key), Optional.empty(), false, false);
    SecurityConfig security = TlsServer.security(tls);
    assertThatThrownBy(() -> TestServer.start(data, TestConfig.of(data).security(security)))
        .isInstanceOf(MallardException.class)
        .message()
        .contains(said)
        .hasLineCount(1);
  }
}
