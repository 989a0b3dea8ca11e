package dev.mallard.engine.process;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks how much memory a process uses, again and again: first it is told to those who know what
 * runs there, then the process is killed. Ends with the process.
 */
final class MemoryWatch implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryWatch.class);

  private final EngineProcess process;
  private final EngineActivation activation;
  private final EngineBudget budget;

  private MemoryWatch(EngineProcess process, EngineActivation activation, EngineBudget budget) {
    this.process = process;
    this.activation = activation;
    this.budget = budget;
  }

  /** On a thread of its own. */
  static void start(EngineProcess process, EngineActivation activation, EngineBudget budget) {
    Thread thread =
        new Thread(
            new MemoryWatch(process, activation, budget), "engine-" + process.pid() + "-memory");
    thread.setDaemon(true);
    // It has next to nothing to do, and that is urgent.
    thread.setPriority(Thread.MAX_PRIORITY);
    thread.start();
  }

  @Override
  public void run() {
    try (ResidentMemory memory = new ResidentMemory(process.pid())) {
      watch(memory);
    } catch (IOException e) {
      if (process.isAlive()) {
        LOG.warn("the engine's memory cannot be watched here: {}", e.getMessage());
      }
    } catch (InterruptedException e) {
      LOG.debug("the engine's memory is watched no more");
    }
  }

  private void watch(ResidentMemory memory) throws IOException, InterruptedException {
    MemoryPolicy policy = new MemoryPolicy(budget);
    while (process.isAlive()) {
      OptionalLong bytes = memory.bytes();
      if (bytes.isEmpty()) {
        return;
      }
      MemoryPolicy.Look look = policy.look(bytes.getAsLong(), System.nanoTime());
      switch (look.verdict()) {
        case FINE -> {}
        case SHORT -> activation.memoryIsShort(process);
        case OVER -> process.kill(EngineEnd.Cause.MEMORY, explain(bytes.getAsLong()));
      }
      pause(look.next());
    }
  }

  private String explain(long bytes) {
    return String.format(
        Locale.ROOT,
        "it used %d MiB of memory, of %d MiB that it may",
        bytes >> 20,
        budget.total() >> 20);
  }

  private static void pause(Duration time) throws InterruptedException {
    java.util.concurrent.TimeUnit.NANOSECONDS.sleep(time.toNanos());
  }
}
