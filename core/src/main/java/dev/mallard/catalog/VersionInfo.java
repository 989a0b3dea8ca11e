package dev.mallard.catalog;

import dev.mallard.store.FileVersion;
import java.time.Instant;

/**
 * A line of a dataset's history.
 *
 * @param current whether it is what the name means now
 * @param rows −1 if its file cannot be read
 * @param fileBytes what its file takes on disk
 */
public record VersionInfo(
    String version, boolean current, Instant modified, long rows, long fileBytes) {
  private static final long UNREADABLE = -1;

  static VersionInfo of(Dataset dataset, boolean current) {
    return new VersionInfo(
        dataset.version(), current, dataset.modified(), dataset.rows(), dataset.fileBytes());
  }

  static VersionInfo unreadable(FileVersion version, boolean current) {
    return new VersionInfo(version.id(), current, version.modified(), UNREADABLE, version.length());
  }
}
