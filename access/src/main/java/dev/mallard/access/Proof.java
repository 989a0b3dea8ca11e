package dev.mallard.access;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * By what a caller proved its name. Says enough to ask later whether that is still good ({@link
 * SignIn#isGood}); nothing in it is a secret.
 */
public sealed interface Proof {
  /** In a word: {@code none}, {@code unchecked}, {@code password}, {@code token} and so on. */
  default String kind() {
    if (this instanceof Password) {
      return "password";
    }
    if (this instanceof ApiToken) {
      return "token";
    }
    if (this instanceof OpenId) {
      return "openid";
    }
    if (this instanceof Certificate) {
      return "certificate";
    }
    return this instanceof Unchecked ? "unchecked" : "none";
  }

  /** Nothing was shown. */
  record None() implements Proof {}

  /** Whatever was shown was taken: the server is open. */
  record Unchecked() implements Proof {}

  /**
   * A password, or a session token that was given for one.
   *
   * @param generation changes whenever the user's password does
   */
  record Password(String generation) implements Proof {}

  /**
   * An API token.
   *
   * @param id by which it is listed and revoked
   */
  record ApiToken(String id) implements Proof {}

  /**
   * A JWT of an OpenID provider.
   *
   * @param key thumbprint of the key that signed it
   * @param roles as the token names them
   */
  record OpenId(String issuer, String key, List<String> roles) implements Proof {
    public OpenId {
      roles = List.copyOf(roles);
    }
  }

  /**
   * A client's certificate.
   *
   * @param chain the client's own first, as the connection has it
   */
  record Certificate(List<X509Certificate> chain) implements Proof {
    public Certificate {
      chain = List.copyOf(chain);
    }

    @Override
    public String toString() {
      return "certificate";
    }
  }
}
