package dev.mallard.cli.bench;

import dev.mallard.cli.io.Interrupts;
import dev.mallard.client.MallardClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;

/** Runs one operation many times from several connections, and measures each. */
final class Phase {
  /** What one operation moved. */
  record Moved(long bytes, long rows) {}

  /** One operation; what it throws counts as failed. */
  @FunctionalInterface
  interface Operation {
    Moved run(MallardClient client, int index) throws IOException;
  }

  private static final int MAX_ERRORS = 5;
  private static final Set<FlightStatusCode> REFUSALS =
      Set.of(FlightStatusCode.UNAUTHENTICATED, FlightStatusCode.UNAUTHORIZED);

  private final String name;
  private final MallardClient first;
  private final Interrupts interrupts;
  private final Set<String> errors = new LinkedHashSet<>();
  private final List<Double> latencies = new ArrayList<>();
  private long bytes;
  private long rows;
  private long failed;
  private long refused;

  Phase(String name, MallardClient first, Interrupts interrupts) {
    this.name = name;
    this.first = first;
    this.interrupts = interrupts;
  }

  /**
   * @param count operations of one round; rounds go on until {@code duration} is over
   */
  PhaseResult run(int clients, int count, Duration duration, Operation operation)
      throws IOException {
    AtomicInteger next = new AtomicInteger();
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      threads.add(new Thread(() -> work(next, count, end, operation), "bench-" + i));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      join(thread);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    double[] times = latencies.stream().mapToDouble(Double::doubleValue).toArray();
    return new PhaseResult(
        name, seconds, times.length, failed, refused, bytes, rows, times, List.copyOf(errors));
  }

  private void join(Thread thread) throws IOException {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void work(AtomicInteger next, int count, long end, Operation operation) {
    try (MallardClient client = first.another();
        Interrupts.Registration cancel = interrupts.onInterrupt(client::cancelAll)) {
      int index;
      while (!interrupts.isInterrupted()
          && ((index = next.getAndIncrement()) < count || System.nanoTime() < end)) {
        measure(client, index % count, operation);
      }
    }
  }

  private void measure(MallardClient client, int index, Operation operation) {
    long start = System.nanoTime();
    try {
      Moved moved = operation.run(client, index);
      add((System.nanoTime() - start) / 1e9, moved);
    } catch (IOException | RuntimeException e) {
      addError(e);
    }
  }

  private synchronized void add(double seconds, Moved moved) {
    latencies.add(seconds);
    bytes += moved.bytes();
    rows += moved.rows();
  }

  private synchronized void addError(Exception error) {
    failed++;
    if (error instanceof FlightRuntimeException flight
        && REFUSALS.contains(flight.status().code())) {
      refused++;
    }
    if (errors.size() < MAX_ERRORS) {
      errors.add(String.valueOf(error.getMessage()).lines().findFirst().orElse(""));
    }
  }
}
