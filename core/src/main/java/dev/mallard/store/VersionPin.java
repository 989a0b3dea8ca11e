package dev.mallard.store;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One version of a file that is not pruned for as long as this is open. Whoever has it closes it,
 * once or more often. Thread-safe.
 */
public final class VersionPin implements AutoCloseable {
  private final VersionLeases leases;
  private final String file;
  private final FileVersion version;
  private final AtomicBoolean closed = new AtomicBoolean();

  VersionPin(VersionLeases leases, String file, FileVersion version) {
    this.leases = leases;
    this.file = file;
    this.version = version;
    leases.pin(file, version.id());
  }

  public FileVersion version() {
    return version;
  }

  /** Another pin of the same version. */
  public VersionPin again() {
    return new VersionPin(leases, file, version);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      leases.unpin(file, version.id());
    }
  }
}
