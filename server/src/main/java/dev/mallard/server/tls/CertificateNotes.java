package dev.mallard.server.tls;

import dev.mallard.server.security.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is to be known of a server's certificate at start. */
final class CertificateNotes {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateNotes.class);

  private static final Duration SOON = Duration.ofDays(30);

  private CertificateNotes() {}

  static void log(TlsConfig.Identity.Files files, boolean isOwn, String host, int port) {
    try {
      X509Certificate certificate =
          new TlsMaterial.Paths(files, Optional.empty()).read().parse().identity().certificate();
      String remedy =
          isOwn
              ? "delete " + files.certificate() + " to have a new one at the next start"
              : "renew it";
      warnings(certificate, HostNames.of(host), Clock.systemUTC().instant())
          .forEach(warning -> LOG.warn("TLS: {}; {}", warning, remedy));
      if (isReadableByOthers(files.key())) {
        LOG.warn("TLS: others may read the key {}; chmod 600 it", files.key());
      }
      if (isOwn) {
        explain(certificate, files.certificate().toAbsolutePath(), port);
      }
    } catch (FileProblem e) {
      // It has changed since the start, and whoever looks for changes says so.
      LOG.debug("TLS", e);
    }
  }

  private static void explain(X509Certificate certificate, Path file, int port) {
    LOG.info(
        "TLS: a certificate of this server's own making, until {}, SHA-256 {}",
        certificate.getNotAfter().toInstant(),
        fingerprint(certificate));
    LOG.info("clients trust it with a copy of {}:", file);
    LOG.info(
        "  pyarrow.flight.connect('grpc+tls://localhost:{}', tls_root_certs=open('{}').read())",
        port,
        file);
    LOG.info("  mallard list --uri grpc+tls://localhost:{} --tls-roots {}", port, file);
  }

  /**
   * What will keep clients from trusting it.
   *
   * @param hosts by one of which clients call the server
   */
  static List<String> warnings(X509Certificate certificate, List<HostName> hosts, Instant now) {
    List<String> warnings = new ArrayList<>();
    Instant from = certificate.getNotBefore().toInstant();
    Instant until = certificate.getNotAfter().toInstant();
    if (now.isBefore(from)) {
      warnings.add("the certificate is not valid before " + from);
    } else if (!now.isBefore(until)) {
      warnings.add("the certificate has expired, at " + until);
    } else if (Duration.between(now, until).compareTo(SOON) < 0) {
      warnings.add("the certificate expires soon, at " + until);
    }
    if (!hosts.isEmpty() && hosts.stream().noneMatch(host -> covers(certificate, host))) {
      warnings.add(
          "the certificate does not name this host (%s), so most clients will not take it"
              .formatted(String.join(", ", hosts.stream().map(HostName::value).toList())));
    }
    return warnings;
  }

  private static boolean covers(X509Certificate certificate, HostName host) {
    try {
      Collection<List<?>> entries = certificate.getSubjectAlternativeNames();
      return entries != null
          && entries.stream()
              .anyMatch(
                  entry -> host.isCoveredBy((Integer) entry.get(0), String.valueOf(entry.get(1))));
    } catch (CertificateParsingException e) {
      return false;
    }
  }

  private static boolean isReadableByOthers(Path key) {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(key);
      return permissions.contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | UnsupportedOperationException e) {
      return false; // Not to be known here.
    }
  }

  static String fingerprint(X509Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // Every Java has SHA-256.
    }
  }
}
