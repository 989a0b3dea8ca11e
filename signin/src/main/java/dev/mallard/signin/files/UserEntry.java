package dev.mallard.signin.files;

import dev.mallard.error.MallardException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A user in {@code users.yaml}.
 *
 * @param password its hash, in the form that crypt(3) made usual; empty for one who signs in by
 *     certificate or OpenID alone
 * @param roles none for a full user
 */
public record UserEntry(
    String name, Optional<String> password, List<String> roles, boolean disabled) {
  public static final int MAX_NAME_CHARS = 256;

  private static final Pattern UNSEEN =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}[\\p{Z}&&[^ ]]]");

  public UserEntry {
    roles = List.copyOf(roles);
  }

  /**
   * Refuses names that cannot be signed in with, or that cannot be told from others.
   *
   * @throws MallardException INVALID_ARGUMENT
   */
  public static void requireName(String name, boolean hasPassword) {
    String wrong = null;
    if (name.isEmpty() || name.length() > MAX_NAME_CHARS) {
      wrong = "expected: 1 to " + MAX_NAME_CHARS + " characters";
    } else if (!name.equals(name.strip()) || UNSEEN.matcher(name).find()) {
      wrong = "expected: no blanks around it, and no characters that are not seen";
    } else if (name.equals(dev.mallard.access.Caller.NOBODY)) {
      wrong = "expected: another one; it stands for a client that gives none";
    } else if (hasPassword && name.contains(":")) {
      wrong = "expected: no colon, which ends a name before its password";
    }
    if (wrong != null) {
      throw MallardException.invalid("user name '" + visible(name) + "' (" + wrong + ")");
    }
  }

  private static String visible(String name) {
    String shown = UNSEEN.matcher(name).replaceAll("?");
    return shown.length() <= MAX_NAME_CHARS ? shown : shown.substring(0, MAX_NAME_CHARS) + "…";
  }

  @Override
  public String toString() {
    return name;
  }
}
