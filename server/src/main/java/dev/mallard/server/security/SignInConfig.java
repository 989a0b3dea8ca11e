package dev.mallard.server.security;

import dev.mallard.error.MallardException;
import dev.mallard.signin.files.PasswordHash;
import dev.mallard.signin.files.UserEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Who may come in by what this server itself knows.
 *
 * @param access the folder of users, roles and tokens
 * @param user one user, an admin, without any file
 */
public record SignInConfig(Optional<Path> access, Optional<OneUser> user) {
  /** Whoever comes, unless there are other ways to sign in. */
  public static final SignInConfig OPEN = new SignInConfig(Optional.empty(), Optional.empty());

  /** The user of a one-user server. */
  public record OneUser(String name, String password) {
    /**
     * @param given {@code NAME:PASSWORD}
     * @throws MallardException INVALID_ARGUMENT
     */
    public static OneUser parse(String given) {
      int colon = given.indexOf(':');
      if (colon <= 0 || colon == given.length() - 1) {
        throw MallardException.invalid("--user: its value is not shown (expected: NAME:PASSWORD)");
      }
      String name = given.substring(0, colon);
      String password = given.substring(colon + 1);
      UserEntry.requireName(name, true);
      if (password.getBytes(StandardCharsets.UTF_8).length > PasswordHash.MAX_PASSWORD_BYTES) {
        throw MallardException.invalid(
            "--user: its password is too long (expected: at most "
                + PasswordHash.MAX_PASSWORD_BYTES
                + " bytes)");
      }
      return new OneUser(name, password);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Whether nobody is known here. */
  public boolean isOpen() {
    return access.isEmpty() && user.isEmpty();
  }
}
