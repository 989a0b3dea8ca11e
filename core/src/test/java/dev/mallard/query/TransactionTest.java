package dev.mallard.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.store.DiskBudget;
import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.SampleBatch;
import dev.mallard.testing.SampleFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a result that is still being read, with room for it and without. */
class TransactionTest {
  private static final int BATCHES = 5;
  private static final int ROWS = 10_000;
  private static final long NONE = 0;
  private static final long PLENTY = 1 << 30;
  private static final Schema SCHEMA =
      new Schema(List.of(SampleFields.nullable("number", new ArrowType.Int(64, true))));

  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();
  @TempDir Path folder;

  private final FakeEngine engine = new FakeEngine();
  private @Nullable ResultSpool spool;

  /** The batch at which the engine fails. */
  private int failAt = Integer.MAX_VALUE;

  private Transaction begin(long diskBytes, long memoryBytes) throws IOException {
    Clock clock = Clock.systemUTC();
    Duration lease = Duration.ofMinutes(1);
    spool =
        new ResultSpool(
            folder,
            new DiskBudget(diskBytes),
            memoryBytes,
            lease,
            clock,
            new FeatherFormat(),
            memory.get());
    return new Transactions(engine, spool, lease, clock).beginPrivate(SessionOptions.NONE);
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    if (spool != null) {
      assertThat(spool.memoryBytes()).isZero();
      spool.close();
    }
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  private BatchStream read(Transaction transaction) throws IOException {
    BatchStream result =
        transaction.exclusively(
            new Cancellation(),
            connection -> {
              Closer owned = new Closer();
              owned.add("statement", name -> engine.log.add("close " + name));
              return transaction.reading(new Rows(), owned, new Cancellation());
            });
    IpcMessage first = result.next();
    assertThat(first).isNotNull();
    first.close();
    return result;
  }

  private final class Rows implements BatchStream {
    private int next;

    @Override
    public Schema schema() {
      return SCHEMA;
    }

    @Override
    public @Nullable IpcMessage next() {
      if (next == failAt) {
        next = BATCHES; // An engine that is asked again after an error may say: the end.
        throw new MallardException(ErrorCode.UNAVAILABLE, "the engine failed");
      }
      if (next == BATCHES) {
        return null;
      }
      try (SampleBatch batch = SampleBatch.of(SCHEMA, ROWS, next++, memory.get())) {
        return BatchEncoder.encode(batch.root());
      }
    }

    @Override
    public void close() {
      engine.log.add("close rows");
    }
  }

  private static long rest(BatchStream result) throws IOException {
    long rows = 0;
    try (result) {
      for (IpcMessage next = result.next(); next != null; next = result.next()) {
        rows += next.rows();
        next.close();
      }
    }
    return rows;
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
      assertThat(rest(result)).isEqualTo((BATCHES - 1) * ROWS);
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
