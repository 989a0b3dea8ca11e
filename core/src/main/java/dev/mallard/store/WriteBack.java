package dev.mallard.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Has the operating system write to disk what is in its cache while more is still being added, so
 * that the sync at the end has little left to do: of 1 GiB, 20 to 100 ms instead of 450.
 *
 * <p>One thread uses it. {@link #await()} must be called before the file is closed.
 */
final class WriteBack {
  private static final long STEP_BYTES = 64 << 20;

  private final FileChannel file;
  private long begun;
  private @Nullable Thread thread;
  private volatile @Nullable IOException failure;

  WriteBack(FileChannel file) {
    this.file = file;
  }

  /**
   * @param position up to which the file has been written
   */
  void reached(long position) throws IOException {
    if (position - begun < STEP_BYTES || (thread != null && thread.isAlive())) {
      return;
    }
    throwFailure();
    begun = position;
    Thread started = new Thread(this::force, "mallard-write-back");
    started.setDaemon(true);
    started.start();
    thread = started;
  }

  private void force() {
    try {
      file.force(false);
    } catch (IOException e) {
      // The system tells of a failed write once: if not here, the last sync would not know.
      failure = e;
    }
  }

  /** Waits for the disk; an interrupt is kept for later. */
  void await() {
    boolean interrupted = false;
    while (thread != null) {
      try {
        thread.join();
        thread = null;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  void throwFailure() throws IOException {
    IOException earlier = failure;
    if (earlier != null) {
      throw new IOException("the file could not be written to disk", earlier);
    }
  }
}
