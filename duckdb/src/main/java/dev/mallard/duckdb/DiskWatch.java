package dev.mallard.duckdb;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Stops statements that write into the tables' file before the disk is full: what DuckDB has
 * written for a statement that is interrupted it can give back, what it has written for one that
 * met the end of the disk it keeps until it is opened anew. And datasets are still to be uploaded.
 * Thread-safe.
 */
final class DiskWatch implements AutoCloseable {
  /** As of an error of DuckDB's own. */
  static final String FULL = "IO Error: No space left on device";

  private static final long LOOK_MILLIS = 50;
  private static final long KEEP_FREE_BYTES = 256 << 20;

  private final LongSupplier usable;
  private final long keepFree;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(DiskWatch::thread);
  private final Set<Watched> writing = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean isLooking = new AtomicBoolean();

  /**
   * @param keepFree bytes
   */
  DiskWatch(LongSupplier usable, long keepFree) {
    this.usable = usable;
    this.keepFree = keepFree;
  }

  /** Of the disk that a folder is on. */
  static DiskWatch of(Path folder) {
    long keepFree = Math.min(KEEP_FREE_BYTES, folder.toFile().getTotalSpace() / 10);
    return new DiskWatch(() -> folder.toFile().getUsableSpace(), keepFree);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "mallard-disk-watch");
    thread.setDaemon(true);
    return thread;
  }

  /** What is written while it is watched. */
  interface Writing<T> {
    T run() throws SQLException;
  }

  private static final class Watched {
    private final Runnable interrupt;
    private volatile boolean isStopped;

    Watched(Runnable interrupt) {
      this.interrupt = interrupt;
    }
  }

  /**
   * Runs something that may write much.
   *
   * @param interrupt stops it; may be called more than once, and not after it has ended
   * @throws SQLException that begins with {@link #FULL} if it was stopped
   */
  <T> T watched(Runnable interrupt, Writing<T> work) throws SQLException {
    Watched watched = new Watched(interrupt);
    writing.add(watched);
    lookSoon();
    try {
      return work.run();
    } catch (SQLException e) {
      throw watched.isStopped ? new SQLException(FULL, e) : e;
    } finally {
      synchronized (watched) {
        writing.remove(watched);
      }
    }
  }

  private void lookSoon() {
    if (isLooking.compareAndSet(false, true)) {
      try {
        timer.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        isLooking.set(false); // The engine is being closed.
      }
    }
  }

  private void look() {
    isLooking.set(false);
    if (writing.isEmpty()) {
      return;
    }
    if (usable.getAsLong() < keepFree) {
      writing.forEach(this::stop);
    }
    lookSoon();
  }

  private void stop(Watched watched) {
    synchronized (watched) {
      if (writing.contains(watched)) {
        watched.isStopped = true;
        watched.interrupt.run();
      }
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
