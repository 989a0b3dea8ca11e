package dev.mallard.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes a large file at once, without waiting until the system has given back its blocks and what
 * it holds of it in memory: 20 to 80 ms for 250 MB, which a commit would take longer. Stateless.
 */
final class LateRelease {
  private static final Logger LOG = LoggerFactory.getLogger(LateRelease.class);

  /** Below this it takes less time than a thread. */
  private static final long LARGE_BYTES = 16 << 20;

  private LateRelease() {}

  /** Nobody finds it any more when this returns; its space is free soon after. */
  static void delete(Path file) throws IOException {
    FileChannel held = hold(file);
    try {
      Files.deleteIfExists(file);
    } finally {
      if (held != null) {
        Thread releasing = new Thread(() -> close(held), "mallard-release");
        releasing.setDaemon(true);
        releasing.start();
      }
    }
  }

  /** The system keeps what is open; null if it is not worth it, or not to be had. */
  private static @Nullable FileChannel hold(Path file) {
    try {
      // Elsewhere the name stays, too, for as long as the file is open.
      boolean unix = file.getFileSystem().supportedFileAttributeViews().contains("unix");
      return unix && Files.size(file) >= LARGE_BYTES ? FileChannel.open(file) : null;
    } catch (IOException e) {
      return null;
    }
  }

  private static void close(FileChannel held) {
    try {
      held.close();
    } catch (IOException e) {
      LOG.warn("a deleted file could not be closed", e);
    }
  }
}
