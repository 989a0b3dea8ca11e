package dev.mallard.access;

import java.util.concurrent.CompletionStage;

/** Decides who a client is. Thread-safe. */
public interface SignIn {
  /**
   * Who shows these. Ends at once where nothing has to be computed or fetched, so that most calls
   * do not change their thread; else later, on a thread of sign-in's own. Fails with a {@link
   * dev.mallard.error.MallardException}: UNAUTHENTICATED if they are not good (with the same words,
   * whether the name is known or not), RESOURCE_EXHAUSTED or UNAVAILABLE if there are too many to
   * look at them now.
   */
  CompletionStage<Admitted> admit(Credentials shown, Peer from);

  /**
   * Whether this caller would still be let in by what it proved itself with, with no less of a
   * role: its user, token, role or authority may be gone. Quick. What is merely expired stays good
   * for what it began.
   */
  boolean isGood(Caller caller);

  /** Another number whenever {@link #isGood} may have another answer. Quick. */
  long revision();
}
