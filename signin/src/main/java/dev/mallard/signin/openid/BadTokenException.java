package dev.mallard.signin.openid;

/**
 * A token that is not good. Its message is for the operator's log: nothing of the token is in it.
 */
final class BadTokenException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean isSigned;

  private BadTokenException(String message, boolean isSigned) {
    super(message, null, false, false); // Somebody may send many of them: no stack trace.
    this.isSigned = isSigned;
  }

  /** Anybody may have written it. */
  static BadTokenException unverified(String why) {
    return new BadTokenException(why, false);
  }

  /** The provider has signed it: its holder may be told why it is not good here. */
  static BadTokenException signed(String why) {
    return new BadTokenException(why, true);
  }

  boolean isSigned() {
    return isSigned;
  }
}
