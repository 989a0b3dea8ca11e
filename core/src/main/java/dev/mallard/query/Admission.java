package dev.mallard.query;

import dev.mallard.access.Caller;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many statements run at a time and as many more wait, and so many at most of one caller.
 * Callers have their turns one after the other, each one's statements first come, first served. Of
 * a full queue nobody has more than others for long: the youngest of the caller with the most gives
 * way to one whose caller has fewer. Thread-safe.
 */
final class Admission {
  private final int slots;
  private final int places;
  private final int most;

  /** Guards all that follows. */
  private final ReentrantLock lock = new ReentrantLock();

  private final FairQueue<Place> queue = new FairQueue<>();

  /** Running and waiting, by caller; nobody has none. */
  private final Map<String, Integer> byCaller = new HashMap<>();

  private int running;

  /**
   * @param most of one caller, running and waiting; 0 for no limit. Holds only for callers whose
   *     names are proved: on an open server everybody is anybody
   */
  Admission(int slots, int places, int most) {
    this.slots = slots;
    this.places = places;
    this.most = most;
  }

  /** One that waits. Guarded by the lock. */
  private final class Place {
    private final Condition changed = lock.newCondition();
    private boolean admitted;
    private boolean displaced;
  }

  /** The right to run, to be given back once. */
  final class Permit implements AutoCloseable {
    private final String caller;
    private boolean closed;

    private Permit(String caller) {
      this.caller = caller;
    }

    @Override
    public void close() {
      lock.lock();
      try {
        if (!closed) {
          closed = true;
          leave(caller);
          giveBack();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Waits for a permit.
   *
   * @throws MallardException UNAVAILABLE if too many wait; RESOURCE_EXHAUSTED if too many are this
   *     caller's; the cancellation's reason
   */
  Permit admit(Caller caller, Cancellation cancellation) {
    Place place = new Place();
    try (Cancellation.Registration wake = cancellation.onCancel(() -> wake(place))) {
      lock.lock();
      try {
        cancellation.check();
        enter(caller);
        try {
          waitFor(place, caller.name(), cancellation);
          return new Permit(caller.name());
        } catch (RuntimeException e) {
          leave(caller.name());
          throw e;
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private void enter(Caller caller) {
    if (most > 0 && caller.isProved() && byCaller.getOrDefault(caller.name(), 0) >= most) {
      throw new MallardException(
          ErrorCode.RESOURCE_EXHAUSTED,
          "SQL: "
              + most
              + " statements of '"
              + caller.name()
              + "' run or wait already; let one end, or cancel it (--max-statements-per-caller)");
    }
    byCaller.merge(caller.name(), 1, Integer::sum);
  }

  private void leave(String caller) {
    byCaller.computeIfPresent(caller, (name, count) -> count == 1 ? null : count - 1);
  }

  private void waitFor(Place place, String caller, Cancellation cancellation) {
    if (running < slots) {
      running++; // Then nobody waits.
      return;
    }
    if (queue.size() >= places) {
      Place displaced = queue.pollFor(caller).orElseThrow(this::full);
      displaced.displaced = true;
      displaced.changed.signal();
    }
    queue.add(caller, place);
    try {
      await(place, cancellation);
    } catch (RuntimeException e) {
      queue.remove(caller, place);
      if (place.admitted) {
        giveBack();
      }
      throw e;
    }
  }

  private void await(Place place, Cancellation cancellation) {
    try {
      while (!place.admitted) {
        cancellation.check();
        if (place.displaced) {
          throw full();
        }
        place.changed.await();
      }
      cancellation.check();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MallardException(
          ErrorCode.CANCELLED, "the statement was cancelled in the queue", e);
    }
  }

  /** A slot is free: for whose turn it is. */
  private void giveBack() {
    Optional<Place> next = queue.poll();
    if (next.isEmpty()) {
      running--;
      return;
    }
    next.get().admitted = true;
    next.get().changed.signal();
  }

  private void wake(Place place) {
    lock.lock();
    try {
      place.changed.signal();
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

  /** Statements of one caller that run or wait now; of all, if it is null. */
  int of(@Nullable String caller) {
    lock.lock();
    try {
      return caller == null
          ? byCaller.values().stream().mapToInt(count -> count).sum()
          : byCaller.getOrDefault(caller, 0);
    } finally {
      lock.unlock();
    }
  }
}
