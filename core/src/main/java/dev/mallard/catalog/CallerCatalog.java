package dev.mallard.catalog;

import dev.mallard.access.Caller;
import dev.mallard.access.Right;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.error.MallardException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The catalog as one caller may see it: all that is done with datasets for clients is done here or
 * in {@link Changes}, so that what a caller may see is asked in one place. As cheap as a look-up;
 * thread-safe.
 */
public final class CallerCatalog {
  private final Catalog catalog;
  private final Caller caller;

  CallerCatalog(Catalog catalog, Caller caller) {
    caller.require(Right.READ, "read datasets");
    this.catalog = catalog;
    this.caller = caller;
  }

  /**
   * The datasets whose names match, sorted, each looked into when its turn comes. What cannot be
   * read is left out; see {@link #unreadable}.
   */
  public Stream<Dataset> list(NamePattern pattern) {
    return catalog.list(pattern);
  }

  /** What has a matching name but cannot be read, sorted. */
  public List<Unreadable> unreadable(NamePattern pattern) {
    return catalog.unreadable(pattern);
  }

  /**
   * Whether there is a dataset of this name, whatever state its file is in.
   *
   * @throws MallardException INVALID_ARGUMENT if the name stands for several
   */
  public boolean exists(DatasetName name) {
    return catalog.exists(name);
  }

  /**
   * The current version of a dataset.
   *
   * @return closed by the caller
   * @throws MallardException NOT_FOUND, or INVALID_ARGUMENT if the name stands for several
   */
  public PinnedDataset pin(DatasetName name) {
    return catalog.pin(name);
  }

  /**
   * Streams rows of a version, which is kept for as long as the stream is open.
   *
   * @param version null for the current one
   * @param rows as {@link PinnedDataset#read} takes them
   * @throws MallardException NOT_FOUND if the version is gone
   */
  public BatchStream read(DatasetName name, @Nullable String version, RowRange rows) {
    return catalog.read(name, version, rows);
  }

  /** Promises a version that is pinned to this caller, beyond that, and says until when. */
  public Instant lease(PinnedDataset pinned) {
    return pinned.lease(caller);
  }

  /**
   * As {@link #lease}, of a version that was planned before.
   *
   * @throws MallardException NOT_FOUND if it is gone
   */
  public Instant renew(DatasetName name, String version) {
    try (PinnedDataset pinned = catalog.pin(name, version)) {
      return pinned.lease(caller);
    }
  }

  /** Takes back what was promised to this caller; returns whether there was such a promise. */
  public boolean release(DatasetName name, String version) {
    return catalog.release(name, version, caller);
  }

  /**
   * The history of a dataset, the current version first. A version that is damaged is among them,
   * without its rows.
   */
  public List<VersionInfo> versions(DatasetName name) {
    return catalog.versions(name);
  }
}
