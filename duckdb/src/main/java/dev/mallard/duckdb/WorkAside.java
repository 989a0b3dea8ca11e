package dev.mallard.duckdb;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One piece of work at a time on a thread beside that of whoever has it done, who waits for it
 * before the next, and before it is over. What that finds is what the other has left.
 */
final class WorkAside {
  private static final Logger LOG = LoggerFactory.getLogger(WorkAside.class);

  private final String name;
  private final StatementStack stack;
  private @Nullable FutureTask<Boolean> underWay;

  /**
   * @param name of the thread
   * @param stack what statements need of it
   */
  WorkAside(String name, StatementStack stack) {
    this.name = name;
    this.stack = stack;
  }

  /** Begins work, after the last was waited for. Where there is no thread for it, does it here. */
  void begin(Runnable work) {
    FutureTask<Boolean> task = new FutureTask<>(work, true);
    underWay = task;
    Thread thread = new Thread(null, task, name, stack.bytes());
    thread.setDaemon(true);
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      task.run();
    }
  }

  /** Waits for the last work, also if this thread is interrupted, and fails as that did. */
  void await() {
    FutureTask<Boolean> last = underWay;
    underWay = null;
    boolean isInterrupted = false;
    while (last != null) {
      try {
        last.get();
        last = null;
      } catch (InterruptedException e) {
        isInterrupted = true;
      } catch (ExecutionException e) {
        restore(isInterrupted);
        throw unchecked(e.getCause());
      }
    }
    restore(isInterrupted);
  }

  private static void restore(boolean interrupt) {
    if (interrupt) {
      Thread.currentThread().interrupt();
    }
  }

  private static RuntimeException unchecked(@Nullable Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
  }

  /** As {@link #await}, where nobody wants to know how it went. */
  void awaitWhateverComes() {
    try {
      await();
    } catch (RuntimeException e) {
      LOG.debug("work that was given up failed", e);
    }
  }
}
