package dev.mallard.engine.process;

import java.util.List;

/**
 * How the memory of a process of the engine is shared out, in bytes.
 *
 * @param total the most that it is to use
 * @param databaseBytes what DuckDB is told that it has
 * @param dataBytes the most private memory that the kernel lets it have, threads' stacks included;
 *     0 for no limit
 */
public record EngineBudget(long total, long databaseBytes, long dataBytes) {
  private static final long MIB = 1L << 20;

  /** For jemalloc: what is free goes back to the kernel at once, also as room for addresses. */
  static final String MALLOC = "retain:false,dirty_decay_ms:0,muzzy_decay_ms:0";

  /** Java's heap: messages on the wire, names, what is known of datasets. */
  private static final long HEAP = 64 * MIB;

  /** What the process has before it has done anything: the JVM, DuckDB's own. */
  private static final long BASE = 160 * MIB;

  /** What the kernel counts and nobody uses: stacks of threads, what is mapped to be copied. */
  private static final long UNUSED = 256 * MIB;

  public static EngineBudget of(long total) {
    long database = Math.max(total - BASE, total / 2);
    return new EngineBudget(total, database, total + total / 5 + UNUSED);
  }

  /** Of the JVM. */
  List<String> flags() {
    return List.of(
        "-Xms" + HEAP / MIB + "m",
        "-Xmx" + HEAP / MIB + "m",
        "-XX:ReservedCodeCacheSize=32m",
        "-XX:CICompilerCount=2");
  }
}
