package dev.mallard.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands over TLS, which a proxy before the server ends. */
class TlsTest {
  private static final char[] PASSWORD = "secret".toCharArray();

  @TempDir private Path data;
  @TempDir private Path work;
  private Cli cli;
  private CuttingProxy proxy;
  private Path roots;

  @BeforeEach
  void start() throws Exception {
    cli = Cli.serving(data);
    cli.runWithInput("x\n1\n", "put", "-", "numbers");
    KeyStore store = keyStore();
    roots = work.resolve("roots.pem");
    String certificate =
        Base64.getMimeEncoder().encodeToString(store.getCertificate("server").getEncoded());
    Files.writeString(
        roots, "-----BEGIN CERTIFICATE-----\n" + certificate + "\n-----END CERTIFICATE-----\n");
    proxy = new CuttingProxy(cli.port(), Long.MAX_VALUE, listener(store));
  }

  /** With a certificate for localhost that has signed itself. */
  private KeyStore keyStore() throws Exception {
    Path file = work.resolve("server.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes());
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  private static SSLServerSocket listener(KeyStore store) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    SSLServerSocket socket =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    return socket;
  }

  @AfterEach
  void stop() throws Exception {
    proxy.close();
    cli.close();
  }

  private Cli.Run run(String... arguments) {
    return Cli.run(Map.of("MALLARD_URI", uri()), "", arguments);
  }

  private String uri() {
    return "grpc+tls://localhost:" + proxy.port();
  }

  @Test
  void aCertificateThatIsTrustedOpensTheServer() {
    Cli.Run run = run("get", "numbers", "--tls-roots", roots.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo("x\n1\n");

    Cli.Run named =
        Cli.run(Map.of("MALLARD_TLS_ROOTS", roots.toString()), "", "list", "--uri", uri());
    assertThat(named.exitCode()).as(named.err()).isZero();
    assertThat(named.out()).contains("numbers");

    Cli.Run doctor = run("doctor", "--tls-roots", roots.toString());
    assertThat(doctor.exitCode()).as(doctor.out()).isZero();
    assertThat(doctor.out()).contains("ok    encryption: TLS");
  }

  @Test
  void aCertificateThatIsNotTrustedIsSaidSo() {
    Cli.Run run = run("list");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .hasLineCount(1)
        .contains("cannot reach " + uri())
        .contains("certificate is not trusted")
        .contains("--tls-roots");
  }

  @Test
  void aNameThatTheCertificateDoesNotHaveIsSaidSo() {
    String address = "grpc+tls://127.0.0.1:" + proxy.port();
    Cli.Run run = Cli.run(Map.of(), "", "list", "--uri", address, "--tls-roots", roots.toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .hasLineCount(1)
        .contains("certificate is not for this name, but for localhost;");
  }

  @Test
  void clearTextToAServerWithTlsIsSaidSo() {
    Cli.Run run = Cli.run(Map.of(), "", "list", "--uri", uri().replace("grpc+tls", "grpc"));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).hasLineCount(1).contains("the server speaks TLS; use grpc+tls://");
  }

  @Test
  void aServerWithoutTlsIsSaidSo() {
    Cli.Run run = Cli.run(Map.of(), "", "list", "--uri", "grpc+tls://127.0.0.1:" + cli.port());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).hasLineCount(1).contains("the server does not speak TLS; use grpc://");
  }

  @Test
  void rootsThatAreNoneAreSaidSo() throws Exception {
    Path rubbish = Files.writeString(work.resolve("rubbish.pem"), "rubbish");

    assertThat(run("list", "--tls-roots", rubbish.toString()).err())
        .isEqualTo(
            "mallard list: '"
                + rubbish
                + "' has no certificates that could be read (expected: a PEM file)\n");
    assertThat(run("list", "--tls-roots", work.resolve("none.pem").toString()).err())
        .hasLineCount(1)
        .contains("none.pem");
    assertThat(cli.run("list", "--tls-roots", roots.toString()).exitCode()).isEqualTo(2);
  }
}
