package dev.mallard.server;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * SIGTERM and SIGINT (Ctrl-C): the first asks for an orderly stop, a second one ends the process at
 * once. What SIGHUP does, which a terminal sends when it is closed, is to be said.
 *
 * <p>A JVM shutdown hook would not do: the exit code would be the signal's, and a second signal
 * would be ignored.
 */
public final class Signals implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  private final CountDownLatch first = new CountDownLatch(1);
  private final List<Runnable> restore = new ArrayList<>();

  /** What the end of the terminal means. */
  public enum Hangup {
    /** Nothing: others work with this server, as with any other that was started by hand. */
    IGNORE,
    /** The same as SIGTERM. */
    STOP
  }

  private Signals(Hangup hangup) {
    handle("TERM", this::stop);
    handle("INT", this::stop);
    handle("HUP", hangup == Hangup.STOP ? this::stop : Signals::goOn);
  }

  public static Signals install(Hangup hangup) {
    return new Signals(hangup);
  }

  private void handle(String name, Runnable action) {
    Signal signal;
    try {
      signal = new Signal(name);
    } catch (IllegalArgumentException e) {
      return; // Windows has no SIGHUP.
    }
    SignalHandler previous = Signal.handle(signal, received -> action.run());
    restore.add(() -> Signal.handle(signal, previous));
  }

  private void stop() {
    if (first.getCount() == 0) {
      Runtime.getRuntime().halt(1);
    }
    first.countDown();
  }

  private static void goOn() {
    LOG.info(
        "SIGHUP: the terminal is gone, the server goes on; stop it with: kill {}",
        ProcessHandle.current().pid());
  }

  /** Signals do again what they did before. */
  @Override
  public void close() {
    restore.forEach(Runnable::run);
  }

  /** As if a first signal had come. */
  void stopWaiting() {
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
