package dev.mallard.query;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads of queries that are not their callers'. */
final class QueryThreads implements AutoCloseable {
  private static final int MOVERS = 2;
  private static final long END_SECONDS = 10;

  private final ScheduledThreadPoolExecutor alarms =
      new ScheduledThreadPoolExecutor(1, task -> daemon(task, "mallard-query-alarm"));

  private final ScheduledExecutorService housekeeping =
      Executors.newSingleThreadScheduledExecutor(
          task -> daemon(task, "mallard-query-housekeeping"));

  private final ExecutorService background =
      Executors.newCachedThreadPool(task -> daemon(task, "mallard-polled"));

  private final ThreadPoolExecutor movers =
      new ThreadPoolExecutor(
          MOVERS,
          MOVERS,
          END_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          task -> daemon(task, "mallard-result-mover"));

  QueryThreads() {
    movers.allowCoreThreadTimeOut(true);
    // Else what was quick would be kept until it would have been late.
    alarms.setRemoveOnCancelPolicy(true);
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** For what is quick, and must be in time. */
  ScheduledExecutorService alarms() {
    return alarms;
  }

  /** For what is done now and then, and may take a while. */
  ScheduledExecutorService housekeeping() {
    return housekeeping;
  }

  /** As many as it takes. */
  ExecutorService background() {
    return background;
  }

  /** Few. */
  ExecutorService movers() {
    return movers;
  }

  /**
   * Nothing begins any more, and nothing runs.
   *
   * @throws MallardException INTERNAL if something does not end
   */
  @Override
  public void close() {
    alarms.shutdownNow();
    housekeeping.shutdownNow();
    background.shutdownNow();
    movers.shutdownNow();
    try {
      if (!housekeeping.awaitTermination(END_SECONDS, TimeUnit.SECONDS)
          || !background.awaitTermination(END_SECONDS, TimeUnit.SECONDS)
          || !movers.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
        throw new MallardException(ErrorCode.INTERNAL, "some statements did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
