package dev.mallard.signin;

import dev.mallard.access.Admitted;
import dev.mallard.access.Caller;
import dev.mallard.access.Credentials;
import dev.mallard.access.Peer;
import dev.mallard.access.Proof;
import dev.mallard.access.SignIn;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Lets nobody in but those who prove who they are, in one of the ways that the operator has set up:
 * each kind of credentials goes to the one who can judge it. What nobody can judge is refused. What
 * a client says goes before the certificate that its connection shows. Thread-safe.
 */
public final class CheckedSignIn implements SignIn {
  private final Optional<? extends OwnSignIn> own;
  private final Optional<? extends TokenAuthority> tokens;
  private final Optional<? extends CertificateAuthority> certificates;
  private final String ways;

  /** At least one of them must be there, or nobody comes in. */
  public CheckedSignIn(
      Optional<? extends OwnSignIn> own,
      Optional<? extends TokenAuthority> tokens,
      Optional<? extends CertificateAuthority> certificates) {
    this.own = own;
    this.tokens = tokens;
    this.certificates = certificates;
    this.ways = String.join(", or ", ways());
  }

  /** The ways to sign in, in words: {@code name and password}, {@code a token}, … */
  public List<String> ways() {
    List<String> ways = new ArrayList<>();
    if (own.isPresent()) {
      ways.add("name and password");
      ways.add("a token of this server");
    }
    if (tokens.isPresent()) {
      ways.add("a token of its OpenID provider");
    }
    if (certificates.isPresent()) {
      ways.add("a client certificate");
    }
    return ways;
  }

  @Override
  public CompletionStage<Admitted> admit(Credentials shown, Peer from) {
    try {
      if (shown instanceof Credentials.Password && own.isPresent()) {
        return own.get().admit(shown, from);
      }
      if (shown instanceof Credentials.Token token) {
        return admit(token, from);
      }
      if (shown instanceof Credentials.None
          && certificates.isPresent()
          && !from.certificates().isEmpty()) {
        Caller caller = certificates.get().admit(from.certificates());
        return CompletableFuture.completedFuture(new Admitted(caller, Optional.empty()));
      }
      throw refused(shown);
    } catch (MallardException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletionStage<Admitted> admit(Credentials.Token shown, Peer from) {
    if (own.isPresent() && own.get().isOurs(shown.token())) {
      return own.get().admit(shown, from);
    }
    if (tokens.isPresent()) {
      return tokens
          .get()
          .admit(shown.token())
          .thenApply(caller -> new Admitted(caller, Optional.empty()));
    }
    throw refused(shown);
  }

  private MallardException refused(Credentials shown) {
    String what = "not signed in: ";
    if (shown instanceof Credentials.Password) {
      what = "not signed in: this server takes no passwords; ";
    } else if (shown instanceof Credentials.Token) {
      what = "not signed in: the token is none that this server knows; ";
    } else if (shown instanceof Credentials.Other other) {
      what = "not signed in: " + other.form() + " is not taken; ";
    }
    return new MallardException(ErrorCode.UNAUTHENTICATED, what + "sign in with " + ways);
  }

  @Override
  public boolean isGood(Caller caller) {
    Proof proof = caller.proof();
    if (proof instanceof Proof.Password || proof instanceof Proof.ApiToken) {
      return own.isPresent() && own.get().isGood(caller);
    }
    if (proof instanceof Proof.OpenId) {
      return tokens.isPresent() && tokens.get().isGood(caller);
    }
    return proof instanceof Proof.Certificate
        && certificates.isPresent()
        && certificates.get().isGood(caller);
  }

  @Override
  public long revision() {
    return own.map(OwnSignIn::revision).orElse(0L)
        + tokens.map(Authority::revision).orElse(0L)
        + certificates.map(Authority::revision).orElse(0L);
  }
}
