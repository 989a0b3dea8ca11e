package dev.mallard.links;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Cancellation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Work that many want and that is done once for all of them, on a thread of its own: it goes on for
 * as long as somebody waits for it. What has failed, or was stopped, is begun anew for the next who
 * comes. Thread-safe.
 */
final class SharedWork {
  /** What is done. */
  interface Task {
    /**
     * @param stopped whether nobody wants it any more
     */
    void run(BooleanSupplier stopped);
  }

  private final Executor threads;
  private final Task task;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private @Nullable Run current;

  SharedWork(Executor threads, Task task) {
    this.threads = threads;
    this.task = task;
  }

  private static final class Run {
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private volatile boolean stopped;

    /** Guarded by the work's lock. */
    private int waiting;
  }

  /**
   * Returns once the work has been done.
   *
   * @param cancellation ends the wait at once
   * @throws MallardException the reason of the cancellation, or what the work failed with
   */
  void await(Cancellation cancellation) {
    Run run = join();
    CompletableFuture<Void> mine = new CompletableFuture<>();
    run.done.whenComplete((nothing, error) -> complete(mine, error));
    try (Cancellation.Registration wake = cancellation.onCancel(() -> mine.complete(null))) {
      mine.join();
      if (!run.done.isDone()) {
        cancellation.check();
      }
      run.done.join();
    } catch (CompletionException e) {
      throw own(e.getCause());
    } finally {
      leave(run);
    }
  }

  private static void complete(CompletableFuture<Void> future, @Nullable Throwable error) {
    if (error == null) {
      future.complete(null);
    } else {
      future.completeExceptionally(error);
    }
  }

  /** Each who waits gets an exception with a stack of its own. */
  private static RuntimeException own(@Nullable Throwable error) {
    return error instanceof MallardException known
        ? new MallardException(known.code(), String.valueOf(known.getMessage()), known)
        : new IllegalStateException("work that others had begun has failed", error);
  }

  private Run join() {
    lock.lock();
    try {
      Run run = current;
      if (run == null || run.done.isDone()) {
        run = new Run();
        current = run;
        begin(run);
      }
      run.waiting++;
      return run;
    } finally {
      lock.unlock();
    }
  }

  private void begin(Run run) {
    try {
      threads.execute(
          () -> {
            try {
              task.run(() -> run.stopped);
              run.done.complete(null);
            } catch (Throwable e) {
              run.done.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      run.done.completeExceptionally(
          new MallardException(ErrorCode.UNAVAILABLE, "the server is shutting down", e));
    }
  }

  private void leave(Run run) {
    lock.lock();
    try {
      if (--run.waiting == 0 && !run.done.isDone()) {
        run.stopped = true;
        if (current == run) {
          current = null;
        }
      }
    } finally {
      lock.unlock();
    }
  }
}
