package dev.mallard.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskBudgetTest {
  /** A file of this length counts twice as much: a block for it and one for its entry. */
  private static final long BLOCK = 4096;

  private static final long FILE = 2 * BLOCK;

  @TempDir Path folder;

  private final DiskBudget budget = new DiskBudget(3 * FILE);
  private final List<String> deleted = new ArrayList<>();

  private DiskBudget.Claim kept(String name) throws NoRoomException {
    DiskBudget.Claim claim = growing();
    claim.keep(BLOCK, () -> deleted.add(name));
    return claim;
  }

  private DiskBudget.Claim growing() throws NoRoomException {
    DiskBudget.Claim claim = budget.begin(folder);
    claim.reserve(BLOCK);
    return claim;
  }

  private static DiskBudget.Hold held(DiskBudget.Claim claim) {
    return Objects.requireNonNull(claim.hold());
  }

  @Test
  void whatWasUsedLongestAgoMakesRoom() throws Exception {
    DiskBudget.Claim a = kept("a");
    kept("b");
    kept("c");
    held(a).close();
    kept("d");
    kept("e");
    assertThat(deleted).containsExactly("b", "c");
    assertThat(budget.usedBytes()).isEqualTo(3 * FILE);
  }

  @Test
  void whatIsHeldOrBeingWrittenStays() throws Exception {
    try (DiskBudget.Hold hold = held(kept("linked"));
        DiskBudget.Claim written = growing()) {
      kept("idle");
      kept("next");
      assertThat(deleted).containsExactly("idle");
      assertThatThrownBy(() -> written.reserve(BLOCK + 2 * FILE))
          .isInstanceOf(NoRoomException.class)
          .hasMessageContaining("--cache-size");
      assertThat(deleted).as("nothing goes in vain").containsExactly("idle");
      hold.close();
      written.reserve(BLOCK + 2 * FILE);
      assertThat(deleted).containsExactly("idle", "next", "linked");
    }
  }

  @Test
  void whatIsDroppedCountsUntilTheLastHoldIsClosed() throws Exception {
    DiskBudget.Claim claim = kept("a");
    DiskBudget.Hold link = held(claim);
    DiskBudget.Hold reader = held(claim);
    claim.close();
    assertThat(claim.hold()).isNull();
    link.close();
    link.close();
    assertThat(budget.usedBytes()).isEqualTo(FILE);
    reader.close();
    assertThat(budget.usedBytes()).isZero();
    assertThat(deleted).as("its owner has deleted it").isEmpty();
  }

  @Test
  void aFileThatIsGivenUpGivesItsRoomBack() throws Exception {
    DiskBudget.Claim claim = growing();
    claim.reserve(FILE);
    claim.close();
    claim.close();
    assertThat(budget.usedBytes()).isZero();
    assertThatThrownBy(() -> claim.reserve(2 * BLOCK)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whoeverCouldLetGoIsAskedOnceNothingElseCanBeDeleted() throws Exception {
    DiskBudget.Hold view = held(kept("linked by a view"));
    List<String> asked = new ArrayList<>();
    budget.onPressure(
        () -> {
          asked.add("asked");
          view.close();
        });
    kept("b");
    kept("c");
    kept("d");
    assertThat(asked).isEmpty();
    DiskBudget.Claim large = budget.begin(folder);
    large.reserve(3 * FILE - BLOCK);
    assertThat(asked).containsExactly("asked");
    assertThat(deleted).containsExactly("b", "c", "d", "linked by a view");
    assertThatThrownBy(() -> large.reserve(3 * FILE)).isInstanceOf(NoRoomException.class);
  }

  @Test
  void whatAnEarlierRunHasLeftIsOrderedByItsUseAndCutToSize() {
    Instant now = Instant.now();
    budget.begin(folder).adopt(BLOCK, now, () -> deleted.add("now"));
    budget.begin(folder).adopt(BLOCK, now.minusSeconds(9), () -> deleted.add("oldest"));
    budget.begin(folder).adopt(BLOCK, now.minusSeconds(5), () -> deleted.add("older"));
    assertThat(deleted).isEmpty();
    budget.begin(folder).adopt(BLOCK, now.minusSeconds(3), () -> deleted.add("other"));
    assertThat(deleted).containsExactly("oldest");
  }

  @Test
  void aBudgetOfNothingKeepsNothing() {
    DiskBudget none = new DiskBudget(0);
    none.begin(folder).adopt(1, Instant.now(), () -> deleted.add("old"));
    assertThat(deleted).containsExactly("old");
    assertThatThrownBy(() -> none.begin(folder).reserve(1)).isInstanceOf(NoRoomException.class);
  }

  @Test
  void manyAtOnceNeverHaveMoreThanThereIs() throws Exception {
    long max = 100 * FILE;
    DiskBudget shared = new DiskBudget(max);
    AtomicLong onDisk = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Long>> most = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        int seed = i;
        most.add(threads.submit(() -> write(shared, onDisk, seed)));
      }
      for (Future<Long> seen : most) {
        assertThat(seen.get()).isBetween(1L, max);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(shared.usedBytes()).isEqualTo(onDisk.get()).isBetween(1L, max);
  }

  /** Writes files of 1 to 20 blocks, each a block at a time, and says how full the disk got. */
  private Long write(DiskBudget shared, AtomicLong onDisk, int seed) throws Exception {
    long most = 0;
    for (int file = 0; file < 500; file++) {
      int blocks = 1 + (file * 7 + seed) % 20;
      long length = blocks * BLOCK;
      DiskBudget.Claim claim = shared.begin(folder);
      long written = 0;
      for (int i = 1; i <= blocks; i++) {
        claim.reserve(i * BLOCK);
        long now = (i == 1 ? 2 : 1) * BLOCK;
        most = Math.max(most, onDisk.addAndGet(now));
        written += now;
      }
      long all = written;
      if (file % 3 == 0) {
        onDisk.addAndGet(-all);
        claim.close();
      } else {
        claim.keep(length, () -> onDisk.addAndGet(-all));
      }
    }
    return most;
  }
}
