package dev.mallard.server.security;

import dev.mallard.error.MallardException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code mallard serve} about encryption. */
@picocli.CommandLine.Command
final class TlsOptions {
  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description =
          "PEM file of the server's certificate and of those that lead to its authority; read again when it changes.")
  @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "PEM file of the certificate's key (PKCS#8, not encrypted).")
  @Nullable Path key;

  @Option(
      names = "--tls-self-signed",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description =
          "Encrypt with a certificate of the server's own making, which is kept for the next start; says what clients need to trust it.")
  boolean selfSigned;

  @Option(
      names = "--tls-client-ca",
      paramLabel = "FILE",
      description =
          "PEM file of the authorities whose clients' certificates are taken as sign-in; read again when it changes.")
  @Nullable Path clientAuthorities;

  @Option(
      names = "--tls-require-client-cert",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description = "Refuse connections of clients without a certificate.")
  boolean requireClientCertificate;

  @Option(
      names = "--insecure",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description =
          "Listen beyond this machine even without encryption, or without sign-in: whoever reaches the port may read along, or do everything.")
  boolean insecure;

  TlsConfig toConfig() {
    TlsConfig.Identity identity = identity();
    boolean encrypted = !(identity instanceof TlsConfig.Identity.None);
    if (clientAuthorities != null && !encrypted) {
      throw MallardException.invalid(
          "--tls-client-ca: clients show certificates over TLS alone; add --tls-cert FILE --tls-key"
              + " FILE, or --tls-self-signed");
    }
    if (requireClientCertificate && clientAuthorities == null) {
      throw MallardException.invalid(
          "--tls-require-client-cert: add --tls-client-ca FILE, the authorities to trust");
    }
    return new TlsConfig(
        identity, Optional.ofNullable(clientAuthorities), requireClientCertificate, insecure);
  }

  private TlsConfig.Identity identity() {
    if (certificate == null && key == null) {
      return selfSigned ? new TlsConfig.Identity.SelfSigned() : new TlsConfig.Identity.None();
    }
    if (selfSigned) {
      throw MallardException.invalid(
          "--tls-self-signed: not together with --tls-cert and --tls-key; choose one");
    }
    if (certificate == null || key == null) {
      throw MallardException.invalid(
          (key == null ? "--tls-cert: add --tls-key FILE" : "--tls-key: add --tls-cert FILE")
              + "; a certificate and its key go together");
    }
    return new TlsConfig.Identity.Files(certificate, key);
  }
}
