package dev.mallard.arrow;

import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The windows of a body in a file, mapped as they are wanted and shared by the ranges of it, so
 * that a body that is sent in pieces is mapped once. One thread at a time; what it gives out may be
 * closed by any.
 */
final class FileMapping {
  /** Small enough that a slow reader holds little of the address space, and fetches little. */
  private static final long WINDOW_BYTES = 4 << 20;

  private final FileChannel file;
  private final long position;
  private final long length;
  private @Nullable MappedWindow @Nullable [] windows;
  private boolean closed;

  FileMapping(FileChannel file, long position, long length) {
    this.file = file;
    this.position = position;
    this.length = length;
  }

  /** The parts of a range, fetched from the disk; null if it cannot be mapped. */
  @Nullable List<MappedBytes> map(long offset, long size) {
    if (closed) {
      return null;
    }
    List<MappedBytes> parts = new ArrayList<>(2);
    for (long at = offset; at < offset + size; ) {
      int index = (int) (at / WINDOW_BYTES);
      int from = (int) (at % WINDOW_BYTES);
      int step = (int) Math.min(offset + size - at, WINDOW_BYTES - from);
      MappedWindow window = held(index);
      if (window != null) {
        parts.add(new MappedBytes(window, from, step));
      }
      if (window == null || !window.populate(from, step)) {
        parts.forEach(MappedBytes::close);
        return null;
      }
      at += step;
    }
    return parts;
  }

  /** A window that the caller holds. */
  private @Nullable MappedWindow held(int index) {
    if (windows == null) {
      windows = new MappedWindow[(int) ((length + WINDOW_BYTES - 1) / WINDOW_BYTES)];
    }
    MappedWindow known = windows[index];
    if (known == null) {
      known = mapped(index);
      windows[index] = known;
    }
    // It cannot have gone, as it is held here.
    return known != null && known.retain() ? known : null;
  }

  private @Nullable MappedWindow mapped(int index) {
    long start = index * WINDOW_BYTES;
    return MappedWindow.map(file, position + start, Math.min(WINDOW_BYTES, length - start));
  }

  /** Those who have something of it keep it. */
  void close() {
    closed = true;
    if (windows != null) {
      for (MappedWindow window : windows) {
        if (window != null) {
          window.release();
        }
      }
      windows = null;
    }
  }
}
