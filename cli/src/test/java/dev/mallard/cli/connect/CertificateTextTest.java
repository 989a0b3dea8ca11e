package dev.mallard.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class CertificateTextTest {
  private static final Instant END = Instant.parse("2026-06-30T12:00:00Z");

  private static CertificateBuilder certificate(String subject) {
    return new CertificateBuilder()
        .ecp256()
        .notBefore(END.minus(Duration.ofDays(100)))
        .notAfter(END)
        .subject(subject)
        .setIsCertificateAuthority(true);
  }

  @Test
  void itsNamesAreThoseThatClientsCompare() throws Exception {
    X509Certificate named =
        certificate("CN=x")
            .addSanDnsName("a.example.org")
            .addSanIpAddress("10.0.0.1")
            .addSanUriName("https://b.example.org")
            .buildSelfSigned()
            .getCertificate();
    assertThat(CertificateText.names(named)).isEqualTo("a.example.org, 10.0.0.1");
    assertThat(CertificateText.issuer(named)).isEqualTo("itself");

    X509Certificate bare = certificate("CN=ada,O=Ducks").buildSelfSigned().getCertificate();
    assertThat(CertificateText.names(bare)).isEqualTo("CN=ada,O=Ducks");
  }

  @Test
  void daysAreWholeOnesAndNegativeWhenItIsOver() throws Exception {
    X509Certificate one = certificate("CN=x").buildSelfSigned().getCertificate();
    assertThat(CertificateText.until(one)).isEqualTo("2026-06-30");
    assertThat(CertificateText.daysLeft(one, END.minus(Duration.ofDays(2)))).isEqualTo(2);
    assertThat(CertificateText.daysLeft(one, END.minusSeconds(1))).isZero();
    assertThat(CertificateText.daysLeft(one, END.plusSeconds(1))).isEqualTo(-1);
    assertThat(CertificateText.daysLeft(one, END.plus(Duration.ofDays(3)))).isEqualTo(-3);
  }

  @Test
  void whatATerminalWouldObeyIsLeftOut() throws Exception {
    X509Certificate evil = certificate("CN=a\u001b[2Jb\u202ec").buildSelfSigned().getCertificate();
    assertThat(CertificateText.names(evil)).doesNotContain("\u001b", "\u202e");
  }
}
