package dev.mallard.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.access.Caller;
import dev.mallard.arrow.BatchStream;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.testing.LeakCheckedAllocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Results that nobody reads: in nobody's way, and never shorter when they are read on. */
class LiveResultTest {
  private static final long NONE = 0;
  private static final long PLENTY = 1 << 30;
  private static final long REST = (NumberedRows.BATCHES - 1) * NumberedRows.ROWS;

  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();
  @TempDir Path folder;

  private final FakeEngine engine = new FakeEngine();
  private final List<LiveResult> open = new ArrayList<>();
  private final List<Cancellation> cancellations = new ArrayList<>();
  private LiveFixture live;

  private void start(long diskBytes) throws IOException {
    live = new LiveFixture(engine, folder, 2, diskBytes, 0, memory.get());
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    open.forEach(BatchStream::close);
    assertThat(live.results.size()).isZero();
    assertThat(live.admission.admitted()).isZero();
    assertThat(live.admission.running()).isZero();
    assertThat(engine.log.stream().filter("close rows"::equals).count()).isEqualTo(open.size());
    live.spool.close();
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  /** A result of which one batch has been read. */
  private LiveResult half(NumberedRows rows) throws IOException {
    Cancellation cancellation = new Cancellation();
    Closer onEngine = new Closer();
    StatementEvents.Told told = onEngine.add(live.told(cancellation));
    Admission.Seat seat = onEngine.add(live.admission.admit(Caller.ANONYMOUS, cancellation));
    SqlConnection connection = onEngine.add(engine.connect(SessionOptions.NONE));
    onEngine.add(rows);
    LiveResult.OnEngine place =
        new LiveResult.OnEngine(
            connection, new ReentrantLock(), false, () -> {}, seat, told, onEngine);
    LiveResult result =
        new LiveResult(rows, place, new Closer(), cancellation, live.spool, live.results);
    live.results.add(result);
    open.add(result);
    cancellations.add(cancellation);
    NumberedRows.readOne(result);
    return result;
  }

  private LiveResult half() throws IOException {
    return half(rows());
  }

  private NumberedRows rows() {
    return new NumberedRows(engine.log, memory.get(), Integer.MAX_VALUE);
  }

  private static void assertLost(BatchStream result, String message) {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(result::next)
          .isInstanceOfSatisfying(
              MallardException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED))
          .hasMessageContaining(message);
    }
  }

  @Test
  void aHundredThatNobodyReadsAreInNobodysWayAndAreReadToTheirEnds() throws IOException {
    start(PLENTY);
    for (int i = 0; i < 100; i++) {
      half();
      live.aMomentPasses();
      live.shareOut();
      live.move();
    }
    assertThat(open.stream().filter(LiveResult::isOnEngine)).hasSizeLessThanOrEqualTo(2 + 2);
    for (LiveResult result : open) {
      assertThat(NumberedRows.rest(result)).isEqualTo(REST);
    }
  }

  @Test
  void withoutRoomThoseThatWereNotReadForLongestEndOnceThereAreTooMany() throws IOException {
    start(NONE);
    for (int i = 0; i < 20; i++) {
      half();
      live.aMomentPasses();
      live.shareOut();
      live.move();
    }
    List<LiveResult> lost = open.stream().filter(result -> !result.isOnEngine()).toList();
    assertThat(lost).hasSize(20 - 2 - 4 * 2).isEqualTo(open.subList(0, lost.size()));
    lost.forEach(result -> assertLost(result, "was not read for"));
    for (LiveResult result : open.subList(lost.size(), open.size())) {
      assertThat(NumberedRows.rest(result)).isEqualTo(REST);
    }
  }

  @Test
  void oneThatNobodyReadsForLongIsKeptAndThenForgotten() throws IOException {
    start(PLENTY);
    LiveResult read = half();
    LiveResult forgotten = half();
    live.clock.advance(LiveFixture.IDLE.plusSeconds(1));
    live.results.tidy();
    assertThat(live.move()).isEqualTo(2);
    assertThat(read.isOnEngine() || forgotten.isOnEngine()).isFalse();
    assertThat(live.admission.admitted()).isZero();
    NumberedRows.readOne(read);
    live.clock.advance(LiveFixture.LEASE);
    NumberedRows.readOne(read);
    live.clock.advance(LiveFixture.IDLE);
    live.results.tidy();
    assertLost(forgotten, "was not read for");
    assertThat(NumberedRows.rest(read)).isEqualTo(REST - 2 * NumberedRows.ROWS);
  }

  @Test
  void withoutRoomOneThatNobodyReadsForLongEndsAndSaysAfterHowLong() throws IOException {
    start(NONE);
    LiveResult result = half();
    live.clock.advance(LiveFixture.IDLE.plusSeconds(1));
    live.results.tidy();
    live.move();
    assertThat(result.isOnEngine()).isFalse();
    assertLost(result, "not read for 61 s (--stream-idle-timeout 60)");
  }

  @Test
  void whatIsReadIsNotMoved() throws IOException {
    start(PLENTY);
    LiveResult result = half();
    live.clock.advance(LiveFixture.IDLE);
    NumberedRows.readOne(result);
    live.results.tidy();
    assertThat(live.move()).isZero();
    assertThat(result.isOnEngine()).isTrue();
  }

  @Test
  void whereThereIsNotRoomForAllOfItNothingIsLostAsLongAsItMayStay() throws IOException {
    for (long diskBytes : new long[] {NONE, 64 << 10, 200 << 10}) {
      start(diskBytes);
      LiveResult result = half();
      result.move(Long.MAX_VALUE, null);
      assertThat(result.isOnEngine()).isTrue();
      assertThat(result.isStuck()).isTrue();
      result.move(Long.MAX_VALUE, null);
      assertThat(NumberedRows.rest(result)).isEqualTo(REST);
    }
  }

  @Test
  void whatWasKeptInPartIsReadOnOrLetGoOfHoweverOftenItIsMoved() throws IOException {
    start(PLENTY);
    LiveResult read = half();
    LiveResult lost = half();
    for (LiveResult result : open) {
      result.move(2 * 90_000, null);
      result.move(2 * 90_000, null);
      NumberedRows.readOne(result);
      result.move(2 * 90_000, null);
    }
    lost.move(100, "it was not read");
    assertLost(lost, "it was not read");
    read.move(PLENTY, "it was not read");
    assertThat(read.isOnEngine()).isFalse();
    assertThat(NumberedRows.rest(read)).isEqualTo(REST - NumberedRows.ROWS);
  }

  @Test
  void moreThanOneMayTakeIsNotKept() throws IOException {
    start(PLENTY);
    LiveResult result = half();
    result.move(100_000, null);
    assertThat(result.isStuck()).isTrue();
    assertThat(NumberedRows.rest(result)).isEqualTo(REST);
    LiveResult other = half();
    other.move(100_000, "it was not read");
    assertLost(other, "it was not read: SQL: no more than 100000 bytes");
  }

  @Test
  void whatFailsWhileItIsMovedFailsForItsReader() throws IOException {
    start(PLENTY);
    LiveResult result = half(new NumberedRows(engine.log, memory.get(), 3));
    result.move(Long.MAX_VALUE, null);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(result::next).hasMessageContaining("the engine failed");
    }
  }

  @Test
  void whoCancelsIsToldSo() throws IOException {
    start(PLENTY);
    LiveResult result = half();
    result.move(Long.MAX_VALUE, null);
    cancellations.get(0).cancel();
    assertThatThrownBy(result::next).hasMessageContaining("cancelled");
  }

  @Test
  void itsReaderIsNotKeptWaitingUntilAllOfItIsMoved() throws Exception {
    start(PLENTY);
    NumberedRows rows = rows();
    LiveResult result = half(rows);
    List<Thread> readers = new ArrayList<>();
    List<Long> read = new ArrayList<>();
    rows.onNext =
        () -> {
          if (readers.isEmpty()) {
            readers.add(reader(result, read));
            readers.get(0).start();
            while (readers.get(0).getState() != Thread.State.TIMED_WAITING) {
              Thread.onSpinWait();
            }
          }
        };
    result.move(Long.MAX_VALUE, null);
    readers.get(0).join();
    assertThat(result.isOnEngine()).isTrue();
    assertThat(read).containsExactly(REST);
  }

  private static Thread reader(LiveResult result, List<Long> read) {
    return new Thread(
        () -> {
          try {
            long rows = 0;
            for (var next = result.next(); next != null; next = result.next()) {
              rows += next.rows();
              next.close();
            }
            read.add(rows);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }
}
