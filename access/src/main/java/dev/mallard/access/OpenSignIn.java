package dev.mallard.access;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A server without users: takes whatever a client insists on showing, and checks nothing. Its
 * tokens are the name, readable for everyone, and say so.
 */
public final class OpenSignIn implements SignIn {
  private static final String PREFIX = "unchecked.";

  /** A token goes back in a header, of which clients take a few kilobytes. */
  private static final int MAX_NAME_CHARS = 256;

  @Override
  public CompletionStage<Admitted> admit(Credentials credentials, Peer from) {
    Caller caller = caller(credentials);
    boolean hasToken = credentials instanceof Credentials.Token;
    return CompletableFuture.completedFuture(
        new Admitted(caller, hasToken ? Optional.empty() : Optional.of(token(caller))));
  }

  private static Caller caller(Credentials credentials) {
    if (credentials instanceof Credentials.Password password) {
      return named(password.name());
    }
    if (credentials instanceof Credentials.Token token) {
      return named(name(token.token()));
    }
    return credentials instanceof Credentials.None ? Caller.ANONYMOUS : named(Caller.NOBODY);
  }

  private static Caller named(String name) {
    String known =
        name.isEmpty() ? Caller.NOBODY : name.substring(0, Math.min(name.length(), MAX_NAME_CHARS));
    return new Caller(known, Role.FULL, new Proof.Unchecked());
  }

  private static String name(String token) {
    if (!token.startsWith(PREFIX)) {
      return Caller.NOBODY;
    }
    try {
      byte[] name = Base64.getUrlDecoder().decode(token.substring(PREFIX.length()));
      return new String(name, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return Caller.NOBODY; // Somebody else's token, which is as good.
    }
  }

  private static String token(Caller caller) {
    byte[] name = caller.name().getBytes(StandardCharsets.UTF_8);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(name);
  }

  @Override
  public boolean isGood(Caller caller) {
    return true;
  }

  @Override
  public long revision() {
    return 0;
  }
}
