package dev.mallard.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** Folders that go with the process. */
final class TemporaryFolders {
  private TemporaryFolders() {}

  static void delete(Path folder) throws IOException {
    try (var entries = Files.walk(folder)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(entry);
      }
    }
  }
}
