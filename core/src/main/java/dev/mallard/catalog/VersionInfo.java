package dev.mallard.catalog;

import java.time.Instant;

/**
 * A line of a dataset's history.
 *
 * @param current whether it is what the name means now
 * @param fileBytes what its file takes on disk
 */
public record VersionInfo(
    String version, boolean current, Instant modified, long rows, long fileBytes) {
  static VersionInfo of(Dataset dataset, boolean current) {
    return new VersionInfo(
        dataset.version(), current, dataset.modified(), dataset.rows(), dataset.fileBytes());
  }
}
