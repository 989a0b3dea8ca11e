package dev.mallard.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** File system steps that survive a power loss once they return. */
final class Durable {
  private static final int MOST_ATTEMPTS = 100;

  private Durable() {}

  /** The folder that holds {@code path}, which is not a root. */
  static Path parent(Path path) {
    return java.util.Objects.requireNonNull(path.getParent(), "a file system root has no parent");
  }

  /** Makes the entries of a folder (created, renamed, deleted names) durable. */
  static void syncFolder(Path folder) throws IOException {
    if (System.getProperty("os.name", "").startsWith("Windows")) {
      return; // A folder cannot be opened there; NTFS journals its entries.
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * As {@link #syncFolder}, or the nearest folder above if somebody has removed it, being empty, in
   * the meantime.
   */
  static void syncNearestFolder(Path folder) throws IOException {
    for (Path at = folder; ; at = parent(at)) {
      try {
        syncFolder(at);
        return;
      } catch (NoSuchFileException e) {
        if (at.getParent() == null) {
          throw e;
        }
      }
    }
  }

  /** Something that needs a folder which others remove when they find it empty. */
  interface InFolder {
    void run() throws IOException;
  }

  /** Creates a folder, and again if it is removed before {@code step} has put something there. */
  static void withFolder(Path folder, InFolder step) throws IOException {
    for (int attempt = 0; ; attempt++) {
      try {
        createFolders(folder);
        step.run();
        return;
      } catch (NoSuchFileException e) {
        if (attempt == MOST_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Creates a folder and the missing ones above it, each durable in its parent. */
  static void createFolders(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folder.getParent();
    if (parent != null) {
      createFolders(parent);
    }
    try {
      Files.createDirectory(folder);
    } catch (java.nio.file.FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
    if (parent != null) {
      syncFolder(parent);
    }
  }

  /** Deletes a folder and all below it; what is gone already is no error. */
  static void deleteTree(Path folder) throws IOException {
    if (!Files.exists(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (var entries = Files.walk(folder)) {
      for (Path entry : entries.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(entry);
      }
    }
  }
}
