package dev.mallard.server;

import static dev.mallard.server.Tables.path;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.server.security.TlsConfig;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A certificate of the server's own making. */
class SelfSignedTest {
  private static final TlsConfig SELF_SIGNED =
      new TlsConfig(new TlsConfig.Identity.SelfSigned(), Optional.empty(), false, false);

  @TempDir private Path data;

  private TestConfig config() {
    return TestConfig.of(data).security(TlsServer.security(SELF_SIGNED));
  }

  private Path certificate() {
    return data.resolve(".mallard/tls/certificate.pem");
  }

  @Test
  void clientsThatHaveACopyOfItTrustIt() throws Exception {
    try (LogLines log = LogLines.of("dev.mallard.server.tls");
        TestServer server = TestServer.start(data, config());
        InputStream root = Files.newInputStream(certificate());
        FlightClient client =
            FlightClient.builder(
                    server.memory(), Location.forGrpcTls("localhost", server.server().port()))
                .useTls()
                .trustedCertificates(root)
                .build()) {
      Tables.put(client, server.memory(), path("x.feather"), 1, 1, 10);
      assertThat(Tables.read(client, ticket("x"))).hasSize(10);

      assertThat(Handshakes.servedBy(server.server().port()).getExtendedKeyUsage()).hasSize(1);
      assertThat(log.with("SHA-256 ")).hasSize(1);
      String roots = certificate().toAbsolutePath().toString();
      assertThat(log.with("tls_root_certs=open('" + roots + "')")).hasSize(1);
      assertThat(log.with("--tls-roots " + roots)).hasSize(1);
      assertThat(log.with("WARN")).isEmpty();
      assertThat(ServeCommand.readyLine(config().build(), server.server()))
          .contains("listening on grpc+tls://127.0.0.1:");
    }
  }

  @Test
  void itNamesThisMachine() throws Exception {
    try (TestServer server = TestServer.start(data, config())) {
      X509Certificate made = Handshakes.servedBy(server.server().port());
      List<String> names =
          made.getSubjectAlternativeNames().stream().map(entry -> entry.get(1).toString()).toList();
      assertThat(names)
          .contains(
              "localhost",
              "127.0.0.1",
              InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT));
    }
  }

  @Test
  void itIsKeptForTheNextStartAndIsTheUsersAlone() throws Exception {
    X509Certificate first = served();
    assertThat(served()).isEqualTo(first);
    assertThat(permissions(certificate())).isEqualTo("rw-------");
    assertThat(permissions(certificate().resolveSibling("key.pem"))).isEqualTo("rw-------");
    assertThat(permissions(certificate().getParent())).isEqualTo("rwx------");
    assertThat(TestServer.files(certificate().getParent())).hasSize(2);
  }

  @Test
  void anotherIsMadeIfTheOneThatIsThereCannotBeUsed() throws Exception {
    X509Certificate first = served();
    Files.delete(certificate());
    X509Certificate second = served();
    assertThat(second).isNotEqualTo(first);

    X509Bundle expired =
        Pki.template()
            .subject("CN=old")
            .setIsCertificateAuthority(true)
            .notAfter(Instant.now().minusSeconds(60))
            .buildSelfSigned();
    new Pki.PemFiles(certificate(), certificate().resolveSibling("key.pem")).write(expired);
    assertThat(served()).isNotEqualTo(expired.getCertificate());

    Files.writeString(certificate().resolveSibling("key.pem"), "rubbish");
    assertThat(served()).isNotEqualTo(second);
  }

  @Test
  void aServerThatMayWriteNothingKeepsNothing() throws Exception {
    ServerConfig readOnly = config().readOnly().build();
    X509Certificate first;
    try (MallardServer server = MallardServer.start(readOnly)) {
      first = Handshakes.servedBy(server.port());
    }
    try (MallardServer server = MallardServer.start(readOnly)) {
      assertThat(Handshakes.servedBy(server.port())).isNotEqualTo(first);
    }
    assertThat(TestServer.files(data)).isEmpty();
  }

  @Test
  void whereBoringSslDoesNotLoadTheJdkEncrypts() throws Exception {
    List<String> arguments = List.of(data.toString(), "--port=0", "--tls-self-signed");
    try (ChildProcess child =
            ChildProcess.start(
                ServeMain.class, List.of("-Dio.netty.handler.ssl.noOpenSsl=true"), arguments);
        RootAllocator memory = new RootAllocator()) {
      String ready = child.readLine();
      int port = Integer.parseInt(ready.replaceAll(".*grpc\\+tls://127.0.0.1:(\\d+) .*", "$1"));
      try (InputStream root = Files.newInputStream(certificate());
          FlightClient client =
              FlightClient.builder(memory, Location.forGrpcTls("127.0.0.1", port))
                  .useTls()
                  .trustedCertificates(root)
                  .build()) {
        Tables.put(client, memory, path("x.feather"), 1, 3, 10_000);
        assertThat(Tables.read(client, ticket("x"))).hasSize(30_000);
      }
      assertThat(Handshakes.with(port, "TLSv1.2").getProtocol()).isEqualTo("TLSv1.2");
    }
  }

  private X509Certificate served() throws Exception {
    try (TestServer server = TestServer.start(data, config())) {
      return Handshakes.servedBy(server.server().port());
    }
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
