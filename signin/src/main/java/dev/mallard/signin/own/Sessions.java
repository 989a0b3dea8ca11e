package dev.mallard.signin.own;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.mallard.access.Admitted;
import dev.mallard.access.Caller;
import dev.mallard.signin.files.AccessRules;
import dev.mallard.signin.files.AccessWatch;
import dev.mallard.signin.files.SessionKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Session tokens: given for a password, good while they are used. Only those in use take memory,
 * and a call with one of them costs a digest and a look-up. Thread-safe.
 */
final class Sessions {
  /**
   * Far more than there are clients; beyond it, those that are used least have to sign in again.
   */
  private static final int MAX_IN_USE = 100_000;

  private final AccessWatch access;
  private final SessionTimes times;
  private final Clock clock;
  private final Cache<Digest, Session> inUse;

  private record Renewal(String token, Instant made) {}

  /** A token that was verified. */
  private static final class Session {
    private final SessionTokens.Claims claims;
    private final Standing standing;
    private final SessionKey key;

    /** Made now and then, so that a client that does not take it makes no more of them. */
    private volatile @Nullable Renewal renewal;

    Session(SessionTokens.Claims claims, SessionKey key) {
      this.claims = claims;
      this.standing = new Standing(claims.name(), claims.generation());
      this.key = key;
    }
  }

  Sessions(AccessWatch access, SessionTimes times, Clock clock, Ticker ticker) {
    this.access = access;
    this.times = times;
    this.clock = clock;
    this.inUse =
        Caffeine.newBuilder()
            .expireAfterAccess(times.idle())
            .maximumSize(MAX_IN_USE)
            .ticker(ticker)
            .build();
  }

  /** A token for one who has just shown the right password. */
  String begin(Standing standing, SessionKey key) {
    return SessionTokens.sign(
        SessionTokens.Claims.begin(standing.name(), standing.generation(), clock.instant(), times),
        key);
  }

  /**
   * @throws dev.mallard.error.MallardException UNAUTHENTICATED
   */
  Admitted admit(String token) {
    AccessRules rules = access.rules();
    SessionKey key = access.key();
    Instant now = clock.instant();
    Digest digest = Digest.of(token);
    Session known = inUse.getIfPresent(digest);
    Session session = known != null && known.key == key ? known : verified(token, key, now);
    if (!now.isBefore(session.claims.expires().plus(times.skew()))) {
      inUse.invalidate(digest);
      throw Refusal.because("the session has come to its end; sign in again");
    }
    Optional<Caller> caller = session.standing.callerBy(rules);
    if (caller.isEmpty()) {
      throw Refusal.because("the session has ended, for its user has changed; sign in again");
    }
    if (session != known) {
      inUse.put(digest, session);
    }
    return new Admitted(caller.get(), renewed(session, key, now));
  }

  private Session verified(String token, SessionKey key, Instant now) {
    SessionTokens.Claims claims = SessionTokens.verify(token, key);
    if (claims.issued().isAfter(now.plus(times.skew()))) {
      throw Refusal.because("the session token is not valid yet; look at the servers' clocks");
    }
    if (now.isAfter(claims.issued().plus(times.idle()).plus(times.skew()))) {
      throw Refusal.because(
          "the session was not used for " + words(times.idle()) + "; sign in again");
    }
    return new Session(claims, key);
  }

  private static String words(Duration idle) {
    return idle.toMinutes() + " minutes";
  }

  private Optional<String> renewed(Session session, SessionKey key, Instant now) {
    Renewal offered = session.renewal;
    // One that is not used for long is not good any more.
    if (offered != null && now.isBefore(offered.made().plus(times.idle().dividedBy(2)))) {
      return Optional.of(offered.token());
    }
    SessionTokens.Claims next = session.claims.renewed(now, times);
    if (next == null) {
      return Optional.empty();
    }
    Renewal made = new Renewal(SessionTokens.sign(next, key), now);
    session.renewal = made;
    return Optional.of(made.token());
  }

  /** For tests and metrics. */
  long inUse() {
    inUse.cleanUp();
    return inUse.estimatedSize();
  }
}
