package dev.mallard.server;

import dev.mallard.server.security.ByteSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of {@code mallard serve} that are about SQL. */
final class SqlOptions {
  @Option(
      names = "--memory-limit",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      description = "Most memory that SQL may use (default: a quarter of this machine's).")
  @Nullable Long memoryLimit;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute, of all statements together (default: one a core).")
  @Nullable Integer threads;

  @Option(
      names = "--max-concurrent-queries",
      paramLabel = "N",
      description = "Statements that run at a time; more wait (default: one a core, at least 4).")
  @Nullable Integer concurrent;

  @Option(
      names = "--max-queued-queries",
      paramLabel = "N",
      defaultValue = "100",
      description =
          "Statements that may wait; more are told to try again (default: ${DEFAULT-VALUE}).")
  int queued = SqlConfig.DEFAULT_QUEUED;

  @Option(
      names = "--query-timeout",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description =
          "After this a statement is stopped, waiting and reading included; 0 for never (default: ${DEFAULT-VALUE}).")
  int timeoutSeconds;

  @Option(
      names = "--temp-limit",
      paramLabel = "SIZE",
      defaultValue = "64GiB",
      converter = ByteSize.class,
      description =
          "Most that statements may put on disk for lack of memory (default: ${DEFAULT-VALUE}).")
  long temporaryBytes = SqlConfig.DEFAULT_TEMPORARY_BYTES;

  @Option(
      names = "--allow-file-access",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description =
          "Let users' SQL read and write files of this machine (COPY, read_csv, ATTACH …). Dangerous.")
  boolean allowFileAccess;

  @Option(
      names = "--database",
      paramLabel = "FILE",
      description = "DuckDB file of the SQL tables (default: in the data folder, hidden).")
  @Nullable Path database;

  @Option(
      names = "--transaction-idle-timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description =
          "An abandoned transaction is rolled back after this (default: ${DEFAULT-VALUE}).")
  int transactionIdleSeconds = SqlConfig.DEFAULT_TRANSACTION_IDLE_SECONDS;

  @Option(
      names = "--stream-idle-timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "A result that nobody reads on for this long is kept on disk (--cache-size), or ends if there is no room (default: ${DEFAULT-VALUE}).")
  int streamIdleSeconds = SqlConfig.DEFAULT_STREAM_IDLE_SECONDS;

  @Option(
      names = "--session-idle-timeout",
      paramLabel = "SECONDS",
      defaultValue = "3600",
      description =
          "A session or prepared statement that is not used is forgotten after this (default: ${DEFAULT-VALUE}).")
  int sessionIdleSeconds = SqlConfig.DEFAULT_SESSION_IDLE_SECONDS;

  @Option(
      names = "--engine",
      paramLabel = "WHERE",
      defaultValue = "process",
      converter = EngineOption.class,
      description =
          "Where statements run: process (one of its own, which they may end without harm to the server)"
              + " or in-process (default: ${DEFAULT-VALUE}).")
  SqlConfig.Engine engine = SqlConfig.Engine.PROCESS;

  /** As the command line names it. */
  static final class EngineOption implements ITypeConverter<SqlConfig.Engine> {
    @Override
    public SqlConfig.Engine convert(String value) {
      return switch (value) {
        case "process" -> SqlConfig.Engine.PROCESS;
        case "in-process" -> SqlConfig.Engine.IN_PROCESS;
        default ->
            throw new TypeConversionException("'" + value + "' (expected: process or in-process)");
      };
    }
  }

  SqlConfig toConfig() {
    SqlConfig usual = SqlConfig.defaults();
    long memory = memoryLimit == null ? usual.memoryBytes() : memoryLimit;
    int threadCount = threads == null ? usual.threads() : threads;
    int concurrentCount = concurrent == null ? usual.concurrent() : concurrent;
    ServeOptions.require(memory >= 64L << 20, "--memory-limit", memory, "64MiB or more");
    ServeOptions.require(threadCount >= 1, "--threads", threadCount, "1 or more");
    ServeOptions.require(
        concurrentCount >= 1, "--max-concurrent-queries", concurrentCount, "1 or more");
    ServeOptions.require(queued >= 0, "--max-queued-queries", queued, "0 or more");
    ServeOptions.require(timeoutSeconds >= 0, "--query-timeout", timeoutSeconds, "0 or more");
    ServeOptions.require(
        transactionIdleSeconds >= 1,
        "--transaction-idle-timeout",
        transactionIdleSeconds,
        "1 or more");
    ServeOptions.require(
        streamIdleSeconds >= 1, "--stream-idle-timeout", streamIdleSeconds, "1 or more");
    ServeOptions.require(
        sessionIdleSeconds >= 1, "--session-idle-timeout", sessionIdleSeconds, "1 or more");
    return new SqlConfig(
        memory,
        threadCount,
        concurrentCount,
        queued,
        Duration.ofSeconds(timeoutSeconds),
        temporaryBytes,
        allowFileAccess,
        Optional.ofNullable(database),
        Duration.ofSeconds(transactionIdleSeconds),
        Duration.ofSeconds(streamIdleSeconds),
        Duration.ofSeconds(sessionIdleSeconds),
        engine);
  }
}
