package dev.mallard.signin.own;

import dev.mallard.error.MallardException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Checks passwords one at a time, on a thread of its own, so that a flood of them takes neither the
 * memory nor the cores of those who work. As many may wait, and not all from one address.
 * Thread-safe.
 */
final class PasswordQueue implements AutoCloseable {
  private static final int MAX_WAITING = 256;
  private static final int MAX_WAITING_PER_ADDRESS = 128;
  private static final int IDLE_SECONDS = 30;

  private final ThreadPoolExecutor pool;
  private final Map<String, Integer> waiting = new ConcurrentHashMap<>();

  PasswordQueue() {
    pool =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            work -> {
              Thread thread = new Thread(work, "mallard-sign-in");
              thread.setDaemon(true);
              thread.setPriority(Thread.MIN_PRIORITY);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
  }

  /**
   * @throws MallardException RESOURCE_EXHAUSTED if too many wait
   */
  void add(String address, Runnable check) {
    if (waiting.merge(address, 1, Integer::sum) > MAX_WAITING_PER_ADDRESS) {
      leave(address);
      throw Refusal.tooManyAtOnce();
    }
    try {
      pool.execute(
          () -> {
            leave(address);
            check.run();
          });
    } catch (RejectedExecutionException e) {
      leave(address);
      throw Refusal.tooManyAtOnce();
    }
  }

  private void leave(String address) {
    waiting.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
  }

  /** For tests and metrics. */
  int waiting() {
    return waiting.values().stream().mapToInt(Integer::intValue).sum();
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
