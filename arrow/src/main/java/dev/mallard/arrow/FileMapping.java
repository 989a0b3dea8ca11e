package dev.mallard.arrow;

import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The windows of one file, which never changes, that are mapped now: made as they are wanted, and
 * shared by all who read it. Thread-safe.
 */
public final class FileMapping {
  private final FileMappings owner;

  /** Under the owner's lock. */
  private final Map<Integer, MappedWindow> windows = new HashMap<>();

  FileMapping(FileMappings owner) {
    this.owner = owner;
  }

  Map<Integer, MappedWindow> windows() {
    return windows;
  }

  /**
   * A range of the file, fetched from the disk, in one part for each window.
   *
   * @return null if it cannot be mapped
   */
  @Nullable List<MappedBytes> map(FileChannel file, long position, long size) {
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
