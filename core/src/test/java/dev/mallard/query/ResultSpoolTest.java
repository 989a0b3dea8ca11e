package dev.mallard.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.access.Caller;
import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.arrow.file.RowRange;
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
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ResultSpoolTest {
  private static final int ROWS = 10_000;
  private static final long MEMORY = 1 << 20;
  private static final Schema SCHEMA =
      new Schema(List.of(SampleFields.nullable("number", new ArrowType.Int(64, true))));

  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();
  @TempDir Path folder;

  private final DiskBudget disk = new DiskBudget(4 << 20);
  private @Nullable ResultSpool spool;

  private ResultSpool open(DiskBudget budget) throws IOException {
    ResultSpool opened =
        new ResultSpool(
            folder,
            budget,
            MEMORY,
            Duration.ofMinutes(10),
            Clock.systemUTC(),
            new FeatherFormat(),
            memory.get());
    spool = opened;
    return opened;
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    if (spool != null) {
      spool.close();
      assertThat(spool.memoryBytes()).isZero();
    }
    assertThat(disk.usedBytes()).isZero();
    assertThat(files()).isZero();
  }

  private long files() throws IOException {
    try (var left = Files.list(folder)) {
      return left.count();
    }
  }

  /** Of 80 kB a batch. */
  private BatchStream rows(int batches, int failAt) {
    return new BatchStream() {
      private int next;

      @Override
      public Schema schema() {
        return SCHEMA;
      }

      @Override
      public @Nullable IpcMessage next() {
        if (next == failAt) {
          throw new MallardException(ErrorCode.UNAVAILABLE, "a test's failure");
        }
        if (next == batches) {
          return null;
        }
        try (SampleBatch batch = SampleBatch.of(SCHEMA, ROWS, next++, memory.get())) {
          return BatchEncoder.encode(batch.root());
        }
      }

      @Override
      public void close() {}
    };
  }

  private QueryPlan.Spooled add(ResultSpool to, int batches) {
    return to.add(rows(batches, -1), Caller.ANONYMOUS, 4, new Cancellation());
  }

  private static long read(ResultSpool from, String id, RowRange range) throws IOException {
    long rows = 0;
    try (BatchStream stream = from.read(id, Caller.ANONYMOUS, range)) {
      for (IpcMessage next = stream.next(); next != null; next = stream.next()) {
        rows += next.rows();
        next.close();
      }
    }
    return rows;
  }

  @Test
  void smallResultsAreInMemoryUntilItIsFullAndOthersOnDisk() throws IOException {
    ResultSpool opened = open(disk);
    QueryPlan.Spooled small = add(opened, 2);
    assertThat(files()).isZero();
    assertThat(opened.memoryBytes()).isEqualTo(small.bytes());
    QueryPlan.Spooled large = add(opened, 8);
    assertThat(files()).isEqualTo(1);
    assertThat(large.parts()).hasSize(4);
    assertThat(read(opened, large.id(), RowRange.ALL)).isEqualTo(8L * ROWS);
    assertThat(read(opened, large.id(), large.parts().get(1).range())).isEqualTo(2L * ROWS);
    for (int i = 0; i < 20; i++) {
      add(opened, 2);
    }
    assertThat(opened.memoryBytes()).isBetween(MEMORY / 2, MEMORY);
    assertThat(files()).isGreaterThan(1);
    assertThat(read(opened, small.id(), RowRange.ALL)).isEqualTo(2L * ROWS);
  }

  @Test
  void whatWasReadGivesWayAndWhatWasNotDoesNot() throws IOException {
    ResultSpool opened = open(disk);
    QueryPlan.Spooled read = add(opened, 10);
    QueryPlan.Spooled renewed = add(opened, 10);
    for (QueryPlan.Part part : read.parts()) {
      read(opened, read.id(), part.range());
    }
    read(opened, renewed.id(), RowRange.ALL);
    opened.renew(renewed.id(), Caller.ANONYMOUS);
    List<QueryPlan.Spooled> more = new ArrayList<>();
    assertThatThrownBy(
            () -> {
              while (more.size() < 100) {
                more.add(add(opened, 10));
              }
            })
        .isInstanceOfSatisfying(
            MallardException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED))
        .hasMessageContaining("--cache-size");
    assertThatThrownBy(() -> opened.read(read.id(), Caller.ANONYMOUS, RowRange.ALL))
        .hasMessageContaining("run the statement again");
    more.add(renewed);
    for (QueryPlan.Spooled one : more) {
      assertThat(read(opened, one.id(), RowRange.ALL)).isEqualTo(10L * ROWS);
    }
  }

  @Test
  void withoutADiskResultsOfAnySizeAreInMemoryAsLongAsThereIsSome() throws IOException {
    ResultSpool opened = open(new DiskBudget(0));
    QueryPlan.Spooled large = add(opened, 8);
    assertThat(read(opened, large.id(), RowRange.ALL)).isEqualTo(8L * ROWS);
    assertThatThrownBy(() -> add(opened, 8)).hasMessageContaining("too much for memory");
    assertThat(opened.memoryBytes()).isEqualTo(large.bytes());
    opened.release(large.id(), Caller.ANONYMOUS);
    assertThat(add(opened, 8).rows()).isEqualTo(8L * ROWS);
    assertThat(files()).isZero();
  }

  @Test
  void aResultThatFailsOrIsCancelledLeavesNothing() throws IOException {
    ResultSpool opened = open(disk);
    for (int failAt : new int[] {0, 2, 7}) {
      assertThatThrownBy(() -> opened.add(rows(8, failAt), Caller.ANONYMOUS, 2, new Cancellation()))
          .hasMessage("a test's failure");
    }
    Cancellation cancelled = new Cancellation();
    cancelled.cancel();
    assertThatThrownBy(() -> opened.add(rows(8, -1), Caller.ANONYMOUS, 2, cancelled))
        .hasMessageContaining("cancel");
    assertThat(opened.size()).isZero();
    assertThat(opened.memoryBytes()).isZero();
    assertThat(files()).isZero();
  }

  @Test
  void aReaderGoesOnWhenItsResultIsReleased() throws IOException {
    ResultSpool opened = open(disk);
    QueryPlan.Spooled large = add(opened, 8);
    long rows = 0;
    try (BatchStream stream = opened.read(large.id(), Caller.ANONYMOUS, RowRange.ALL)) {
      assertThat(opened.release(large.id(), Caller.ANONYMOUS)).isTrue();
      assertThat(disk.usedBytes()).as("the blocks are not free yet").isPositive();
      for (IpcMessage next = stream.next(); next != null; next = stream.next()) {
        rows += next.rows();
        next.close();
      }
    }
    assertThat(rows).isEqualTo(8L * ROWS);
    assertThat(opened.release(large.id(), Caller.ANONYMOUS)).isFalse();
  }
}
