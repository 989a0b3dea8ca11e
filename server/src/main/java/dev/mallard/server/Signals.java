package dev.mallard.server;

import java.util.concurrent.CountDownLatch;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * SIGTERM and SIGINT (Ctrl-C): the first asks for an orderly stop, a second one ends the process at
 * once.
 *
 * <p>A JVM shutdown hook would not do: the exit code would be the signal's, and a second signal
 * would be ignored.
 */
public final class Signals implements AutoCloseable {
  private final CountDownLatch first = new CountDownLatch(1);

  private final SignalHandler previousTerm;
  private final SignalHandler previousInt;

  private Signals() {
    this.previousTerm = Signal.handle(new Signal("TERM"), signal -> received());
    this.previousInt = Signal.handle(new Signal("INT"), signal -> received());
  }

  public static Signals install() {
    return new Signals();
  }

  private void received() {
    if (first.getCount() == 0) {
      Runtime.getRuntime().halt(1);
    }
    first.countDown();
  }

  /** Signals do again what they did before. */
  @Override
  public void close() {
    Signal.handle(new Signal("TERM"), previousTerm);
    Signal.handle(new Signal("INT"), previousInt);
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
