package dev.mallard.engine.child;

import dev.mallard.duckdb.DuckEngine;
import dev.mallard.duckdb.DuckOptions;
import dev.mallard.query.SessionOptions;
import dev.mallard.query.SqlEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens and closes an engine of no tables in a process that waits to be wanted, so that its library
 * and its classes are there when it is.
 */
final class Warmup {
  private static final Logger LOG = LoggerFactory.getLogger(Warmup.class);

  /** What is wanted at once has no use for it. */
  private static final long AFTER_MILLIS = 1000;

  private Warmup() {}

  static void start(ChildEngine engine) {
    Thread thread = new Thread(() -> unlessOpened(engine), "warm-up");
    thread.setDaemon(true);
    thread.start();
  }

  private static void unlessOpened(ChildEngine engine) {
    CountDownLatch opened = engine.opened();
    try {
      if (!opened.await(AFTER_MILLIS, TimeUnit.MILLISECONDS)) {
        run(engine.allocator());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      LOG.debug("the warm-up failed", e);
    }
  }

  /** Makes a folder and deletes it. */
  static void run(BufferAllocator allocator) throws IOException {
    Path folder = Files.createTempDirectory("warm-up");
    DuckOptions options = new DuckOptions(null, folder, 64L << 20, 1, 0, false, false);
    try (SqlEngine engine = DuckEngine.open(options, new NoDatasets(folder), allocator)) {
      engine.connect(SessionOptions.NONE).close();
    }
  }
}
