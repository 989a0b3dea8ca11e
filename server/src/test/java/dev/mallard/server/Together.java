package dev.mallard.server;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Runs things at the same time, in a thread each, and throws what the first of them threw. */
final class Together {
  private final List<Step> steps = new ArrayList<>();

  interface Step {
    void run() throws Exception;
  }

  Together add(Step step) {
    steps.add(step);
    return this;
  }

  Together add(int times, Step step) {
    for (int i = 0; i < times; i++) {
      add(step);
    }
    return this;
  }

  void run() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(steps.size());
    try {
      CyclicBarrier start = new CyclicBarrier(steps.size());
      List<Future<?>> running = new ArrayList<>();
      for (Step step : steps) {
        running.add(
            threads.submit(
                () -> {
                  start.await();
                  step.run();
                  return null;
                }));
      }
      for (Future<?> future : running) {
        future.get(120, TimeUnit.SECONDS);
      }
    } catch (ExecutionException e) {
      throw new AssertionError("one of those that ran together failed", e.getCause());
    } finally {
      threads.shutdownNow();
      threads.awaitTermination(20, TimeUnit.SECONDS);
    }
  }
}
