package dev.mallard.cli.consume;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.Closer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Three threads, two bounded queues: the network gets batches, computing goes through them, the
 * sink logs. A stage that fails stops the others, and its error is the pipeline's.
 *
 * <pre>
 * network ──[queue]──► compute ──[queue]──► sink
 * </pre>
 */
final class Pipeline {
  private final BatchStream source;
  private final Computation computation;
  private final Consumer<String> sink;
  private final MeteredQueue<Optional<IpcMessage>> fetched;
  private final MeteredQueue<Optional<String>> computed;
  private final StageMeter network = new StageMeter("network", false);
  private final StageMeter compute = new StageMeter("compute", true);
  private final StageMeter logging = new StageMeter("sink", true);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /**
   * @param source stays the caller's
   */
  Pipeline(BatchStream source, Computation computation, Consumer<String> sink, int queueCapacity) {
    this.source = source;
    this.computation = computation;
    this.sink = sink;
    this.fetched = new MeteredQueue<>(queueCapacity);
    this.computed = new MeteredQueue<>(queueCapacity);
  }

  List<StageMeter> stages() {
    return List.of(network, compute, logging);
  }

  /** Before the compute stage. */
  MeteredQueue<?> fetchedQueue() {
    return fetched;
  }

  /** Before the sink. */
  MeteredQueue<?> computedQueue() {
    return computed;
  }

  /** What a stage does until it is at its end. */
  @FunctionalInterface
  private interface Stage {
    void run() throws IOException, InterruptedException;
  }

  /** Runs all of it, and waits for the end of all three threads. */
  void run() throws IOException {
    List<Thread> threads =
        List.of(
            thread(network, this::fetch),
            thread(compute, this::compute),
            thread(logging, this::log));
    threads.forEach(Thread::start);
    awaitAll(threads);
    closeLeftovers();
    Throwable error = failure.get();
    if (error instanceof IOException io) {
      throw io;
    }
    if (error instanceof RuntimeException runtime) {
      throw runtime;
    }
    if (error != null) {
      throw new IOException("a stage failed: " + error, error);
    }
  }

  private Thread thread(StageMeter meter, Stage stage) {
    return new Thread(
        () -> {
          try {
            stage.run();
          } catch (InterruptedException e) {
            // Another stage has failed, or the person has had enough.
            Thread.currentThread().interrupt();
          } catch (Throwable e) {
            // An Error too: the other stages must not wait for this one.
            failure.compareAndSet(null, e);
          }
        },
        "consume-" + meter.name());
  }

  private void awaitAll(List<Thread> threads) throws IOException {
    boolean stopped = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join(20);
        } catch (InterruptedException e) {
          failure.compareAndSet(null, new IOException("interrupted", e));
        }
        if (failure.get() != null && !stopped) {
          stopped = true;
          threads.forEach(Thread::interrupt);
        }
      }
    }
  }

  private void fetch() throws IOException, InterruptedException {
    IpcMessage message;
    while ((message = arrived()) != null) {
      network.passed(message.encodedBytes());
      putOrClose(message);
    }
    fetched.put(Optional.empty(), network);
  }

  /** Batches come while nobody asks; what is measured is how long there was none. */
  private @Nullable IpcMessage arrived() throws IOException {
    long start = System.nanoTime();
    try {
      return source.next();
    } finally {
      network.waitedForInput(System.nanoTime() - start);
    }
  }

  private void putOrClose(IpcMessage message) throws InterruptedException {
    try {
      fetched.put(Optional.of(message), network);
    } catch (Throwable e) {
      Closer.closeAfter(e, message);
      throw e;
    }
  }

  private void compute() throws IOException, InterruptedException {
    Optional<IpcMessage> next;
    while ((next = fetched.take(compute)).isPresent()) {
      try (IpcMessage message = next.get()) {
        long start = System.nanoTime();
        String line = computation.add(message);
        compute.worked(System.nanoTime() - start, message.encodedBytes());
        if (line != null) {
          computed.put(Optional.of(line), compute);
        }
      }
    }
    computed.put(Optional.empty(), compute);
  }

  private void log() throws InterruptedException {
    Optional<String> next;
    while ((next = computed.take(logging)).isPresent()) {
      long start = System.nanoTime();
      sink.accept(next.get());
      logging.worked(System.nanoTime() - start, next.get().length());
    }
  }

  private void closeLeftovers() {
    Optional<IpcMessage> left;
    while ((left = fetched.poll()) != null) {
      left.ifPresent(IpcMessage::close);
    }
  }
}
