package dev.mallard.flight.auth;

import io.grpc.Context;

/**
 * Who calls, decided once when the call comes in.
 *
 * @param name as the client has it, or {@value #NOBODY}
 * @param proof how far the name can be trusted
 */
public record Caller(String name, Proof proof) {
  /** The name of a client that gives none. */
  public static final String NOBODY = "anonymous";

  /** One that shows nothing. */
  public static final Caller ANONYMOUS = new Caller(NOBODY, Proof.NONE);

  static final Context.Key<Caller> KEY = Context.keyWithDefault("mallard-caller", ANONYMOUS);

  /** How far a name can be trusted. */
  public enum Proof {
    /** No name was given. */
    NONE,
    /** Whatever was shown was taken. */
    UNCHECKED
  }

  /** The caller of the call that is being served. */
  public static Caller current() {
    return KEY.get();
  }
}
