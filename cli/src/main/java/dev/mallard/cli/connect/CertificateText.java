package dev.mallard.cli.connect;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Certificates in words. Stateless. */
public final class CertificateText {
  /** Of a subject's alternative names those that clients compare: DNS names and addresses. */
  private static final Set<Object> KINDS = Set.of(2, 7);

  private static final int MOST = 8;

  private CertificateText() {}

  /** The names for which it is good, or its subject if it has none. */
  public static String names(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      for (List<?> name : all == null ? List.<List<?>>of() : all) {
        if (KINDS.contains(name.get(0))) {
          names.add(printable(String.valueOf(name.get(1))));
        }
      }
    } catch (CertificateParsingException e) {
      // Then its subject says what there is to say.
    }
    if (names.isEmpty()) {
      return printable(certificate.getSubjectX500Principal().getName());
    }
    return String.join(", ", names.subList(0, Math.min(MOST, names.size())))
        + (names.size() > MOST ? ", …" : "");
  }

  /** Who has signed it. */
  public static String issuer(X509Certificate certificate) {
    boolean self =
        certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal());
    return self ? "itself" : printable(certificate.getIssuerX500Principal().getName());
  }

  /** The day on which it ends. */
  public static String until(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant().atZone(ZoneOffset.UTC).toLocalDate().toString();
  }

  /** Whole days that are left; negative if it has expired. */
  public static long daysLeft(X509Certificate certificate, Instant now) {
    Duration left = Duration.between(now, certificate.getNotAfter().toInstant());
    return left.isNegative() ? Math.min(-1, left.toDays()) : left.toDays();
  }

  /** Whoever has made a certificate may have put anything into it. */
  private static String printable(String text) {
    return text.codePoints()
        .limit(200)
        .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
