package dev.mallard.client;

import dev.mallard.error.MallardException;

/** What a client shows of itself. Prints itself without what is secret. */
public sealed interface Credentials {
  /** It shows nothing, or only the certificate of its {@link TlsSettings}. */
  Credentials NONE = new None();

  /** Nothing. */
  record None() implements Credentials {
    @Override
    public String toString() {
      return "nothing";
    }
  }

  /**
   * A name and its password. The server is asked for a token in their place, which all calls have
   * from then on.
   *
   * @param name without a colon, which HTTP's Basic cannot carry (RFC 7617)
   */
  record Password(String name, String password) implements Credentials {
    /**
     * @throws MallardException INVALID_ARGUMENT if it is no name; neither is repeated in it
     */
    public Password {
      if (name.isEmpty() || name.contains(":")) {
        throw MallardException.invalid(
            "user name: " + (name.isEmpty() ? "is empty" : "no colon may be in it"));
      }
    }

    @Override
    public String toString() {
      return "password of '" + name + "'";
    }
  }

  /** A token that a server, or somebody whom it trusts, has given out. */
  record Token(String token) implements Credentials {
    /**
     * @throws MallardException INVALID_ARGUMENT if it is none that a header can carry
     */
    public Token {
      if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        throw MallardException.invalid(
            "token: has characters that none has (expected: letters, digits, and signs such as _-.)");
      }
    }

    @Override
    public String toString() {
      return "token";
    }
  }
}
