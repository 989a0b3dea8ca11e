package dev.mallard.signin.own;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.mallard.access.Admitted;
import dev.mallard.access.Caller;
import dev.mallard.access.Credentials;
import dev.mallard.access.Peer;
import dev.mallard.access.Proof;
import dev.mallard.error.MallardException;
import dev.mallard.signin.OwnSignIn;
import dev.mallard.signin.files.AccessRules;
import dev.mallard.signin.files.AccessWatch;
import dev.mallard.signin.files.ApiToken;
import dev.mallard.signin.files.UserEntry;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Sign-in with what this server knows by itself: names and passwords, the session tokens that it
 * gives for them, and API tokens. Thread-safe; closed by whoever made it.
 */
public final class LocalSignIn implements OwnSignIn, AutoCloseable {
  private final AccessWatch access;
  private final Clock clock;
  private final Sessions sessions;
  private final Passwords passwords;

  /**
   * @param access stays the caller's, who also makes it look at its files
   * @param ticker measures how long ago something was, whatever becomes of the clock
   */
  public LocalSignIn(AccessWatch access, SessionTimes times, Clock clock, Ticker ticker) {
    this.access = access;
    this.clock = clock;
    this.sessions = new Sessions(access, times, clock, ticker);
    this.passwords = new Passwords(access, sessions, times, ticker);
  }

  @Override
  public boolean isOurs(String token) {
    return SessionTokens.isOurs(token) || ApiToken.isOne(token);
  }

  @Override
  public CompletionStage<Admitted> admit(Credentials shown, Peer from) {
    try {
      if (shown instanceof Credentials.Password password) {
        return passwords.admit(password, from.address());
      }
      if (shown instanceof Credentials.Token token) {
        return CompletableFuture.completedFuture(admit(token.token()));
      }
      throw Refusal.because("show name and password, or a token");
    } catch (MallardException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Admitted admit(String token) {
    if (SessionTokens.isOurs(token)) {
      return sessions.admit(token);
    }
    Caller caller = ApiTokens.admit(token, access.rules(), clock.instant());
    return new Admitted(caller, Optional.empty());
  }

  @Override
  public boolean isGood(Caller caller) {
    AccessRules rules = access.rules();
    if (caller.proof() instanceof Proof.ApiToken token) {
      return ApiTokens.isGood(caller, token, rules);
    }
    Optional<UserEntry> user = rules.user(caller.name());
    return caller.proof() instanceof Proof.Password password
        && user.isPresent()
        && Standing.hasGeneration(user.get(), password.generation())
        && Standing.mayStill(rules, user.get(), caller.role());
  }

  @Override
  public long revision() {
    return access.revision();
  }

  /** How much is kept in memory of those who have come, good and bad; for tests and metrics. */
  long kept() {
    return sessions.inUse() + passwords.kept();
  }

  @Override
  public void close() {
    passwords.close();
  }
}
