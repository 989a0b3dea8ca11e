package dev.mallard.server;

import java.util.concurrent.CountDownLatch;
import sun.misc.Signal;

/**
 * SIGTERM and SIGINT (Ctrl-C): the first asks for an orderly stop, a second one ends the process at
 * once.
 *
 * <p>A JVM shutdown hook would not do: the exit code would be the signal's, and a second signal
 * would be ignored.
 */
public final class Signals {
  private final CountDownLatch first = new CountDownLatch(1);

  private Signals() {}

  public static Signals install() {
    Signals signals = new Signals();
    Signal.handle(new Signal("TERM"), signal -> signals.received());
    Signal.handle(new Signal("INT"), signal -> signals.received());
    return signals;
  }

  private void received() {
    if (first.getCount() == 0) {
      Runtime.getRuntime().halt(1);
    }
    first.countDown();
  }

  /** Waits for the first signal, or for the thread's interruption. */
  public void awaitFirst() {
    try {
      first.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
