package dev.mallard.server;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Thread pools. Idle threads go away. */
final class Workers {
  /** Calls that work at a time; a stalled reader or an idle upload takes no thread. */
  static final int CALLS = 64;

  private static final int IDLE_SECONDS = 30;

  private Workers() {}

  /**
   * A pool that wakes the thread that worked last: a stream that goes on after a pause finds its
   * buffers still in the core's cache. A ThreadPoolExecutor goes round all its threads, which made
   * reads four times as expensive.
   */
  static ExecutorService pool(String name, int threads) {
    AtomicInteger count = new AtomicInteger();
    ForkJoinPool.ForkJoinWorkerThreadFactory factory =
        pool -> {
          ForkJoinWorkerThread thread =
              ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
          thread.setName(name + "-" + count.incrementAndGet());
          return thread;
        };
    boolean firstComeFirstServed = true;
    return new ForkJoinPool(
        threads,
        factory,
        null,
        firstComeFirstServed,
        0,
        threads,
        1,
        null,
        IDLE_SECONDS,
        TimeUnit.SECONDS);
  }

  /** As many threads as there is work: for work that waits more than it computes. */
  static ExecutorService unbounded(String name) {
    return Executors.newCachedThreadPool(named(name));
  }

  static ThreadFactory named(String name) {
    AtomicInteger count = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(work, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  static void shutDown(ExecutorService pool) {
    pool.shutdownNow();
    try {
      pool.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
