package dev.mallard.cli.consume;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.Sizes;
import dev.mallard.cli.output.TextTable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.memory.BufferAllocator;

/** The two ways to go through a dataset. Lines and results go to standard output. */
public final class Consumption {
  /** Where there is nothing to measure. */
  private static final String NOTHING = "-";

  private final Console console;
  private final BatchStream rows;
  private final Computation computation;

  /**
   * @param rows stays the caller's
   * @param passes how many times each batch is gone through
   * @param workers threads that compute
   */
  public Consumption(
      Console console, BatchStream rows, int passes, int workers, BufferAllocator allocator) {
    this.console = console;
    this.rows = rows;
    this.computation = new Computation(rows.schema(), passes, workers, allocator);
  }

  /** One after the other: get a batch, compute, log; with a pause after some of them. */
  public void sequential(int pauseEvery, Duration pause) throws IOException {
    long start = System.nanoTime();
    long bytes = 0;
    try (computation) {
      long batches = 0;
      IpcMessage next;
      while ((next = rows.next()) != null) {
        String line;
        try (IpcMessage message = next) {
          bytes += message.encodedBytes();
          line = computation.add(message);
        }
        if (line != null) {
          console.text().println(line);
          batches++;
          if (pauseEvery > 0 && batches % pauseEvery == 0) {
            console.err().println("pausing for " + pause.toMillis() + " ms");
            pause(pause);
          }
        }
      }
      finish("sequential", bytes, start);
    }
  }

  /** Waits, unless Ctrl-C comes. */
  private static void pause(Duration pause) throws IOException {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** All at the same time, in three stages; says what overlapped. */
  public void pipeline(int queueCapacity) throws IOException {
    long start = System.nanoTime();
    try (computation) {
      Pipeline pipeline = new Pipeline(rows, computation, console.text()::println, queueCapacity);
      try {
        pipeline.run();
      } finally {
        report(pipeline, (System.nanoTime() - start) / 1e9);
      }
      finish("pipeline", pipeline.stages().get(0).bytes(), start);
    }
  }

  private void report(Pipeline pipeline, double seconds) {
    TextTable table =
        new TextTable(
            List.of(
                TextTable.Column.text("STAGE"),
                TextTable.Column.number("BATCHES"),
                TextTable.Column.number("RATE"),
                TextTable.Column.number("BUSY"),
                TextTable.Column.number("WAITED FOR INPUT"),
                TextTable.Column.number("WAITED FOR ROOM"),
                TextTable.Column.text("QUEUE BEFORE IT (MEAN, MOST, ROOM)")));
    double busy = 0;
    for (StageMeter stage : pipeline.stages()) {
      busy += stage.busySeconds().orElse(0);
      table.add(
          stage.name(),
          Sizes.count(stage.items()),
          stage.rate().isPresent() ? Sizes.bytes(stage.rate().getAsDouble()) + "/s" : NOTHING,
          stage.busySeconds().isPresent() ? seconds(stage.busySeconds().getAsDouble()) : NOTHING,
          seconds(stage.inputSeconds()),
          seconds(stage.outputSeconds()),
          queue(pipeline, stage));
    }
    table.plain().forEach(console.err()::println);
    console
        .err()
        .println(
            "compute and sink were busy for "
                + seconds(busy)
                + " in "
                + seconds(seconds)
                + ": "
                + String.format(Locale.ROOT, "%.2f", busy / Math.max(1e-9, seconds))
                + " at a time");
  }

  private static String queue(Pipeline pipeline, StageMeter stage) {
    if (stage == pipeline.stages().get(0)) {
      return "";
    }
    MeteredQueue<?> queue =
        stage == pipeline.stages().get(1) ? pipeline.fetchedQueue() : pipeline.computedQueue();
    return String.format(
        Locale.ROOT, "%.1f, %d, %d", queue.meanDepth(), queue.deepest(), queue.capacity());
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.3f s", seconds);
  }

  private void finish(String mode, long bytes, long start) {
    computation.summary().forEach(console.text()::println);
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    console
        .err()
        .println(
            mode
                + ": "
                + Sizes.count(computation.rows(), "row")
                + ", "
                + Sizes.bytes(bytes)
                + " in "
                + Sizes.time(time)
                + " ("
                + Sizes.bytes(bytes / Math.max(1e-9, time.toNanos() / 1e9))
                + "/s)");
  }
}
