package dev.mallard.signin.certificate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mallard.access.Caller;
import dev.mallard.access.Proof;
import dev.mallard.access.Role;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.signin.CertificateAuthority;
import dev.mallard.signin.LocalUser;
import dev.mallard.signin.Users;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Lets in whoever has a certificate of one of the {@link ClientAuthorities}. TLS has looked at it
 * when the connection began; here it is looked at again with each call, since an authority may be
 * gone by then, and connections live for days. What was found is kept until something changes.
 *
 * <p>The name is that of {@link CertificateName}. What it may do is what the operator has written
 * down for that name; of a name that is not written down, everything but an admin's things: the
 * authority was trusted with that.
 */
public final class CertificateSignIn implements CertificateAuthority {
  private static final int MAX_KNOWN = 2_000;
  private static final String CLIENT_USE = "1.3.6.1.5.5.7.3.2";
  private static final String ANY_USE = "2.5.29.37.0";

  private final ClientAuthorities authorities;
  private final Users users;
  private final Clock clock;
  private final Cache<List<X509Certificate>, Verdict> known =
      Caffeine.newBuilder().maximumSize(MAX_KNOWN).build();

  public CertificateSignIn(ClientAuthorities authorities, Users users, Clock clock) {
    this.authorities = authorities;
    this.users = users;
    this.clock = clock;
  }

  /**
   * @param authorities revision of them, for which it holds
   * @param users revision of them, for which it holds
   */
  private record Verdict(long authorities, long users, Outcome outcome) {}

  private sealed interface Outcome {
    /** For as long as all certificates on the way are valid. */
    record Trusted(Caller caller, Instant from, Instant until) implements Outcome {}

    record Refused(String why) implements Outcome {}
  }

  @Override
  public Caller admit(List<X509Certificate> chain) {
    Outcome outcome = outcome(chain);
    if (outcome instanceof Outcome.Refused refused) {
      throw refused(refused.why());
    }
    Outcome.Trusted trusted = (Outcome.Trusted) outcome;
    Instant now = clock.instant();
    if (now.isAfter(trusted.until()) || now.isBefore(trusted.from())) {
      throw refused("the client certificate is not valid now; connect with one that is");
    }
    return trusted.caller();
  }

  private static MallardException refused(String why) {
    return new MallardException(ErrorCode.UNAUTHENTICATED, "not signed in: " + why);
  }

  @Override
  public boolean isGood(Caller caller) {
    return caller.proof() instanceof Proof.Certificate proof
        && !proof.chain().isEmpty()
        && outcome(proof.chain()) instanceof Outcome.Trusted trusted
        && trusted.caller().owns(caller)
        && trusted.caller().role().narrowedTo(caller.role()) == caller.role();
  }

  @Override
  public long revision() {
    return authorities.present().revision() + users.revision();
  }

  private Outcome outcome(List<X509Certificate> chain) {
    ClientAuthorities.Present present = authorities.present();
    long usersNow = users.revision();
    Verdict verdict = known.getIfPresent(chain);
    if (verdict == null
        || verdict.authorities() != present.revision()
        || verdict.users() != usersNow) {
      verdict = new Verdict(present.revision(), usersNow, judge(chain, present));
      known.put(List.copyOf(chain), verdict);
    }
    return verdict.outcome();
  }

  private Outcome judge(List<X509Certificate> chain, ClientAuthorities.Present present) {
    X509Certificate client = chain.get(0);
    Optional<List<X509Certificate>> path = present.path(chain, whileValid(client));
    if (path.isEmpty() || !isForClients(client)) {
      return new Outcome.Refused(
          "the client certificate is of no authority that this server trusts now");
    }
    Optional<String> name = CertificateName.of(client);
    if (name.isEmpty() || name.get().equals(Caller.NOBODY)) {
      return new Outcome.Refused(
          "the client certificate does not say whose it is (expected: one URI, e-mail address or"
              + " DNS name as subject alternative name, or one common name)");
    }
    Optional<Role> role =
        users.find(name.get()).map(LocalUser::role).orElse(Optional.of(Role.FULL));
    if (role.isEmpty()) {
      return new Outcome.Refused("'" + name.get() + "' may not come in");
    }
    Caller caller = new Caller(name.get(), role.get(), new Proof.Certificate(chain));
    Instant from = Instant.MIN;
    Instant until = Instant.MAX;
    for (X509Certificate step : path.get()) {
      from = latest(from, step.getNotBefore().toInstant());
      until = earliest(until, step.getNotAfter().toInstant());
    }
    return new Outcome.Trusted(caller, from, until);
  }

  /** Now, or the moment nearest to it: whether it is expired is another question. */
  private Instant whileValid(X509Certificate certificate) {
    Instant notAfter = certificate.getNotAfter().toInstant();
    return latest(certificate.getNotBefore().toInstant(), earliest(clock.instant(), notAfter));
  }

  private static Instant latest(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static Instant earliest(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /** A server's certificate is no client's. */
  private static boolean isForClients(X509Certificate certificate) {
    try {
      List<String> uses = certificate.getExtendedKeyUsage();
      return uses == null || uses.contains(CLIENT_USE) || uses.contains(ANY_USE);
    } catch (CertificateParsingException e) {
      return false;
    }
  }
}
