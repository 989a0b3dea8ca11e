package dev.mallard.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator is warned of. */
class CertificateNotesTest {
  private static final Instant FROM = Instant.parse("2030-01-01T00:00:00Z");
  private static final Instant UNTIL = Instant.parse("2031-01-01T00:00:00Z");
  private static final List<HostName> LISTED = List.of(new HostName.Dns("data.example.org"));

  private static X509Certificate certificate() throws Exception {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=x")
        .setIsCertificateAuthority(true)
        .notBefore(FROM)
        .notAfter(UNTIL)
        .addSanDnsName("Data.example.org")
        .addSanIpAddress("10.0.0.7")
        .addSanIpAddress("fd00::7")
        .buildSelfSigned()
        .getCertificate();
  }

  @Test
  void validityIsWatched() throws Exception {
    X509Certificate certificate = certificate();
    assertThat(CertificateNotes.warnings(certificate, LISTED, FROM)).isEmpty();
    assertThat(CertificateNotes.warnings(certificate, LISTED, UNTIL.minus(Duration.ofDays(31))))
        .isEmpty();
    assertThat(CertificateNotes.warnings(certificate, LISTED, FROM.minusSeconds(1)))
        .containsExactly("the certificate is not valid before " + FROM);
    assertThat(CertificateNotes.warnings(certificate, LISTED, UNTIL.minus(Duration.ofDays(29))))
        .containsExactly("the certificate expires soon, at " + UNTIL);
    assertThat(CertificateNotes.warnings(certificate, LISTED, UNTIL))
        .containsExactly("the certificate has expired, at " + UNTIL);
  }

  @ParameterizedTest
  @CsvSource({
    "data.example.org, Data.example.org, true",
    "other.example.org, data.example.org, false",
    "a.lake.example.org, *.lake.example.org, true",
    "a.b.lake.example.org, *.lake.example.org, false",
    "lake.example.org, *.lake.example.org, false",
    "localhost, *, false",
  })
  void namesAreComparedAsClientsDo(String name, String entry, boolean covered) throws Exception {
    HostName host = new HostName.Dns(name);
    assertThat(host.isCoveredBy(HostName.Dns.KIND, entry)).isEqualTo(covered);
    assertThat(host.isCoveredBy(HostName.Address.KIND, entry)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"data.example.org, true", "other.example.org, false", "10.0.0.7, false"})
  void aHostIsToBeAmongTheNames(String name, boolean covered) throws Exception {
    requireCovered(new HostName.Dns(name), covered);
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.7, true", "10.0.0.8, false", "fd00:0:0:0:0:0:0:7, true"})
  void addressesAreCompared(String address, boolean covered) throws Exception {
    requireCovered(new HostName.Address(address), covered);
  }

  private static void requireCovered(HostName host, boolean covered) throws Exception {
    assertThat(CertificateNotes.warnings(certificate(), List.of(host), FROM))
        .hasSize(covered ? 0 : 1)
        .allSatisfy(
            warning -> assertThat(warning).contains("does not name this host", host.value()));
  }

  @Test
  void oneOfTheNamesOfAHostIsEnough() throws Exception {
    List<HostName> hosts = List.of(new HostName.Dns("x"), new HostName.Address("10.0.0.7"));
    assertThat(CertificateNotes.warnings(certificate(), hosts, FROM)).isEmpty();
    assertThat(CertificateNotes.warnings(certificate(), List.of(), FROM)).isEmpty();
  }
}
