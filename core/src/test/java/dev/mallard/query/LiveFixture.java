package dev.mallard.query;

import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.events.ServerEvents;
import dev.mallard.store.DiskBudget;
import dev.mallard.testing.SettableClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.BufferAllocator;

/** What results that are being read stand on. Results are moved when a test says so. */
final class LiveFixture {
  static final Duration IDLE = Duration.ofMinutes(1);
  static final Duration LEASE = Duration.ofMinutes(5);

  final FakeEngine engine;
  final SettableClock clock = new SettableClock();
  final ResultSpool spool;
  final Admission admission;
  final LiveResults results;
  final Transactions transactions;

  private final AtomicLong nanos = new AtomicLong();
  private final Deque<Runnable> moves = new ArrayDeque<>();

  /**
   * @param slots statements that work at a time; as many results may rest on the engine
   * @param diskBytes for results
   */
  LiveFixture(
      FakeEngine engine,
      Path folder,
      int slots,
      long diskBytes,
      long memoryBytes,
      BufferAllocator allocator)
      throws IOException {
    this.engine = engine;
    DiskBudget disk = new DiskBudget(diskBytes);
    this.spool =
        new ResultSpool(folder, disk, memoryBytes, LEASE, clock, new FeatherFormat(), allocator);
    this.admission = new Admission(slots, 1_000, 0, nanos::get, () -> {});
    this.results =
        new LiveResults(slots, IDLE, LEASE, 1 << 20, spool, moves::add, Runnable::run, clock);
    this.transactions = new Transactions(engine, admission, results, spool, LEASE, clock);
  }

  StatementEvents.Told told(Cancellation cancellation) {
    SqlRequest request = new SqlRequest("SELECT 1", null, SessionOptions.NONE);
    return new StatementEvents(ServerEvents.NONE).begin(request, cancellation);
  }

  /** Long enough that what rests gives its place to others. */
  void aMomentPasses() {
    nanos.addAndGet(Admission.SHORTEST_REST.toNanos());
    clock.advance(Admission.SHORTEST_REST);
  }

  /** What the timer does while somebody wants a place. */
  void shareOut() {
    admission.takeBack();
    results.keepWithin();
  }

  /**
   * Moves what is to be moved.
   *
   * @return how many results
   */
  int move() {
    int count = moves.size();
    moves.forEach(Runnable::run);
    moves.clear();
    return count;
  }
}
