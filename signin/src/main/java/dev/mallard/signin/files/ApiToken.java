package dev.mallard.signin.files;

import dev.mallard.access.Role;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * An API token as its holder has it: {@code mallard_ID_SECRET}. Only a digest of the secret, which
 * is too long to be guessed, is kept.
 */
public record ApiToken(String id, String secret) {
  private static final String PREFIX = "mallard_";
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int ID_CHARS = 10;

  /** Some 256 bits. */
  private static final int SECRET_CHARS = 43;

  private static final int MAX_CHARS = 256;

  public static boolean isOne(String token) {
    return token.startsWith(PREFIX);
  }

  public static Optional<ApiToken> parse(String token) {
    int end = token.indexOf('_', PREFIX.length());
    return !isOne(token) || end < 0 || token.length() > MAX_CHARS
        ? Optional.empty()
        : Optional.of(
            new ApiToken(token.substring(PREFIX.length(), end), token.substring(end + 1)));
  }

  public static ApiToken random() {
    return new ApiToken(random(ID_CHARS), random(SECRET_CHARS));
  }

  private static String random(int length) {
    SecureRandom random = new SecureRandom();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }

  /** The token itself: a secret. */
  public String text() {
    return PREFIX + id + "_" + secret;
  }

  /** What the server keeps of it. */
  public TokenEntry entry(
      String owner,
      Optional<Role> limit,
      Instant created,
      Optional<Instant> notBefore,
      Optional<Instant> expires,
      Optional<String> note) {
    return new TokenEntry(
        id, owner, HexFormat.of().formatHex(digest()), limit, created, notBefore, expires, note);
  }

  public boolean isThat(TokenEntry entry) {
    return entry.id().equals(id)
        && MessageDigest.isEqual(digest(), HexFormat.of().parseHex(entry.sha256()));
  }

  private byte[] digest() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every JDK has it.
    }
  }

  @Override
  public String toString() {
    return "token " + id;
  }
}
