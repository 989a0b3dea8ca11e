package dev.mallard.signin;

import dev.mallard.access.Caller;

/** Somebody else who proves names, and whom the operator trusts. Thread-safe. */
public interface Authority {
  /**
   * Whether a caller that this authority has vouched for would still be let in, with no less of a
   * role. Quick.
   */
  boolean isGood(Caller caller);

  /** Another number whenever {@link #isGood} may have another answer. Quick. */
  long revision();
}
