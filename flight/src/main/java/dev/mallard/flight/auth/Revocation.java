package dev.mallard.flight.auth;

import dev.mallard.access.Caller;
import dev.mallard.access.SignIn;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what runs and what is kept for callers who would not be let in any more. To be run every now
 * and then, by one thread at a time; does next to nothing unless sign-in has changed.
 */
public final class Revocation implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Revocation.class);

  /** A call that was ended may still leave something behind until its work has noticed. */
  private static final int LOOKS = 20;

  private final SignIn signIn;
  private final Door door;
  private final Consumer<Predicate<Caller>> kept;
  private final Executor blocking;
  private final AtomicBoolean isLooking = new AtomicBoolean();
  private long seen;
  private int looks;

  /**
   * @param kept ends what is kept for some callers; may block
   * @param blocking has threads that may be blocked
   */
  public Revocation(SignIn signIn, Door door, Consumer<Predicate<Caller>> kept, Executor blocking) {
    this.signIn = signIn;
    this.door = door;
    this.kept = kept;
    this.blocking = blocking;
    this.seen = signIn.revision();
  }

  @Override
  public void run() {
    try {
      look();
    } catch (RuntimeException e) {
      LOG.warn("while looking for callers who were revoked", e);
    }
  }

  private void look() {
    long now = signIn.revision();
    if (now != seen) {
      door.endRevoked();
      looks = LOOKS;
      seen = now;
    }
    if (looks > 0 && isLooking.compareAndSet(false, true)) {
      looks--;
      try {
        blocking.execute(this::endKept);
      } catch (RuntimeException e) {
        isLooking.set(false);
        throw e;
      }
    }
  }

  private void endKept() {
    try {
      kept.accept(caller -> !signIn.isGood(caller));
    } catch (RuntimeException e) {
      LOG.warn("while ending what was kept for callers who were revoked", e);
    } finally {
      isLooking.set(false);
    }
  }
}
