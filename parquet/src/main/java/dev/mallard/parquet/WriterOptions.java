package dev.mallard.parquet;

import dev.mallard.parquet.internal.write.WriterSettings;

/**
 * How a Parquet file is cut and compressed. The defaults suit files that many threads will read:
 * row groups of 122,880 rows (or 64 MiB of Arrow), pages of 20,480 rows (or 1 MiB), ZSTD level 1.
 * Immutable.
 */
public final class WriterOptions {
  private static final WriterOptions DEFAULTS = new WriterOptions(WriterSettings.defaults());

  private final WriterSettings settings;

  private WriterOptions(WriterSettings settings) {
    this.settings = settings;
  }

  public static WriterOptions defaults() {
    return DEFAULTS;
  }

  /**
   * @param rows rows of a full row group
   * @param bytes bytes of Arrow at which a row group ends early
   */
  public WriterOptions withRowGroups(int rows, long bytes) {
    return new WriterOptions(settings.withRowGroups(rows, bytes));
  }

  /**
   * @param rows rows of a full data page
   * @param bytes bytes of values at which a data page ends early, and the largest dictionary page
   */
  public WriterOptions withPages(int rows, int bytes) {
    return new WriterOptions(settings.withPages(rows, bytes));
  }

  /**
   * @param level of ZSTD, 1 to 22, or 0 for no compression
   */
  public WriterOptions withZstdLevel(int level) {
    return new WriterOptions(settings.withZstdLevel(level));
  }

  WriterSettings settings() {
    return settings;
  }
}
