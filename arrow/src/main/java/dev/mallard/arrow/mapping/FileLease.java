package dev.mallard.arrow.mapping;

import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's word that a file stays as it is: whoever wants to open it for writing, or to
 * truncate it, waits until this is closed, or for 45 s ({@code /proc/sys/fs/lease-break-time}). To
 * delete or to replace it goes on at once. Has a descriptor of its own.
 */
final class FileLease implements AutoCloseable {
  /** What its owner is to do. */
  enum State {
    HELD,
    /** Somebody waits for its end. */
    WANTED,
    /** The file is gone for all but its users, and its blocks go with the last one. */
    DELETED
  }

  private final LinuxCalls kernel;
  private final int file;

  private FileLease(LinuxCalls kernel, int file) {
    this.kernel = kernel;
    this.file = file;
  }

  /**
   * Null if there is none to be had: the file is open for writing somewhere, belongs to somebody
   * else, or is on a file system that has no leases, or not such that all would heed them.
   */
  static @Nullable FileLease take(FileChannel channel) {
    LinuxCalls kernel = LinuxCalls.get();
    if (kernel == null) {
      return null;
    }
    int file = kernel.duplicate(channel);
    if (file < 0) {
      return null;
    }
    if (kernel.isLocal(file) && kernel.lease(file)) {
      return new FileLease(kernel, file);
    }
    kernel.close(file);
    return null;
  }

  LinuxCalls kernel() {
    return kernel;
  }

  int file() {
    return file;
  }

  State state() {
    if (!kernel.isLeased(file)) {
      return State.WANTED;
    }
    return kernel.isDeleted(file) ? State.DELETED : State.HELD;
  }

  /** Not twice. */
  @Override
  public void close() {
    kernel.endLease(file);
    kernel.close(file);
  }
}
