package dev.mallard.signin.openid;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where tokens are verified and keys are read: few threads, and queues that have an end, so that a
 * flood of tokens takes neither the cores nor the memory of those who are in. Thread-safe.
 */
final class OpenIdThreads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenIdThreads.class);

  private static final int CHECKERS = 2;
  private static final int MAX_WAITING = 512;
  private static final int MAX_WAITING_FOR_KEYS = 512;
  private static final int IDLE_SECONDS = 30;

  private final ThreadPoolExecutor checkers;
  private final ScheduledExecutorService reader;
  private final Semaphore waitingForKeys = new Semaphore(MAX_WAITING_FOR_KEYS);

  OpenIdThreads() {
    this.checkers =
        new ThreadPoolExecutor(
            CHECKERS,
            CHECKERS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            work -> daemon(work, "mallard-openid-check"));
    checkers.allowCoreThreadTimeOut(true);
    this.reader =
        Executors.newSingleThreadScheduledExecutor(work -> daemon(work, "mallard-openid-keys"));
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  void everySecond(Runnable work) {
    Runnable safely =
        () -> {
          try {
            work.run();
          } catch (RuntimeException e) {
            LOG.error("while looking at the OpenID keys", e);
          }
        };
    reader.scheduleWithFixedDelay(safely, 0, 1, TimeUnit.SECONDS);
  }

  Executor reader() {
    return reader;
  }

  /** Waits until all keys that were asked for have been read; for tests. */
  void awaitReader() {
    CompletableFuture.runAsync(() -> {}, reader).join();
  }

  /** Fails with RESOURCE_EXHAUSTED if too many wait already. */
  <T> CompletionStage<T> check(Supplier<T> work) {
    try {
      return CompletableFuture.supplyAsync(work, checkers);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(tooMany());
    }
  }

  /** As {@link #check}, when the keys have been read. */
  <T> CompletionStage<T> afterReading(
      CompletableFuture<?> reading, Supplier<CompletionStage<T>> work) {
    if (!waitingForKeys.tryAcquire()) {
      throw tooMany();
    }
    return reading
        .thenCompose(
            keys -> {
              waitingForKeys.release();
              return check(work);
            })
        .thenCompose(stage -> stage);
  }

  private static MallardException tooMany() {
    return new MallardException(
        ErrorCode.RESOURCE_EXHAUSTED,
        "not signed in: too many tokens are being verified now; try again");
  }

  @Override
  public void close() {
    reader.shutdownNow();
    checkers.shutdownNow();
    try {
      reader.awaitTermination(10, TimeUnit.SECONDS);
      checkers.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
