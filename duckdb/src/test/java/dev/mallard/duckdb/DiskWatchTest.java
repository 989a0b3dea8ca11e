package dev.mallard.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DiskWatchTest {
  private final AtomicLong usable = new AtomicLong(1_000);
  private final DiskWatch disk = new DiskWatch(usable::get, 100);

  @AfterEach
  void close() {
    disk.close();
  }

  @Test
  void whatWritesWhileTheDiskGetsFullIsStopped() {
    CountDownLatch stopped = new CountDownLatch(1);
    assertThatThrownBy(
            () ->
                disk.watched(
                    stopped::countDown,
                    () -> {
                      usable.set(99);
                      return until(stopped);
                    }))
        .isInstanceOf(SQLException.class)
        .hasMessageStartingWith(DiskWatch.FULL)
        .hasRootCauseMessage("INTERRUPT Error: Interrupted!");
  }

  private static boolean until(CountDownLatch stopped) throws SQLException {
    try {
      assertThat(stopped.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    throw new SQLException("INTERRUPT Error: Interrupted!");
  }

  @Test
  void whatFailsOtherwiseAndWhatEndsInTimeIsLeftAlone() throws SQLException {
    SQLException other = new SQLException("Binder Error: no");
    assertThatThrownBy(
            () ->
                disk.watched(
                    () -> {},
                    () -> {
                      throw other;
                    }))
        .isSameAs(other);
    assertThat(disk.<Integer>watched(() -> {}, () -> 7)).isEqualTo(7);
  }
}
