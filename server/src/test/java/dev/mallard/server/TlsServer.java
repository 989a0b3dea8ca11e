package dev.mallard.server;

import dev.mallard.server.security.SecurityConfig;
import dev.mallard.server.security.TlsConfig;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.Location;
import org.jspecify.annotations.Nullable;

/** A server with a certificate of the tests' own authority, and clients that trust it. */
final class TlsServer implements AutoCloseable {
  final Pki authority;
  final Pki.PemFiles files;
  private final TestServer server;

  private TlsServer(Pki authority, Pki.PemFiles files, TestServer server) {
    this.authority = authority;
    this.files = files;
    this.server = server;
  }

  static TlsServer start(Path data, Path work) throws Exception {
    return start(data, work, Optional.empty(), false);
  }

  /**
   * @param clientAuthorities PEM file
   */
  static TlsServer start(
      Path data, Path work, Optional<Path> clientAuthorities, boolean requireClientCertificate)
      throws Exception {
    Pki authority = new Pki("authority");
    Pki.PemFiles files = Pki.PemFiles.in(work, "server").write(authority.server());
    TlsConfig tls =
        new TlsConfig(
            new TlsConfig.Identity.Files(files.certificate(), files.key()),
            clientAuthorities,
            requireClientCertificate,
            false);
    return new TlsServer(
        authority, files, TestServer.start(data, TestConfig.of(data).security(security(tls))));
  }

  static SecurityConfig security(TlsConfig tls) {
    SecurityConfig open = SecurityConfig.OPEN;
    return new SecurityConfig(open.signIn(), open.openId(), tls, open.limits(), open.audit());
  }

  TestServer server() {
    return server;
  }

  int port() {
    return server.server().port();
  }

  /** On a connection of its own; the caller's to close. */
  FlightClient client() {
    return client("127.0.0.1", authority.rootPem(), null);
  }

  FlightClient client(String host, String roots, @Nullable X509Bundle certificate) {
    FlightClient.Builder builder =
        FlightClient.builder(server.memory(), Location.forGrpcTls(host, port()))
            .useTls()
            .trustedCertificates(stream(roots));
    if (certificate != null) {
      builder.clientCertificate(
          stream(certificate.getCertificatePathPEM()), stream(certificate.getPrivateKeyPEM()));
    }
    return builder.build();
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() throws Exception {
    server.close();
  }
}
