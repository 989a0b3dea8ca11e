package dev.mallard.server;

import dev.mallard.arrow.FileMappings;
import dev.mallard.error.Closer;
import dev.mallard.events.ServerEvents;
import dev.mallard.store.DiskBudget;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * How long files that were read stay in memory: for the next reader of a hot one, but not when
 * something is deleted, which may be one of them.
 */
final class Mappings implements ServerEvents {
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

  @Override
  public void datasetDropped(String dataset) {
    files.unmapIdle();
  }
}
