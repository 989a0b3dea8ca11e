package dev.mallard.query;

import dev.mallard.access.Caller;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many statements work at a time and as many more wait, and so many at most of one caller.
 * Callers have their turns one after the other, each one's statements first come, first served. Of
 * a full queue nobody has more than others for long: the youngest of the caller with the most gives
 * way to one whose caller has fewer.
 *
 * <p>Places are for work. A statement whose result nobody asks for rests ({@link Seat#rest}): it
 * keeps its place as long as nobody else wants it, and waits in line for another before it works
 * on. Thread-safe.
 */
final class Admission {
  /** Even a quick reader takes a moment between two messages: for that no place changes hands. */
  static final Duration SHORTEST_REST = Duration.ofMillis(100);

  private final int slots;
  private final int places;
  private final int most;
  private final LongSupplier nanos;
  private final Runnable onWant;

  /** Guards all that follows. */
  private final ReentrantLock lock = new ReentrantLock();

  private final FairQueue<Place> queue = new FairQueue<>();

  /** Running and waiting, by caller; nobody has none. */
  private final Map<String, Integer> byCaller = new HashMap<>();

  /** What rests and has a place, by how long. */
  private final LinkedHashSet<Seat> resting = new LinkedHashSet<>();

  /** Of what waits, what never ran. */
  private int newcomers;

  /** Places that are taken; more than there are while something works without waiting. */
  private int running;

  /**
   * @param most of one caller, running and waiting; 0 for no limit. Holds only for callers whose
   *     names are proved: on an open server everybody is anybody
   * @param nanos a clock
   * @param onWant is told whenever somebody waits for a place, or has taken one from what rests.
   *     Short; may not call back
   */
  Admission(int slots, int places, int most, LongSupplier nanos, Runnable onWant) {
    this.slots = slots;
    this.places = places;
    this.most = most;
    this.nanos = nanos;
    this.onWant = onWant;
  }

  /** One that waits. Guarded by the lock. */
  private final class Place {
    /** It was admitted before, and works on. */
    private final boolean mustStay;

    private final Condition changed = lock.newCondition();
    private boolean admitted;
    private boolean displaced;

    Place(boolean mustStay) {
      this.mustStay = mustStay;
    }
  }

  /** What was admitted, until it is closed; it begins at work. One thread at a time. */
  final class Seat implements AutoCloseable {
    private final String caller;

    /** Guarded by the lock. */
    private boolean hasPlace = true;

    private boolean closed;
    private long restsSince;

    private Seat(String caller) {
      this.caller = caller;
    }

    /**
     * Before it works on. Waits in line if its place was taken meanwhile; nobody turns it away.
     *
     * @throws MallardException the cancellation's reason
     */
    void work(Cancellation cancellation) {
      lock.lock();
      try {
        if (takeUp()) {
          return;
        }
      } finally {
        lock.unlock();
      }
      Place place = new Place(true);
      try (Cancellation.Registration wake = cancellation.onCancel(() -> wake(place))) {
        lock.lock();
        try {
          waitFor(place, caller, cancellation);
          hasPlace = true;
        } finally {
          lock.unlock();
        }
      }
    }

    /** Before it works on for what cannot wait: for whoever sees to it that few do. */
    void workNow() {
      lock.lock();
      try {
        if (!takeUp()) {
          running++;
          hasPlace = true;
        }
      } finally {
        lock.unlock();
      }
    }

    private boolean takeUp() {
      return closed || resting.remove(this) || hasPlace;
    }

    /** It does nothing for now. */
    void rest() {
      lock.lock();
      try {
        if (hasPlace && !closed) {
          restsSince = nanos.getAsLong();
          resting.remove(this);
          resting.add(this);
          if (running > slots) {
            leavePlace(this);
          }
        }
      } finally {
        lock.unlock();
      }
    }

    /** It rests, and somebody is known to want its place. */
    void giveWay() {
      lock.lock();
      try {
        if (resting.contains(this)) {
          leavePlace(this);
        }
      } finally {
        lock.unlock();
      }
    }

    String caller() {
      return caller;
    }

    /** Whether it works, or nobody has wanted its place. */
    boolean hasPlace() {
      lock.lock();
      try {
        return hasPlace;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        if (closed) {
          return;
        }
        closed = true;
        leave(caller);
        if (hasPlace) {
          leavePlace(this);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Under the lock. */
  private void leavePlace(Seat seat) {
    resting.remove(seat);
    seat.hasPlace = false;
    giveBack();
  }

  /** Gives the places of what has rested long enough to those who wait. */
  void takeBack() {
    lock.lock();
    try {
      while (queue.size() > 0 && canTake(SHORTEST_REST)) {
        leavePlace(resting.iterator().next());
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for a place.
   *
   * @throws MallardException UNAVAILABLE if too many wait; RESOURCE_EXHAUSTED if too many are this
   *     caller's; the cancellation's reason
   */
  Seat admit(Caller caller, Cancellation cancellation) {
    Place place = new Place(false);
    try (Cancellation.Registration wake = cancellation.onCancel(() -> wake(place))) {
      lock.lock();
      try {
        cancellation.check();
        enter(caller);
        try {
          waitFor(place, caller.name(), cancellation);
          return new Seat(caller.name());
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

  /** Under the lock. */
  private void waitFor(Place place, String caller, Cancellation cancellation) {
    boolean isFull = !place.mustStay && newcomers >= places;
    takeOne(isFull ? Duration.ZERO : SHORTEST_REST);
    if (running < slots) {
      running++; // Then nobody waits.
      return;
    }
    if (!place.mustStay && newcomers >= places) {
      Place displaced = queue.pollFor(caller, other -> !other.mustStay).orElseThrow(this::full);
      newcomers--;
      displaced.displaced = true;
      displaced.changed.signal();
    }
    queue.add(caller, place);
    newcomers += place.mustStay ? 0 : 1;
    onWant.run();
    try {
      await(place, cancellation);
    } catch (RuntimeException e) {
      if (queue.remove(caller, place)) {
        newcomers -= place.mustStay ? 0 : 1;
      }
      if (place.admitted) {
        giveBack();
      }
      throw e;
    }
  }

  /** Under the lock: frees a place that has rested long enough, for whose turn it is. */
  private void takeOne(Duration atLeast) {
    if (running >= slots && canTake(atLeast)) {
      leavePlace(resting.iterator().next());
      onWant.run();
    }
  }

  private boolean canTake(Duration atLeast) {
    return !resting.isEmpty()
        && nanos.getAsLong() - resting.iterator().next().restsSince >= atLeast.toNanos();
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

  /** Under the lock: a place is free, for whose turn it is. */
  private void giveBack() {
    Optional<Place> next = running > slots ? Optional.empty() : queue.poll();
    if (next.isEmpty()) {
      running--;
      return;
    }
    newcomers -= next.get().mustStay ? 0 : 1;
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

  /** Statements that were admitted and have not ended. */
  int admitted() {
    lock.lock();
    try {
      return of(null) - newcomers;
    } finally {
      lock.unlock();
    }
  }

  /** Places that are taken. */
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
