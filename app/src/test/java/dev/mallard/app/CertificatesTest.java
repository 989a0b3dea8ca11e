package dev.mallard.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.server.ServerConfig;
import dev.mallard.server.security.AuditConfig;
import dev.mallard.server.security.LimitConfig;
import dev.mallard.server.security.OpenIdConfig;
import dev.mallard.server.security.SecurityConfig;
import dev.mallard.server.security.SignInConfig;
import dev.mallard.server.security.TlsConfig;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands to the server with TLS: by certificate, and what is said of those that are not good. */
class CertificatesTest {
  private static final CertificateBuilder TEMPLATE =
      new CertificateBuilder()
          .ecp256()
          .notBefore(Instant.now().minus(Duration.ofDays(50)))
          .notAfter(Instant.now().plus(Duration.ofDays(100)));

  @TempDir private Path data;
  @TempDir private Path work;
  private X509Bundle root;
  private Path roots;
  private Cli cli;

  @BeforeEach
  void start() throws Exception {
    root = authority("Ducks");
    roots = Files.writeString(work.resolve("roots.pem"), root.getCertificatePEM());
  }

  @AfterEach
  void stop() {
    if (cli != null) {
      cli.close();
    }
  }

  private static X509Bundle authority(String name) throws Exception {
    return TEMPLATE.copy().subject("CN=" + name).setIsCertificateAuthority(true).buildSelfSigned();
  }

  private static CertificateBuilder server() {
    return TEMPLATE
        .copy()
        .subject("CN=server")
        .addSanDnsName("ducks.example.org")
        .addSanIpAddress("127.0.0.1")
        .addExtendedKeyUsageServerAuth();
  }

  private void serve(X509Bundle certificate, boolean wantsCertificates) throws Exception {
    Path file = Files.writeString(work.resolve("server.pem"), certificate.getCertificatePathPEM());
    Path key = Files.writeString(work.resolve("server.key"), certificate.getPrivateKeyPEM());
    TlsConfig tls =
        new TlsConfig(
            new TlsConfig.Identity.Files(file, key),
            wantsCertificates ? Optional.of(roots) : Optional.empty(),
            wantsCertificates,
            false);
    cli =
        Cli.serving(
            ServerConfig.of(data)
                .withSecurity(
                    new SecurityConfig(
                        SignInConfig.OPEN,
                        OpenIdConfig.NONE,
                        tls,
                        LimitConfig.DEFAULT,
                        AuditConfig.NONE)));
  }

  private Cli.Run run(String command, String... more) {
    return runAt(cli.uri(), command, more);
  }

  private Cli.Run runAt(String uri, String command, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of(command, "--uri", uri, "--tls-roots", roots.toString()));
    arguments.addAll(List.of(more));
    return Cli.run(Map.of(), "", arguments.toArray(String[]::new));
  }

  private static void assertFails(Cli.Run run, String... words) {
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).hasLineCount(1).contains("cannot reach ").contains(words);
  }

  private String[] identity(X509Bundle certificate) throws Exception {
    Path file = Files.writeString(work.resolve("me.pem"), certificate.getCertificatePathPEM());
    Path key = Files.writeString(work.resolve("me.key"), certificate.getPrivateKeyPEM());
    return new String[] {"--client-cert", file.toString(), "--client-key", key.toString()};
  }

  @Test
  void aCertificateProvesWhoComes() throws Exception {
    serve(server().buildIssuedBy(root), true);
    String[] ada =
        identity(
            TEMPLATE.copy().subject("CN=ada").addExtendedKeyUsageClientAuth().buildIssuedBy(root));

    Cli.Run who = run("whoami", ada);
    assertThat(who.exitCode()).as(who.err()).isZero();
    assertThat(who.out()).containsPattern("name: +ada\n").containsPattern("proof: +certificate\n");

    Cli.Run doctor = run("doctor", ada);
    assertThat(doctor.out())
        .containsPattern("ok    client certificate: for CN=ada, signed by CN=Ducks, until .*left")
        .containsPattern("ok    certificate: for ducks.example.org, 127.0.0.1, signed by CN=Ducks,")
        .containsPattern("ok    trust: ")
        .containsPattern("warn  client key: .*chmod 600")
        .containsPattern("ok    sign-in: as 'ada', role .*, by certificate");
  }

  @Test
  void aServerThatWantsACertificateIsSaidSo() throws Exception {
    serve(server().buildIssuedBy(root), true);
    assertFails(run("list"), "wants a certificate of yours: --client-cert FILE --client-key FILE");

    String[] stranger =
        identity(
            TEMPLATE
                .copy()
                .subject("CN=eve")
                .addExtendedKeyUsageClientAuth()
                .buildIssuedBy(authority("Geese")));
    assertFails(run("list", stranger), "does not take your certificate (--client-cert)");
  }

  @Test
  void aCertificateThatHasExpiredIsSaidWithItsDay() throws Exception {
    Instant end = Instant.parse("2026-01-02T03:04:05Z");
    serve(
        server().notBefore(end.minus(Duration.ofDays(9))).notAfter(end).buildIssuedBy(root), false);

    assertFails(run("list"), "certificate has expired (2026-01-02); who runs the server");
    assertThat(run("doctor").out())
        .containsPattern("FAIL  certificate: .*until 2026-01-02: it has expired; renew it")
        .containsPattern("FAIL  trust: .*expired");
  }

  @Test
  void aCertificateThatBeginsLaterIsSaidSo() throws Exception {
    Instant begin = Instant.now().plus(Duration.ofDays(9));
    serve(
        server().notBefore(begin).notAfter(begin.plus(Duration.ofDays(9))).buildIssuedBy(root),
        false);

    assertFails(run("list"), "not valid yet; is this machine's clock right?");
  }

  @Test
  void aCertificateForOtherNamesIsSaidWithThem() throws Exception {
    serve(server().buildIssuedBy(root), false);
    String uri = cli.uri().replace("127.0.0.1", "localhost");

    assertFails(
        runAt(uri, "list"), "is not for this name, but for ducks.example.org, 127.0.0.1; use that");
    assertThat(runAt(uri, "doctor").out()).containsPattern("FAIL  trust: .*is not for this name");
  }

  @Test
  void aCertificateOfAnUnknownAuthorityIsSaidWithTheOptionThatMendsIt() throws Exception {
    serve(server().buildIssuedBy(authority("Geese")), false);

    assertFails(run("list"), "certificate is not trusted", "--tls-roots FILE");
    assertThat(run("doctor").out()).containsPattern("FAIL  trust: .*--tls-roots FILE");
  }

  @Test
  void clearTextToAServerWithTlsIsSaidSo() throws Exception {
    serve(server().buildIssuedBy(root), false);
    String uri = cli.uri().replace("grpc+tls", "grpc");

    Map<String, String> password = Map.of("MALLARD_PASSWORD", "s3cret");
    for (Cli.Run run :
        List.of(
            Cli.run(Map.of(), "", "list", "--uri", uri),
            Cli.run(password, "", "list", "--uri", uri, "--user", "ada"))) {
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).hasLineCount(1).contains("grpc+tls://").doesNotContain("s3cret");
    }
  }

  @Test
  void keysThatAreNoneAreSaidSo() throws Exception {
    serve(server().buildIssuedBy(root), false);
    String[] ada = identity(TEMPLATE.copy().subject("CN=ada").buildIssuedBy(root));

    Cli.Run noKey = run("list", "--client-cert", ada[1], "--client-key", ada[1]);
    assertThat(noKey.err())
        .hasLineCount(1)
        .contains("no private key that could be read", "PKCS #8");
    Cli.Run noCertificate = run("list", "--client-cert", ada[3], "--client-key", ada[3]);
    assertThat(noCertificate.err()).hasLineCount(1).contains("me.key' has no certificates");
    Cli.Run nothing = run("list", "--client-cert", "no.pem", "--client-key", ada[3]);
    assertThat(nothing.err()).hasLineCount(1).contains("file 'no.pem' is not there");
    assertThat(run("doctor", "--client-cert", "no.pem", "--client-key", ada[3]).exitCode())
        .isEqualTo(1);
  }
}
