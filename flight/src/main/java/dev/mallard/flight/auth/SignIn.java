package dev.mallard.flight.auth;

import dev.mallard.error.MallardException;

/** Decides who a client is. Thread-safe; quick, as it is asked for every call. */
public interface SignIn {
  /**
   * Who shows these.
   *
   * @throws MallardException UNAUTHENTICATED if they are not good
   */
  Caller admit(Credentials credentials);

  /**
   * A token by which {@link #admit} will know the caller again. It says all by itself: the server
   * keeps nothing for it.
   */
  String token(Caller caller);
}
