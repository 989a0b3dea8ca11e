package dev.mallard.server;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How SQL runs.
 *
 * @param memoryBytes the engine's memory limit
 * @param threads that compute, of all statements together
 * @param concurrent statements that run at a time
 * @param queued statements that may wait for their turn
 * @param timeout of a statement; zero for none
 * @param temporaryBytes the most that statements may put on disk for lack of memory
 * @param allowFileAccess whether users' SQL may read and write the server's files
 * @param database the file of SQL tables; empty puts it into the data folder, hidden
 * @param transactionIdle after which an abandoned transaction is rolled back
 * @param streamIdle after which a result that nobody reads is moved out of the engine's way
 * @param sessionIdle after which a session or a prepared statement is forgotten
 * @param engine where statements run
 */
public record SqlConfig(
    long memoryBytes,
    int threads,
    int concurrent,
    int queued,
    Duration timeout,
    long temporaryBytes,
    boolean allowFileAccess,
    Optional<Path> database,
    Duration transactionIdle,
    Duration streamIdle,
    Duration sessionIdle,
    Engine engine) {
  /** Where statements run. */
  public enum Engine {
    /** In a process that they may end without harm to the server. */
    PROCESS,
    /** In the server's own. */
    IN_PROCESS
  }

  static final int DEFAULT_QUEUED = 100;
  static final long DEFAULT_TEMPORARY_BYTES = 64L << 30;
  static final int DEFAULT_TRANSACTION_IDLE_SECONDS = 300;
  static final int DEFAULT_STREAM_IDLE_SECONDS = 60;
  static final int DEFAULT_SESSION_IDLE_SECONDS = 3600;

  /** The same, with statements running elsewhere. */
  SqlConfig on(Engine other) {
    return new SqlConfig(
        memoryBytes,
        threads,
        concurrent,
        queued,
        timeout,
        temporaryBytes,
        allowFileAccess,
        database,
        transactionIdle,
        streamIdle,
        sessionIdle,
        other);
  }

  /** The defaults, by this machine's size. */
  public static SqlConfig defaults() {
    return new SqlConfig(
        defaultMemoryBytes(),
        Runtime.getRuntime().availableProcessors(),
        defaultConcurrent(),
        DEFAULT_QUEUED,
        Duration.ZERO,
        DEFAULT_TEMPORARY_BYTES,
        false,
        Optional.empty(),
        Duration.ofSeconds(DEFAULT_TRANSACTION_IDLE_SECONDS),
        Duration.ofSeconds(DEFAULT_STREAM_IDLE_SECONDS),
        Duration.ofSeconds(DEFAULT_SESSION_IDLE_SECONDS),
        Engine.PROCESS);
  }

  /** What the heap, Arrow's memory and the page cache leave: a quarter of what there is. */
  static long defaultMemoryBytes() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return Math.max(256L << 20, system.getTotalMemorySize() / 4);
  }

  static int defaultConcurrent() {
    return Math.max(4, Runtime.getRuntime().availableProcessors());
  }
}
