package dev.mallard.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.arrow.BatchStream;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.testing.LeakCheckedAllocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a result that is still being read, with room for it and without. */
class TransactionTest {
  private static final long NONE = 0;
  private static final long PLENTY = 1 << 30;

  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();
  @TempDir Path folder;

  private final FakeEngine engine = new FakeEngine();
  private @Nullable LiveFixture live;

  /** The batch at which the engine fails. */
  private int failAt = Integer.MAX_VALUE;

  private Transaction begin(long diskBytes, long memoryBytes) throws IOException {
    live = new LiveFixture(engine, folder, 1, diskBytes, memoryBytes, memory.get());
    return live.transactions.beginPrivate(SessionOptions.NONE, new Cancellation());
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    if (live != null) {
      assertThat(live.admission.admitted()).isZero();
      assertThat(live.admission.running()).isZero();
      assertThat(live.results.size()).isZero();
      assertThat(live.spool.memoryBytes()).isZero();
      live.spool.close();
    }
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  private BatchStream read(Transaction transaction) throws IOException {
    Closer onEngine = new Closer();
    BatchStream result =
        transaction.exclusively(
            new Cancellation(),
            onEngine,
            (connection, seat) -> {
              onEngine.add("statement", name -> engine.log.add("close " + name));
              Cancellation cancellation = new Cancellation();
              return transaction.reading(
                  new NumberedRows(engine.log, memory.get(), failAt),
                  seat,
                  live.told(cancellation),
                  onEngine,
                  new Closer(),
                  cancellation);
            });
    NumberedRows.readOne(result);
    return result;
  }

  private static void assertFails(BatchStream result, ErrorCode code, String message) {
    // However often it is asked: it never ends as if that were all.
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(result::next)
          .isInstanceOfSatisfying(MallardException.class, e -> assertThat(e.code()).isEqualTo(code))
          .hasMessageContaining(message);
    }
    result.close();
  }

  @Test
  void theNextStatementRunsAndTheReaderLosesNothing() throws IOException {
    for (long diskBytes : new long[] {NONE, PLENTY}) {
      Transaction transaction = begin(diskBytes, PLENTY);
      BatchStream result = read(transaction);
      assertThat(transaction.<String>exclusively(new Cancellation(), c -> "ran")).isEqualTo("ran");
      assertThat(NumberedRows.rest(result))
          .isEqualTo((NumberedRows.BATCHES - 1) * NumberedRows.ROWS);
      transaction.end(true);
    }
  }

  @Test
  void withoutRoomTheReaderGetsTheErrorAndTheNextStatementRuns() throws IOException {
    for (long diskBytes : new long[] {NONE, 64 << 10, 300 << 10}) {
      Transaction transaction = begin(diskBytes, NONE);
      BatchStream result = read(transaction);
      assertThat(transaction.<String>exclusively(new Cancellation(), c -> "ran")).isEqualTo("ran");
      assertFails(result, ErrorCode.RESOURCE_EXHAUSTED, "--cache-size");
      transaction.end(true);
    }
  }

  @Test
  void whatFailsWhileItMakesWayFailsForItsReader() throws IOException {
    failAt = 3;
    Transaction transaction = begin(PLENTY, PLENTY);
    BatchStream result = read(transaction);
    assertThat(transaction.<String>exclusively(new Cancellation(), c -> "ran")).isEqualTo("ran");
    assertFails(result, ErrorCode.UNAVAILABLE, "the engine failed");
    transaction.end(true);
  }

  @Test
  void whatHasFailedOnceIsNotSpilledAsIfItHadEnded() throws IOException {
    failAt = 1;
    Transaction transaction = begin(PLENTY, PLENTY);
    BatchStream result = read(transaction);
    assertThatThrownBy(result::next).hasMessageContaining("the engine failed");
    transaction.exclusively(new Cancellation(), c -> "ran");
    assertFails(result, ErrorCode.UNAVAILABLE, "the engine failed");
    transaction.end(false);
  }

  @Test
  void theEndEndsItEvenIfAResultCannotMakeWay() throws IOException {
    Transaction transaction = begin(NONE, NONE);
    BatchStream result = read(transaction);
    transaction.end(true);
    assertThat(engine.log)
        .containsExactly("begin", "close rows", "close statement", "commit", "close");
    assertFails(result, ErrorCode.RESOURCE_EXHAUSTED, "--cache-size");
    assertThatThrownBy(() -> transaction.end(true)).hasMessageContaining("no such transaction");
  }

  @Test
  void theEndEndsItEvenIfItCannotBeCommittedOrTheThreadIsInterrupted() throws IOException {
    engine.commitFailure = new MallardException(ErrorCode.FAILED_PRECONDITION, "a conflict");
    Transaction transaction = begin(PLENTY, PLENTY);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> transaction.end(true)).hasMessage("a conflict");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(engine.log).endsWith("close");
  }

  @Test
  void oneWhoseEngineIsGoneSaysThatItWasRolledBackAndIsNotCommitted() throws IOException {
    Transaction transaction = begin(PLENTY, PLENTY);
    engine.dead = true;
    assertThatThrownBy(() -> transaction.exclusively(new Cancellation(), c -> "ran"))
        .isInstanceOfSatisfying(
            MallardException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
        .hasMessageContaining("was rolled back");
    assertThatThrownBy(() -> transaction.end(true)).hasMessageContaining("was rolled back");
    assertThat(engine.log).containsExactly("begin", "close");
    begin(PLENTY, PLENTY).end(false);
    assertThat(engine.log).containsExactly("begin", "close", "begin", "close");
  }

  @Test
  void aRolledBackResultSaysSo() throws IOException {
    Transaction transaction = begin(PLENTY, PLENTY);
    BatchStream result = read(transaction);
    transaction.end(false);
    assertThat(engine.log).endsWith("rollback", "close");
    assertFails(result, ErrorCode.FAILED_PRECONDITION, "rolled back");
  }
}
