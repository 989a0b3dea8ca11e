package dev.mallard.signin.certificate;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.KeyUsage;
import io.netty.pkitesting.X509Bundle;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Authorities and what they certify. */
final class Certificates {
  static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");

  private Certificates() {}

  static X509Bundle authority(String name) throws Exception {
    return authorities(name).buildSelfSigned();
  }

  static CertificateBuilder authorities(String name) {
    return template()
        .subject("CN=" + name)
        .setKeyUsage(true, KeyUsage.keyCertSign)
        .setIsCertificateAuthority(true);
  }

  static CertificateBuilder client(String subject) {
    return template().subject(subject).addExtendedKeyUsageClientAuth();
  }

  static CertificateBuilder template() {
    return new CertificateBuilder()
        .ecp256()
        .notBefore(NOW.minus(Duration.ofDays(1)))
        .notAfter(NOW.plus(Duration.ofDays(1)));
  }

  static List<X509Certificate> chain(X509Bundle bundle) {
    return bundle.getCertificatePathList();
  }
}
