package dev.mallard.access;

/** What a client shows of itself, as it was sent: nothing in it is checked, or to be logged. */
public sealed interface Credentials {
  /** It shows nothing. */
  record None() implements Credentials {}

  /** By {@code authorization: Basic}, or by Handshake. */
  record Password(String name, String password) implements Credentials {
    @Override
    public String toString() {
      return "password of '" + name + "'";
    }
  }

  /** By {@code authorization: Bearer}, or by {@code auth-token-bin}. */
  record Token(String token) implements Credentials {
    @Override
    public String toString() {
      return "token";
    }
  }

  /**
   * Something else: another scheme, or a Handshake of the client's own making.
   *
   * @param form what it is, without its secret
   */
  record Other(String form) implements Credentials {}
}
