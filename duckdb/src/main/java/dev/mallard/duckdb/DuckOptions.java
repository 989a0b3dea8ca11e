package dev.mallard.duckdb;

import java.nio.file.Path;

/**
 * How DuckDB is set up.
 *
 * @param database the file of the server's own SQL tables; null keeps them in memory
 * @param work a folder of the engine's own, emptied at start: temporary files, links to datasets
 * @param limitBytes what the operator has set as SQL's memory limit
 * @param memoryBytes what of it is DuckDB's
 * @param threads that compute, of all statements together
 * @param temporaryBytes the most that may be on disk for statements that need more than memory
 * @param allowFileAccess whether users' SQL may read and write the server's files
 * @param readOnly whether tables may not be changed
 */
public record DuckOptions(
    @org.jspecify.annotations.Nullable Path database,
    Path work,
    long limitBytes,
    long memoryBytes,
    int threads,
    long temporaryBytes,
    boolean allowFileAccess,
    boolean readOnly) {
  /** That gives DuckDB all of the limit. */
  public DuckOptions(
      @org.jspecify.annotations.Nullable Path database,
      Path work,
      long memoryBytes,
      int threads,
      long temporaryBytes,
      boolean allowFileAccess,
      boolean readOnly) {
    this(
        database,
        work,
        memoryBytes,
        memoryBytes,
        threads,
        temporaryBytes,
        allowFileAccess,
        readOnly);
  }
}
