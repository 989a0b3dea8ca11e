package dev.mallard.query;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Lets so many statements run at a time and as many more wait, first come, first served.
 * Thread-safe.
 */
final class Admission {
  private final int slots;
  private final int places;

  /** Guards all that follows. */
  private final Object lock = new Object();

  private final Deque<Object> queue = new ArrayDeque<>();
  private int running;

  Admission(int slots, int places) {
    this.slots = slots;
    this.places = places;
  }

  /** The right to run, to be given back once. */
  final class Permit implements AutoCloseable {
    private boolean closed;

    private Permit() {}

    @Override
    public void close() {
      synchronized (lock) {
        if (!closed) {
          closed = true;
          running--;
          lock.notifyAll();
        }
      }
    }
  }

  /**
   * Waits for a permit.
   *
   * @throws MallardException UNAVAILABLE if too many wait already; the cancellation's reason
   */
  Permit admit(Cancellation cancellation) {
    Object place = new Object();
    try (Cancellation.Registration wake = cancellation.onCancel(this::wake)) {
      synchronized (lock) {
        if (running < slots && queue.isEmpty()) {
          cancellation.check();
          running++;
          return new Permit();
        }
        if (queue.size() >= places) {
          throw full();
        }
        queue.add(place);
        try {
          await(place, cancellation);
          running++;
          return new Permit();
        } finally {
          queue.remove(place);
          lock.notifyAll();
        }
      }
    }
  }

  private void await(Object place, Cancellation cancellation) {
    try {
      while (running >= slots || queue.peek() != place) {
        cancellation.check();
        lock.wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MallardException(
          ErrorCode.CANCELLED, "the statement was cancelled in the queue", e);
    }
  }

  private void wake() {
    synchronized (lock) {
      lock.notifyAll();
    }
  }

  private MallardException full() {
    return new MallardException(
        ErrorCode.UNAVAILABLE,
        "SQL: "
            + slots
            + " statements run and "
            + places
            + " wait already; try again in a moment (--max-concurrent-queries, --max-queued-queries)");
  }

  /** Statements that run now. */
  int running() {
    synchronized (lock) {
      return running;
    }
  }

  /** Statements that wait now. */
  int waiting() {
    synchronized (lock) {
      return queue.size();
    }
  }
}
