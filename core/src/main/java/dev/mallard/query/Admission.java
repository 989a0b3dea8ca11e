package dev.mallard.query;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets so many statements run at a time and as many more wait, first come, first served.
 * Thread-safe.
 */
final class Admission {
  private final int slots;
  private final int places;

  /** Guards all that follows. */
  private final ReentrantLock lock = new ReentrantLock();

  /** Whoever waits should look again. */
  private final Condition changed = lock.newCondition();

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
      lock.lock();
      try {
        if (!closed) {
          closed = true;
          running--;
          changed.signalAll();
        }
      } finally {
        lock.unlock();
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
      lock.lock();
      try {
        if (running < slots && queue.isEmpty()) {
          cancellation.check();
          running++;
          return new Permit();
        }
        return waitFor(place, cancellation);
      } finally {
        lock.unlock();
      }
    }
  }

  private Permit waitFor(Object place, Cancellation cancellation) {
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
      changed.signalAll();
    }
  }

  private void await(Object place, Cancellation cancellation) {
    try {
      while (running >= slots || queue.peek() != place) {
        cancellation.check();
        changed.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MallardException(
          ErrorCode.CANCELLED, "the statement was cancelled in the queue", e);
    }
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
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
    lock.lock();
    try {
      return running;
    } finally {
      lock.unlock();
    }
  }

  /** Statements that wait now. */
  int waiting() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }
}
