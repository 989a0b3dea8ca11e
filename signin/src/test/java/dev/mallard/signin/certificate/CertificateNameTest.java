package dev.mallard.signin.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a certificate names. */
class CertificateNameTest {
  private static X509Bundle authority;

  @BeforeAll
  static void make() throws Exception {
    authority = Certificates.authority("authority");
  }

  private static java.util.Optional<String> name(CertificateBuilder builder) throws Exception {
    return CertificateName.of(builder.buildIssuedBy(authority).getCertificate());
  }

  @Test
  void aUriGoesBeforeAnEmailAddressThatBeforeADnsNameAndThatBeforeTheCommonName() throws Exception {
    CertificateBuilder all = Certificates.client("O=x, CN=common");
    assertThat(name(all)).contains("common");
    all.addSanDnsName("Worker.example.org");
    assertThat(name(all)).contains("worker.example.org");
    all.addSanRfc822Name("Alice@example.org");
    assertThat(name(all)).contains("Alice@example.org");
    all.addSanUriName("spiffe://example.org/ns/Alice");
    assertThat(name(all)).contains("spiffe://example.org/ns/Alice");
  }

  @Test
  void twoOfAKindAreNobodyAndNothingElseIsTakenInstead() throws Exception {
    assertThat(
            name(
                Certificates.client("CN=alice")
                    .addSanUriName("spiffe://example.org/a")
                    .addSanUriName("spiffe://example.org/b")))
        .isEmpty();
    assertThat(
            name(
                Certificates.client("CN=alice")
                    .addSanRfc822Name("a@example.org")
                    .addSanRfc822Name("b@example.org")))
        .isEmpty();
    assertThat(name(Certificates.client("CN=alice, CN=bob"))).isEmpty();
    assertThat(name(Certificates.client("CN=alice+CN=bob"))).isEmpty();
  }

  @Test
  void otherKindsAreNoNames() throws Exception {
    assertThat(name(Certificates.client("CN=alice").addSanIpAddress("10.0.0.1"))).contains("alice");
    assertThat(name(Certificates.client("O=nobody"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CN=",
        "CN=\\ alice",
        "CN=alice\\ ",
        "CN=alice\\00bob",
        "CN=alice\\0Abob",
        "CN=#0403010203",
        "CN=\u202Ealice",
        "CN=a\u200Blice",
      })
  void whatLooksLikeSomethingElseIsNobody(String subject) throws Exception {
    assertThat(name(Certificates.client(subject))).isEmpty();
  }

  @Test
  void anyOtherTextIsAName() throws Exception {
    assertThat(name(Certificates.client("CN=\"Zoë O'Neil, the 2nd\"")))
        .contains("Zoë O'Neil, the 2nd");
    assertThat(name(Certificates.client("CN=" + "x".repeat(64)))).contains("x".repeat(64));
  }
}
