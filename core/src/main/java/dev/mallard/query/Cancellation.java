package dev.mallard.query;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Tells work under way that nobody wants its result any more: the client went away or asked for it,
 * or time is up. Whoever may block registers what wakes it. Thread-safe.
 */
public final class Cancellation {
  private static final Executor AGAIN =
      CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);

  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private final List<Registration> registrations = new ArrayList<>();

  /** Read without the lock: whoever waits for something else may look. */
  private volatile @Nullable MallardException reason;

  /**
   * What is done on cancel, again and again until it is closed: what is to be stopped may only be
   * about to begin, and would not notice.
   */
  public final class Registration implements AutoCloseable {
    private final Runnable action;

    private Registration(Runnable action) {
      this.action = action;
    }

    /** Under the lock. */
    private void run() {
      action.run();
      AGAIN.execute(this::runAgain);
    }

    private void runAgain() {
      lock.lock();
      try {
        if (registrations.contains(this)) {
          run();
        }
      } finally {
        lock.unlock();
      }
    }

    /** From here on the action is not begun; waits for one that has begun. */
    @Override
    public void close() {
      lock.lock();
      try {
        registrations.remove(this);
      } finally {
        lock.unlock();
      }
    }
  }

  /** The client's wish; again does nothing. */
  public void cancel() {
    cancel(new MallardException(ErrorCode.CANCELLED, "the statement was cancelled"));
  }

  /**
   * @param why is what the work fails with
   */
  public void cancel(MallardException why) {
    lock.lock();
    try {
      if (reason != null) {
        return;
      }
      reason = why;
      for (Registration registration : List.copyOf(registrations)) {
        registration.run();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * @param action is short, and may be done again; it runs at once if it is too late already, and
   *     never after its registration is closed
   */
  public Registration onCancel(Runnable action) {
    Registration registration = new Registration(action);
    lock.lock();
    try {
      registrations.add(registration);
      if (reason != null) {
        registration.run();
      }
    } finally {
      lock.unlock();
    }
    return registration;
  }

  /** Why it was cancelled, or null. */
  public @Nullable MallardException reason() {
    return reason;
  }

  /**
   * @throws MallardException the reason, if there is one
   */
  public void check() {
    MallardException why = reason();
    if (why != null) {
      throw why;
    }
  }
}
