package dev.mallard.cli.doctor;

import dev.mallard.cli.connect.CertificateText;
import dev.mallard.cli.connect.TlsTrouble;
import dev.mallard.cli.io.Sizes;
import dev.mallard.client.ClientSettings;
import dev.mallard.client.Credentials;
import dev.mallard.client.TlsProbe;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Encryption, and the certificates of both sides. Stateless. */
public final class TlsChecks {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long FEW_DAYS = 30;

  private TlsChecks() {}

  /** All of them; nothing but encryption if the server is not there. */
  public static List<Finding> run(ClientSettings settings) {
    List<Finding> findings = new ArrayList<>();
    findings.add(encryption(settings));
    if (!settings.address().tls()) {
      return findings;
    }
    settings.tls().identity().ifPresent(own -> findings.add(client(own.certificate())));
    try {
      findings.addAll(server(TlsProbe.look(settings.address(), settings.tls(), PATIENCE)));
    } catch (IOException e) {
      // The connection's own check says why.
    }
    return findings;
  }

  private static Finding encryption(ClientSettings settings) {
    if (settings.address().tls()) {
      return Finding.ok("encryption", "TLS");
    }
    if (settings.exposesSecret()) {
      String what = settings.credentials() instanceof Credentials.Token ? "token" : "password";
      return Finding.failure(
          "encryption",
          "none, and your "
              + what
              + " goes over the network for everyone on the way to read; use grpc+tls://");
    }
    return Finding.warning(
        "encryption",
        settings.address().isLoopback()
            ? "none: fine on this machine; for others use grpc+tls://"
            : "none: fine on a private network; otherwise use grpc+tls://");
  }

  private static Finding client(Path file) {
    String subject = "client certificate";
    try {
      return TlsProbe.certificates(file).stream()
          .findFirst()
          .map(own -> validity(subject, own))
          .orElseGet(() -> Finding.failure(subject, "'" + file + "' has none; is it a PEM file?"));
    } catch (IOException e) {
      return Finding.failure(subject, "'" + file + "' cannot be read as a certificate");
    }
  }

  private static List<Finding> server(TlsProbe probe) {
    List<Finding> findings = new ArrayList<>();
    if (!probe.chain().isEmpty()) {
      findings.add(validity("certificate", probe.chain().get(0)));
    }
    findings.add(
        probe
            .problem()
            .map(problem -> Finding.failure("trust", TlsTrouble.explain(problem, probe.chain())))
            .orElseGet(() -> Finding.ok("trust", "the certificate is trusted, and for this name")));
    return findings;
  }

  private static Finding validity(String subject, X509Certificate certificate) {
    long days = CertificateText.daysLeft(certificate, Instant.now());
    String said =
        "for "
            + CertificateText.names(certificate)
            + ", signed by "
            + CertificateText.issuer(certificate)
            + ", until "
            + CertificateText.until(certificate);
    if (days < 0) {
      return Finding.failure(subject, said + ": it has expired; renew it");
    }
    String left = said + " (" + Sizes.count(days, "day") + " left)";
    return days < FEW_DAYS
        ? Finding.warning(subject, left + ": renew it soon")
        : Finding.ok(subject, left);
  }
}
