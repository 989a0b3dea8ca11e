package dev.mallard.signin.openid;

import dev.mallard.access.Caller;
import dev.mallard.access.Proof;
import dev.mallard.access.Role;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.signin.LocalUser;
import dev.mallard.signin.TokenAuthority;
import dev.mallard.signin.Users;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Callers by JWTs of an OpenID provider. A token that was verified before is known by its hash, and
 * answered at once; others are looked at on threads of its own. What a name may do is asked of
 * {@link Users} each time. Thread-safe; closing it ends its threads.
 */
public final class OpenIdTokens implements TokenAuthority, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenIdTokens.class);

  private static final Duration FETCH_PATIENCE = Duration.ofSeconds(10);

  private final OpenIdSettings settings;
  private final Users users;
  private final TokenVerifier verifier;
  private final VerifiedTokens verified;
  private final OpenIdThreads threads;
  private final KeyRing ring;
  private final LogLimit reasons;

  /**
   * Begins to read the keys; tokens wait for them. A provider that is not there now may come later;
   * a file that is not there is a slip of the hand.
   *
   * @throws MallardException FAILED_PRECONDITION if the file of keys cannot be read
   */
  public static OpenIdTokens open(OpenIdSettings settings, Users users) {
    KeySource source = source(settings, FETCH_PATIENCE);
    if (settings.keys() instanceof KeyLocation.InFile) {
      try {
        source.read();
      } catch (IOException e) {
        throw new MallardException(
            ErrorCode.FAILED_PRECONDITION,
            "cannot read the OpenID keys: %s; name a JWK set with --oidc-jwks"
                .formatted(e.getMessage()),
            e);
      }
    }
    OpenIdThreads threads = new OpenIdThreads();
    OpenIdTokens tokens = new OpenIdTokens(settings, users, source, Clock.systemUTC(), threads);
    threads.everySecond(tokens::tick);
    return tokens;
  }

  /** Its keys are read when {@link #tick} is called. */
  OpenIdTokens(
      OpenIdSettings settings, Users users, KeySource source, Clock clock, OpenIdThreads threads) {
    this.settings = settings;
    this.users = users;
    this.verifier = new TokenVerifier(settings, clock);
    this.verified = new VerifiedTokens(clock);
    this.threads = threads;
    this.ring = new KeyRing(source, clock, threads.reader(), verified::clear);
    this.reasons = new LogLimit(clock);
  }

  static KeySource source(OpenIdSettings settings, Duration patience) {
    if (settings.keys() instanceof KeyLocation.InFile file) {
      return new FileKeys(file.file());
    }
    BoundedFetch fetch = new BoundedFetch(patience);
    return settings.keys() instanceof KeyLocation.Url url
        ? new FetchedKeys(fetch, settings.issuer(), Optional.of(url.address()))
        : new FetchedKeys(fetch, settings.issuer(), Optional.empty());
  }

  void tick() {
    ring.tick();
  }

  /** How many tokens are remembered. */
  long remembered() {
    return verified.count();
  }

  @Override
  public CompletionStage<Caller> admit(String token) {
    if (token.length() > CompactJwt.MAX_CHARS) {
      return CompletableFuture.failedFuture(refused(BadTokenException.unverified("too long")));
    }
    String hash = VerifiedTokens.hash(token);
    Verified known = verified.find(hash);
    if (known == null || !ring.keys().has(known.key())) {
      return threads.check(() -> check(token, hash, true)).thenCompose(stage -> stage);
    }
    try {
      return CompletableFuture.completedFuture(caller(known));
    } catch (MallardException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** On a thread of its own. */
  private CompletionStage<Caller> check(String token, String hash, boolean mayRead) {
    try {
      Verified found = verifier.verify(token, ring.keys());
      verified.add(hash, found);
      return CompletableFuture.completedFuture(caller(found));
    } catch (BadTokenException e) {
      throw refused(e);
    } catch (TokenVerifier.UnknownKeyException e) {
      if (mayRead) {
        return threads.afterReading(ring.readForUnknown(), () -> check(token, hash, false));
      }
      if (!ring.isKnown()) {
        throw new MallardException(
            ErrorCode.UNAVAILABLE,
            "not signed in: the keys of the OpenID provider cannot be had now; try again later");
      }
      throw refused(BadTokenException.unverified(String.valueOf(e.getMessage())));
    }
  }

  /**
   * @throws MallardException UNAUTHENTICATED if the name may not come in
   */
  private Caller caller(Verified token) {
    Role role =
        role(token.name(), token.roles())
            .orElseThrow(
                () ->
                    refused(
                        BadTokenException.signed(
                            "its name may not come in so: it has a password here, or is disabled,"
                                + " or has no role that this server knows")));
    return new Caller(
        token.name(),
        role,
        new Proof.OpenId(settings.issuer(), token.key(), token.roles().orElse(List.of())));
  }

  /** What the token's roles allow, and no more than what the operator has written down. */
  private Optional<Role> role(String name, Optional<List<String>> named) {
    Optional<LocalUser> local = users.find(name);
    if (name.equals(Caller.NOBODY) || local.filter(LocalUser::hasPassword).isPresent()) {
      return Optional.empty();
    }
    Optional<Role> limit = local.isPresent() ? local.get().role() : Optional.of(Role.ADMIN);
    Optional<Role> said =
        named.isPresent()
            ? named.get().stream().flatMap(role -> users.role(role).stream()).max(Role::compareTo)
            : Optional.of(Role.FULL);
    if (limit.isEmpty() || said.isEmpty()) {
      return Optional.empty();
    }
    boolean isNamedHereAlone = named.isEmpty() && local.isPresent();
    return Optional.of(isNamedHereAlone ? limit.get() : said.get().narrowedTo(limit.get()));
  }

  private MallardException refused(BadTokenException why) {
    if (reasons.mayLog()) {
      LOG.info("a token is refused: {}", why.getMessage());
    }
    String told =
        why.isSigned()
            ? String.valueOf(why.getMessage())
            : "it is none of this server, nor one of its OpenID provider that is good now";
    return new MallardException(
        ErrorCode.UNAUTHENTICATED, "not signed in: the token: " + told + "; get a new one");
  }

  @Override
  public boolean isGood(Caller caller) {
    if (!(caller.proof() instanceof Proof.OpenId proof)) {
      return false;
    }
    Optional<List<String>> named = settings.roleClaim().map(claim -> proof.roles());
    return proof.issuer().equals(settings.issuer())
        && ring.keys().has(proof.key())
        && role(caller.name(), named)
            .filter(now -> now.narrowedTo(caller.role()) == caller.role())
            .isPresent();
  }

  @Override
  public long revision() {
    return ring.revision() + users.revision();
  }

  @Override
  public void close() {
    threads.close();
  }
}
