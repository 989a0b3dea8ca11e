package dev.mallard.cli.connect;

import java.nio.file.Path;
import java.util.Optional;

/** Where what proves a name comes from. Prints itself without what is secret. */
public sealed interface Secret {
  /** In place of a file: standard input. */
  String STANDARD = "-";

  /** The password itself, from the environment, a profile or a URI. */
  record PasswordText(String password) implements Secret {
    @Override
    public String toString() {
      return "password";
    }
  }

  /**
   * A file whose one line is the password.
   *
   * @param file {@code -} for standard input, of which the first line is taken
   */
  record PasswordFile(Path file) implements Secret {
    @Override
    public String toString() {
      return "password file " + file;
    }
  }

  /** The person at the terminal types the password. */
  record Prompt() implements Secret {
    @Override
    public String toString() {
      return "password, asked for";
    }
  }

  /** The token itself. */
  record TokenText(String token) implements Secret {
    @Override
    public String toString() {
      return "token";
    }
  }

  /** A file whose one line is the token; as for {@link PasswordFile}. */
  record TokenFile(Path file) implements Secret {
    @Override
    public String toString() {
      return "token file " + file;
    }
  }

  /** Whether it says who comes by itself. */
  default boolean isToken() {
    return this instanceof TokenText || this instanceof TokenFile;
  }

  /** Where it is, if that is a file. */
  default Optional<Path> place() {
    Optional<Path> path =
        this instanceof PasswordFile password
            ? Optional.of(password.file())
            : this instanceof TokenFile token ? Optional.of(token.file()) : Optional.empty();
    return path.filter(file -> !file.toString().equals(STANDARD));
  }
}
