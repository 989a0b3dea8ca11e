package dev.mallard.duckdb;

import java.nio.file.Path;

/**
 * How DuckDB is set up.
 *
 * @param database the file of the server's own SQL tables; null keeps them in memory
 * @param work a folder of the engine's own, emptied at start: temporary files, links to datasets
 * @param memoryBytes DuckDB's memory limit
 * @param threads that compute, of all statements together
 * @param temporaryBytes the most that may be on disk for statements that need more than memory
 * @param allowFileAccess whether users' SQL may read and write the server's files
 * @param readOnly whether tables may not be changed
 */
public record DuckOptions(
    @org.jspecify.annotations.Nullable Path database,
    Path work,
    long memoryBytes,
    int threads,
    long temporaryBytes,
    boolean allowFileAccess,
    boolean readOnly) {}
