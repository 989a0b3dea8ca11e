package dev.mallard.engine.process;

import java.util.List;

/**
 * How the memory of a process of the engine is shared out, in bytes.
 *
 * @param total the most that it is to use: resident, but for files that are mapped
 * @param databaseBytes what DuckDB is told that it has
 * @param dataBytes the most private memory that the kernel lets it map, used or not, so that an
 *     allocation fails before there is much more than {@code total}; 0 for no limit
 */
public record EngineBudget(long total, long databaseBytes, long dataBytes) {
  private static final long MIB = 1L << 20;

  /**
   * For jemalloc: what it gives back goes back to the kernel as room for addresses, too. What it
   * kept would count as the engine's.
   */
  static final String MALLOC = "retain:false";

  /** Java's heap: messages on the wire, names, what is known of datasets. */
  private static final long HEAP = 64 * MIB;

  /**
   * What a process uses besides what DuckDB counts. Measured: 40 MiB at its start; sorts, joins and
   * aggregates that spill reach DuckDB's limit and 90 MiB.
   */
  private static final long UNCOUNTED = 160 * MIB;

  /** What is mapped and not used: stacks of threads, Java's heap, its code. Measured: 180 MiB. */
  private static final long UNUSED = 256 * MIB;

  /**
   * @param wanted less than twice what the process itself uses is half DuckDB's, and the process's
   *     own comes on top
   */
  public static EngineBudget of(long wanted) {
    long database = Math.max(wanted - UNCOUNTED, wanted / 2);
    long total = Math.max(wanted, database + UNCOUNTED);
    return new EngineBudget(total, database, total + total / 10 + UNUSED);
  }

  /** Above this it is killed. */
  long mostBytes() {
    return total + total / 8;
  }

  /** Of the JVM. */
  List<String> flags() {
    return List.of(
        "-Xms" + HEAP / MIB + "m", "-Xmx" + HEAP / MIB + "m", "-XX:ReservedCodeCacheSize=48m");
  }
}
