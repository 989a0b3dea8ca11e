package dev.mallard.server;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.KeyUsage;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;

/** An authority of the tests' own, and what it certifies. */
final class Pki {
  private static final CertificateBuilder TEMPLATE =
      new CertificateBuilder()
          .ecp256()
          .notBefore(Instant.now().minus(Duration.ofDays(10)))
          .notAfter(Instant.now().plus(Duration.ofDays(100)));

  private final X509Bundle root;

  Pki(String name) throws Exception {
    this.root =
        TEMPLATE
            .copy()
            .subject("CN=" + name)
            .setKeyUsage(true, KeyUsage.keyCertSign, KeyUsage.cRLSign)
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
  }

  X509Bundle root() {
    return root;
  }

  String rootPem() {
    return root.getCertificatePEM();
  }

  /** For {@code localhost} and {@code 127.0.0.1}, with an authority between it and the root. */
  X509Bundle server() throws Exception {
    return issue(
        TEMPLATE
            .copy()
            .subject("CN=server")
            .addSanDnsName("localhost")
            .addSanIpAddress("127.0.0.1")
            .addExtendedKeyUsageServerAuth());
  }

  X509Bundle client(String name) throws Exception {
    return issue(client(TEMPLATE.copy(), name));
  }

  static CertificateBuilder client(CertificateBuilder builder, String name) {
    return builder.subject("CN=" + name).addExtendedKeyUsageClientAuth();
  }

  /** To be filled in and issued. */
  static CertificateBuilder template() {
    return TEMPLATE.copy();
  }

  X509Bundle issue(CertificateBuilder builder) throws Exception {
    return builder.buildIssuedBy(root);
  }

  /** Another authority below this one, whose certificates bring its own along. */
  X509Bundle between(String name) throws Exception {
    return issue(
        TEMPLATE
            .copy()
            .subject("CN=" + name)
            .setKeyUsage(true, KeyUsage.keyCertSign)
            .setIsCertificateAuthority(true));
  }

  /** A certificate and its key as files; what was there is replaced, one after the other. */
  record PemFiles(Path certificate, Path key) {
    static PemFiles in(Path folder, String name) {
      return new PemFiles(folder.resolve(name + ".pem"), folder.resolve(name + "-key.pem"));
    }

    PemFiles write(X509Bundle bundle) throws IOException {
      replace(certificate, bundle.getCertificatePathPEM());
      replace(key, bundle.getPrivateKeyPEM());
      return this;
    }
  }

  /** In one step. */
  static Path replace(Path file, String text) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(next, text, StandardCharsets.US_ASCII);
    return Files.move(
        next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
