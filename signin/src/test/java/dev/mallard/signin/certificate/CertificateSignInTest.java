package dev.mallard.signin.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.access.Caller;
import dev.mallard.access.Proof;
import dev.mallard.access.Role;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.signin.LocalUser;
import dev.mallard.signin.Users;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is let in by a certificate, and for how long. */
class CertificateSignInTest {
  private final ClientAuthorities authorities = new ClientAuthorities();
  private final WrittenDown users = new WrittenDown();
  private final MovedClock clock = new MovedClock();
  private final CertificateSignIn signIn = new CertificateSignIn(authorities, users, clock);
  private X509Bundle authority;

  private static final class WrittenDown implements Users {
    private final Map<String, Optional<Role>> roles = new HashMap<>();
    private long revision;

    void write(String name, Optional<Role> role) {
      roles.put(name, role);
      revision++;
    }

    @Override
    public Optional<LocalUser> find(String name) {
      return Optional.ofNullable(roles.get(name)).map(role -> new LocalUser(name, role, false));
    }

    @Override
    public Optional<Role> role(String name) {
      return Role.named(name);
    }

    @Override
    public long revision() {
      return revision;
    }
  }

  private static final class MovedClock extends Clock {
    private Instant now = Certificates.NOW;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }

  @BeforeEach
  void trustOne() throws Exception {
    authority = Certificates.authority("authority");
    trust(authority);
  }

  private void trust(X509Bundle... trusted) {
    authorities.trust(java.util.stream.Stream.of(trusted).map(X509Bundle::getCertificate).toList());
  }

  private List<X509Certificate> alice() throws Exception {
    return issued(Certificates.client("CN=alice"));
  }

  private List<X509Certificate> issued(CertificateBuilder builder) throws Exception {
    return Certificates.chain(builder.buildIssuedBy(authority));
  }

  private void requireRefused(List<X509Certificate> chain, String said) {
    assertThatThrownBy(() -> signIn.admit(chain))
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAUTHENTICATED))
        .hasMessageContaining(said);
  }

  @Test
  void whoIsNotWrittenDownMayDoAllButAnAdminsThings() throws Exception {
    Caller caller = signIn.admit(alice());

    assertThat(caller.name()).isEqualTo("alice");
    assertThat(caller.role()).isEqualTo(Role.FULL);
    assertThat(caller.proof()).isInstanceOf(Proof.Certificate.class);
    assertThat(signIn.isGood(caller)).isTrue();
  }

  @Test
  void whoIsWrittenDownHasThatRoleFromTheMomentItIsWritten() throws Exception {
    List<X509Certificate> chain = alice();
    Caller full = signIn.admit(chain);
    users.write("alice", Optional.of(Role.READ_ONLY));

    assertThat(signIn.isGood(full)).isFalse();
    Caller readOnly = signIn.admit(chain);
    assertThat(readOnly.role()).isEqualTo(Role.READ_ONLY);
    assertThat(signIn.isGood(readOnly)).isTrue();
    users.write("alice", Optional.of(Role.ADMIN));
    assertThat(signIn.isGood(readOnly)).isTrue();
    users.write("alice", Optional.empty());
    assertThat(signIn.isGood(readOnly)).isFalse();
    requireRefused(chain, "'alice' may not come in");
  }

  @Test
  void anAuthorityThatIsTakenOutRefusesNewCallsAndRevokesWhatRuns() throws Exception {
    List<X509Certificate> chain = alice();
    Caller caller = signIn.admit(chain);
    long before = signIn.revision();

    trust(Certificates.authority("authority"));

    assertThat(signIn.revision()).isNotEqualTo(before);
    requireRefused(chain, "no authority that this server trusts now");
    assertThat(signIn.isGood(caller)).isFalse();
    trust();
    requireRefused(chain, "no authority that this server trusts now");
    trust(authority);
    assertThat(signIn.admit(chain).name()).isEqualTo("alice");
    assertThat(signIn.isGood(caller)).isTrue();
  }

  @Test
  void theSameAuthoritiesAgainAreNoChange() throws Exception {
    long before = signIn.revision();
    trust(authority);
    assertThat(signIn.revision()).isEqualTo(before);
  }

  @Test
  void whatExpiresIsRefusedAndStaysGoodForWhatItBegan() throws Exception {
    List<X509Certificate> chain = alice();
    Caller caller = signIn.admit(chain);

    clock.now = Certificates.NOW.plus(Duration.ofDays(2));

    requireRefused(chain, "not valid now");
    assertThat(signIn.isGood(caller)).isTrue();
    requireRefused(issued(Certificates.client("CN=bob")), "not valid now");
    clock.now = Certificates.NOW.minus(Duration.ofDays(2));
    requireRefused(chain, "not valid now");
    requireRefused(issued(Certificates.client("CN=carol")), "not valid now");
  }

  @Test
  void authoritiesInBetweenComeWithTheClient() throws Exception {
    X509Bundle between = Certificates.authorities("between").buildIssuedBy(authority);
    X509Bundle alice = Certificates.client("CN=alice").buildIssuedBy(between);
    List<X509Certificate> chain = Certificates.chain(alice);
    assertThat(chain).hasSizeGreaterThan(1);

    assertThat(signIn.admit(chain).name()).isEqualTo("alice");
    requireRefused(chain.subList(0, 1), "no authority");
    trust(between);
    assertThat(signIn.admit(chain.subList(0, 1)).name()).isEqualTo("alice");
  }

  @Test
  void aClientCannotIssueAndItsClaimsAreChecked() throws Exception {
    X509Bundle alice = Certificates.client("CN=alice").buildIssuedBy(authority);
    X509Bundle sameName = Certificates.authority("authority");
    X509Bundle forged = Certificates.client("CN=admin").buildIssuedBy(sameName);
    requireRefused(Certificates.chain(forged), "no authority");
    requireRefused(List.of(forged.getCertificate(), authority.getCertificate()), "no authority");
    requireRefused(
        List.of(forged.getCertificate(), alice.getCertificate(), authority.getCertificate()),
        "no authority");
    requireRefused(Certificates.chain(sameName), "no authority");
  }

  @Test
  void aServersCertificateIsNoClients() throws Exception {
    requireRefused(
        issued(Certificates.template().subject("CN=alice").addExtendedKeyUsageServerAuth()),
        "no authority");
    assertThat(signIn.admit(issued(Certificates.template().subject("CN=alice"))).name())
        .isEqualTo("alice");
  }

  @Test
  void aCertificateThatNamesNobodyIsRefused() throws Exception {
    requireRefused(issued(Certificates.client("O=nobody")), "does not say whose it is");
    requireRefused(issued(Certificates.client("CN=anonymous")), "does not say whose it is");
  }

  @Test
  void aSingleCertificateMayBeTrustedByItself() throws Exception {
    X509Bundle own = Certificates.authority("alice");
    trust(own);
    assertThat(signIn.admit(Certificates.chain(own)).name()).isEqualTo("alice");
  }

  @Test
  void nobodyElsesProofIsJudged() throws Exception {
    Caller caller = signIn.admit(alice());
    assertThat(signIn.isGood(new Caller("alice", Role.FULL, new Proof.None()))).isFalse();
    assertThat(signIn.isGood(new Caller("bob", Role.FULL, caller.proof()))).isFalse();
    assertThat(signIn.isGood(new Caller("alice", Role.ADMIN, caller.proof()))).isFalse();
    assertThat(signIn.isGood(new Caller("alice", Role.FULL, new Proof.Certificate(List.of()))))
        .isFalse();
  }
}
