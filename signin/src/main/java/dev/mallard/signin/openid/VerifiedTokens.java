package dev.mallard.signin.openid;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Tokens that were verified, by their hashes, until they expire. Bounded. Thread-safe. */
final class VerifiedTokens {
  private static final int MAX_TOKENS = 10_000;

  private final Clock clock;
  private final Cache<String, Verified> known;

  VerifiedTokens(Clock clock) {
    this.clock = clock;
    this.known =
        Caffeine.newBuilder()
            .maximumSize(MAX_TOKENS)
            .executor(Runnable::run)
            .ticker(() -> Duration.ofMillis(clock.millis()).toNanos())
            .expireAfter(
                Expiry.<String, Verified>creating(
                    (hash, token) -> Duration.between(clock.instant(), token.until())))
            .build();
  }

  /** What a token is kept under: no token is. */
  static String hash(String token) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java has it.
    }
  }

  @Nullable Verified find(String hash) {
    Verified token = known.getIfPresent(hash);
    return token == null || clock.instant().isAfter(token.until()) ? null : token;
  }

  void add(String hash, Verified token) {
    Instant now = clock.instant();
    if (token.until().isAfter(now)) {
      known.put(hash, token);
    }
  }

  void clear() {
    known.invalidateAll();
  }

  long count() {
    known.cleanUp();
    return known.estimatedSize();
  }
}
