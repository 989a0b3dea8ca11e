package dev.mallard.signin.files;

import com.password4j.Argon2Function;
import com.password4j.BcryptFunction;
import com.password4j.HashingFunction;
import com.password4j.types.Argon2;
import dev.mallard.error.MallardException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A password's hash, with all that is needed to check one against it: Argon2id, or bcrypt if it
 * comes from elsewhere. Immutable.
 */
public final class PasswordHash {
  /** As OWASP's cheat sheet on password storage has it: 19 MiB, twice over, one lane. */
  private static final Argon2Function NEW =
      Argon2Function.getInstance(19 * 1024, 2, 1, 32, Argon2.ID);

  private static final int SALT_BYTES = 16;

  private static final Pattern ARGON2ID =
      Pattern.compile(
          "\\$argon2id\\$v=(16|19)\\$m=(?<memory>\\d{1,9}),t=(?<times>[1-9]\\d{0,4}),p=(?<lanes>[1-9]\\d{0,4})"
              + "\\$[0-9A-Za-z+/]{11,128}\\$[0-9A-Za-z+/]{22,256}");

  private static final Pattern BCRYPT = Pattern.compile("\\$2[abxy]\\$\\d\\d\\$[./0-9A-Za-z]{53}");

  private static final int MAX_MEMORY_KIB = 64 * 1024;
  private static final int MAX_ITERATIONS = 10;
  private static final int MAX_LANES = 4;
  private static final int MAX_BCRYPT_ROUNDS = 14;

  /** No password is longer; what is would be work for nothing. */
  public static final int MAX_PASSWORD_BYTES = 1024;

  private final String text;
  private final HashingFunction function;

  private PasswordHash(String text, HashingFunction function) {
    this.text = text;
    this.function = function;
  }

  /** Takes some ten milliseconds of a core, and 19 MiB. */
  public static PasswordHash make(String password) {
    if (password.isEmpty() || bytes(password).length > MAX_PASSWORD_BYTES) {
      throw MallardException.invalid(
          "the password is "
              + (password.isEmpty() ? "empty" : "too long")
              + " (expected: 1 to "
              + MAX_PASSWORD_BYTES
              + " bytes)");
    }
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    return new PasswordHash(NEW.hash(bytes(password), salt).getResult(), NEW);
  }

  /**
   * @throws MallardException INVALID_ARGUMENT if it is none, or one that would take too much to
   *     check
   */
  public static PasswordHash of(String text) {
    try {
      Matcher argon2id = ARGON2ID.matcher(text);
      if (argon2id.matches()) {
        // Before it is made: it takes the memory at once.
        int memory = Integer.parseInt(argon2id.group("memory"));
        int lanes = Integer.parseInt(argon2id.group("lanes"));
        require(
            memory >= 8 * lanes
                && memory <= MAX_MEMORY_KIB
                && Integer.parseInt(argon2id.group("times")) <= MAX_ITERATIONS
                && lanes <= MAX_LANES,
            "its hash takes too much to check (expected: at most m=%d, t=%d, p=%d)"
                .formatted(MAX_MEMORY_KIB, MAX_ITERATIONS, MAX_LANES));
        return new PasswordHash(text, Argon2Function.getInstanceFromHash(text));
      }
      if (BCRYPT.matcher(text).matches()) {
        BcryptFunction function = BcryptFunction.getInstanceFromHash(text);
        require(
            function.getLogarithmicRounds() <= MAX_BCRYPT_ROUNDS,
            "its hash takes too much to check (expected: a cost of at most "
                + MAX_BCRYPT_ROUNDS
                + ")");
        return new PasswordHash(text, function);
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      // Said below; the library's words may have the hash in them.
    }
    throw MallardException.invalid(
        "'password' is not a hash (expected: $argon2id$… or $2b$…); set it with: mallard user"
            + " passwd");
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw MallardException.invalid(otherwise);
    }
  }

  /** Takes as long as the hash's makers wanted it to. */
  public boolean isOf(String password) {
    try {
      return function.check(password, text);
    } catch (RuntimeException e) {
      return false; // A password that the function cannot take, as one with too many bytes.
    }
  }

  /**
   * Changes whenever the password is set, even to the same. Not a secret.
   *
   * @param text the hash, as it stands in the file
   */
  public static String generationOf(String text) {
    byte[] digest = sha256(bytes("generation " + text));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(digest).substring(0, 16);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every JDK has it.
    }
  }

  /** As it stands in the file. */
  public String text() {
    return text;
  }

  @Override
  public String toString() {
    return "hash";
  }
}
