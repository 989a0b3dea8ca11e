package dev.mallard.cli.io;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Ctrl-C while a command runs: the first one stops what is under way, in order, so that the server
 * hears of it and no half file stays; a second one ends the process at once.
 *
 * <p>Thread-safe.
 */
public final class Interrupts {
  /** What a shell says of a process that SIGINT ended. */
  public static final int EXIT_CODE = 130;

  private final Deque<Runnable> handlers = new ArrayDeque<>();
  private boolean interrupted;

  /** From here to {@link Watch#close} Ctrl-C is ours, and interrupts the calling thread. */
  public Watch watch() {
    return new Watch(Thread.currentThread());
  }

  public synchronized boolean isInterrupted() {
    return interrupted;
  }

  /** As if Ctrl-C had been pressed. */
  public void interrupt() {
    List<Runnable> all;
    synchronized (this) {
      if (interrupted) {
        Runtime.getRuntime().halt(EXIT_CODE);
      }
      interrupted = true;
      all = List.copyOf(handlers);
    }
    all.forEach(Runnable::run);
  }

  /** Forgets a Ctrl-C that was dealt with. */
  public synchronized void clear() {
    interrupted = false;
  }

  /** Runs {@code handler} on Ctrl-C, the newest first, until the result is closed. */
  public synchronized Registration onInterrupt(Runnable handler) {
    handlers.push(handler);
    return () -> remove(handler);
  }

  private synchronized void remove(Runnable handler) {
    handlers.remove(handler);
  }

  /** Closing it ends the registration. */
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /** The time during which Ctrl-C is ours. */
  public final class Watch implements AutoCloseable {
    private static final Signal INT = new Signal("INT");

    private final SignalHandler previous;
    private final Registration thread;

    private Watch(Thread caller) {
      this.thread = onInterrupt(caller::interrupt);
      this.previous = Signal.handle(INT, signal -> interrupt());
    }

    @Override
    public void close() {
      Signal.handle(INT, previous);
      thread.close();
    }
  }
}
