package dev.mallard.arrow.mapping;

import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The windows of one version of a file that are mapped now: made as they are wanted, and shared by
 * all who read it. There is a lease as long as there are windows. Thread-safe.
 */
public final class FileMapping {
  /** Nobody asks for a lease again so soon: most often there will never be one. */
  private static final long REFUSED_NANOS = 2_000_000_000L;

  private final FileMappings owner;

  // Under the owner's lock.
  private final Map<Integer, MappedWindow> windows = new LinkedHashMap<>();
  private @Nullable FileLease lease;

  /** When no lease was to be had; 0 if there was one, or nobody asked. */
  private volatile long refused;

  FileMapping(FileMappings owner) {
    this.owner = owner;
  }

  Map<Integer, MappedWindow> windows() {
    return windows;
  }

  /** Whether a range can be mapped, as far as that is known. */
  public boolean isLikely() {
    return refused == 0 || System.nanoTime() - refused > REFUSED_NANOS;
  }

  @Nullable FileLease lease() {
    return lease;
  }

  void lease(FileLease taken) {
    lease = taken;
  }

  /** The lease, which there is; its end is the caller's. */
  FileLease withdrawLease() {
    FileLease withdrawn = Objects.requireNonNull(lease);
    lease = null;
    return withdrawn;
  }

  FileLease.State leaseState() {
    return Objects.requireNonNull(lease).state();
  }

  void refuse() {
    // Zero is for never.
    refused = System.nanoTime() | 1;
  }

  /**
   * A range of the file, fetched from the disk, in one part for each window; the caller closes
   * them.
   *
   * @param file open for reading
   * @return null if it cannot be mapped
   */
  public @Nullable List<MappedBytes> map(FileChannel file, long position, long size) {
    List<MappedBytes> parts = new ArrayList<>(2);
    for (long at = position; at < position + size; ) {
      int from = (int) (at % MappedWindow.BYTES);
      int step = (int) Math.min(position + size - at, MappedWindow.BYTES - from);
      MappedWindow window = owner.hold(this, (int) (at / MappedWindow.BYTES), file);
      if (window != null) {
        parts.add(new MappedBytes(owner, window, from, step));
      }
      if (window == null || !window.fetch(from + step)) {
        parts.forEach(MappedBytes::close);
        return null;
      }
      at += step;
    }
    return parts;
  }
}
