package dev.mallard.signin.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * The key that session tokens are signed with. Immutable.
 *
 * @param bytes 256 bits
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by content, below.
public record SessionKey(byte[] bytes) {
  static final String FILE = "session.key";

  private static final int BYTES = 32;

  public static SessionKey random() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return new SessionKey(bytes);
  }

  static Optional<SessionKey> parse(String text) throws YamlProblem {
    try {
      byte[] bytes = Base64.getDecoder().decode(text.strip());
      if (bytes.length == BYTES) {
        return Optional.of(new SessionKey(bytes));
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new YamlProblem(
        1, "not a key (expected: the base64 of 32 bytes); delete it, and a new one is made");
  }

  /** Makes the file if nobody has; the key that is in it then is not necessarily this one. */
  void store(AccessFolder folder) throws IOException {
    Path file = folder.root().resolve(FILE);
    folder.locked(
        () -> {
          if (!Files.exists(file)) {
            String text = Base64.getEncoder().encodeToString(bytes) + "\n";
            folder.write(file, text.getBytes(StandardCharsets.US_ASCII));
          }
          return true;
        });
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SessionKey key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "key";
  }
}
