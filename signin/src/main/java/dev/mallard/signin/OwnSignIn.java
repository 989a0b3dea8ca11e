package dev.mallard.signin;

import dev.mallard.access.SignIn;

/** Lets in by passwords, and by tokens that this server has made. */
public interface OwnSignIn extends SignIn {
  /** Whether a token looks like one of ours, good or not. Quick. */
  boolean isOurs(String token);
}
