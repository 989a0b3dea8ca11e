package dev.mallard.server;

import dev.mallard.arrow.mapping.FileMappings;
import dev.mallard.error.Closer;
import dev.mallard.store.DiskBudget;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * How long the derived forms that were read stay mapped: for the next reader of a hot one, but not
 * when one is deleted, whose blocks are wanted.
 */
final class Mappings {
  /** Of address space: the memory is the system's, which takes it when it is wanted. */
  private static final long MOST_IDLE_BYTES = 4L << 30;

  private static final Duration KEPT = Duration.ofSeconds(10);

  private final FileMappings files;

  Mappings(Closer resources) {
    this.files = resources.add(new FileMappings(MOST_IDLE_BYTES));
  }

  FileMappings files() {
    return files;
  }

  void follow(ScheduledExecutorService timer, DiskBudget cache) {
    cache.onDeletion(files::unmapIdle);
    timer.scheduleWithFixedDelay(
        () -> files.unmapIdleFor(KEPT), KEPT.toSeconds(), KEPT.toSeconds() / 5, TimeUnit.SECONDS);
  }
}
