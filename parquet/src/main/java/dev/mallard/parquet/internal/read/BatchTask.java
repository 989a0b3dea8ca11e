package dev.mallard.parquet.internal.read;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The decoding of one batch, column by column. Whoever has time takes the next column: threads of
 * the executor and the one that waits for the batch. It never waits for a column that nobody has
 * begun, so that a busy executor costs time but cannot block.
 */
final class BatchTask {
  /** Reads one column of the batch. */
  interface ColumnWork {
    LeafBatch read(int column) throws IOException;
  }

  private final int rows;
  private final int[] order;
  private final ColumnWork work;
  private final AtomicInteger next = new AtomicInteger();
  private final CountDownLatch unfinished;
  private final AtomicReferenceArray<@Nullable LeafBatch> results;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /**
   * @param order the columns, those that take longest first
   */
  BatchTask(int rows, int[] order, ColumnWork work) {
    this.rows = rows;
    this.order = order;
    this.work = work;
    this.unfinished = new CountDownLatch(order.length);
    this.results = new AtomicReferenceArray<>(order.length);
  }

  int rows() {
    return rows;
  }

  /** Lets up to {@code helpers} threads of the executor begin. */
  void start(Executor executor, int helpers) {
    for (int i = 0; i < Math.min(helpers, order.length); i++) {
      try {
        executor.execute(this::run);
      } catch (RejectedExecutionException e) {
        return;
      }
    }
  }

  private void run() {
    while (true) {
      int i = next.getAndIncrement();
      if (i >= order.length) {
        return;
      }
      try {
        if (failure.get() == null) {
          results.set(i, work.read(order[i]));
        }
      } catch (Throwable e) {
        // An Error too: it is thrown again by whoever waits for the batch.
        failure.compareAndSet(null, e);
      } finally {
        unfinished.countDown();
      }
    }
  }

  /** Helps until every column is read; by column. The caller closes them. */
  Map<Integer, LeafBatch> await() throws IOException {
    run();
    awaitOthers();
    Throwable failed = failure.get();
    Map<Integer, LeafBatch> batches = takeResults();
    if (failed == null) {
      return batches;
    }
    batches.values().forEach(LeafBatch::close);
    if (failed instanceof IOException e) {
      throw e;
    }
    if (failed instanceof RuntimeException e) {
      throw e;
    }
    if (failed instanceof Error e) {
      throw e;
    }
    throw new IllegalStateException(failed);
  }

  /** Drops the batch; columns that nobody has begun are not read. */
  void cancel() {
    failure.compareAndSet(null, new IllegalStateException("cancelled"));
    run();
    awaitOthers();
    takeResults().values().forEach(LeafBatch::close);
  }

  private void awaitOthers() {
    boolean interrupted = false;
    while (true) {
      try {
        unfinished.await();
        break;
      } catch (InterruptedException e) {
        // Others still write to memory that we are about to free.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<Integer, LeafBatch> takeResults() {
    Map<Integer, LeafBatch> taken = new HashMap<>();
    for (int i = 0; i < order.length; i++) {
      LeafBatch batch = results.getAndSet(i, null);
      if (batch != null) {
        taken.put(order[i], batch);
      }
    }
    return taken;
  }
}
