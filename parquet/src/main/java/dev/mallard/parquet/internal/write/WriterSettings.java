package dev.mallard.parquet.internal.write;

/**
 * How a Parquet file is cut and compressed. The defaults suit a server on which uploads must not
 * wait for the compressor and DuckDB reads what was written.
 *
 * @param rowGroupRows rows of a full row group; DuckDB's own number, so that one of its threads
 *     reads one group
 * @param rowGroupBytes Arrow bytes at which a row group ends early
 * @param pageRows rows of a full data page
 * @param pageBytes bytes of values at which a data page ends early, and the largest dictionary page
 * @param zstdLevel level of ZSTD, or 0 for no compression
 * @param workers how many threads of the executor may encode at once
 */
public record WriterSettings(
    int rowGroupRows, long rowGroupBytes, int pageRows, int pageBytes, int zstdLevel, int workers) {

  public WriterSettings {
    if (rowGroupRows < 1 || rowGroupBytes < 1 || pageRows < 1 || pageBytes < 1 || workers < 1) {
      throw new IllegalArgumentException("writer options: a size is below 1");
    }
    if (zstdLevel < 0 || zstdLevel > 22) {
      throw new IllegalArgumentException("zstdLevel: " + zstdLevel + " (expected: 0 to 22)");
    }
  }

  public static WriterSettings defaults() {
    return new WriterSettings(
        122_880, 64L << 20, 20_480, 1 << 20, 1, Runtime.getRuntime().availableProcessors());
  }

  public WriterSettings withRowGroups(int rows, long bytes) {
    return new WriterSettings(rows, bytes, pageRows, pageBytes, zstdLevel, workers);
  }

  public WriterSettings withPages(int rows, int bytes) {
    return new WriterSettings(rowGroupRows, rowGroupBytes, rows, bytes, zstdLevel, workers);
  }

  public WriterSettings withZstdLevel(int level) {
    return new WriterSettings(rowGroupRows, rowGroupBytes, pageRows, pageBytes, level, workers);
  }
}
