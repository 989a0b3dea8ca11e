package dev.mallard.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The previous versions of the files: hard links under {@code .mallard/versions/<file>/<version
 * id>}, so that keeping one costs nothing but the room it already takes. Callers hold the file's
 * lock.
 */
final class VersionHistory {
  private static final Pattern ID = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.-]*");

  private final Path folder;
  private final int keep;
  private final VersionLeases leases;

  VersionHistory(Path folder, int keep, VersionLeases leases) {
    this.folder = folder;
    this.keep = keep;
    this.leases = leases;
  }

  /** The kept versions, newest first; {@code current} is not among them. */
  List<FileVersion> previous(String file, String currentId) throws IOException {
    Map<String, FileVersion> found = new TreeMap<>(Comparator.reverseOrder());
    for (FileVersion kept : all(file)) {
      if (!kept.id().equals(currentId)) {
        found.putIfAbsent(kept.id(), kept);
      }
    }
    return List.copyOf(found.values());
  }

  /** A version may be there twice, by the name that an earlier release gave it, too. */
  private List<FileVersion> all(String file) throws IOException {
    Path versions = folder.resolve(file);
    if (!Files.isDirectory(versions)) {
      return List.of();
    }
    List<FileVersion> found = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(versions)) {
      for (Path entry : entries) {
        try {
          FileVersion version = Files.isRegularFile(entry) ? FileVersion.of(entry) : null;
          if (version != null && version.isCalled(entry.getFileName().toString())) {
            found.add(version);
          }
        } catch (NoSuchFileException | AccessDeniedException e) {
          // Pruned between the listing and the look, or nobody's to read.
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    }
    return found;
  }

  /** A kept version; null if it is gone. */
  @Nullable FileVersion find(String file, String id) throws IOException {
    if (!ID.matcher(id).matches()) {
      return null; // Nothing that we made, and perhaps a path.
    }
    try {
      FileVersion kept = FileVersion.of(folder.resolve(file).resolve(id));
      if (kept.isCalled(id)) {
        return kept;
      }
    } catch (NoSuchFileException e) {
      // Kept by an earlier release, or not at all.
    }
    return all(file).stream().filter(kept -> kept.isCalled(id)).findFirst().orElse(null);
  }

  /** Keeps what stands at {@code current}, durably, before something else takes its place. */
  void keep(String file, FileVersion current) throws IOException {
    Path versions = folder.resolve(file);
    Path kept = versions.resolve(current.id());
    Durable.withFolder(versions, () -> link(current.file(), kept));
    Durable.syncFolder(versions);
  }

  private static void link(Path current, Path kept) throws IOException {
    try {
      Files.createLink(kept, current);
    } catch (FileAlreadyExistsException e) {
      // A crash came between keeping and replacing, or it was restored: the same file.
    } catch (UnsupportedOperationException e) {
      Files.copy(current, kept, StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  /**
   * Deletes the versions beyond the number to keep, but for those that were promised to clients.
   */
  void prune(String file, String currentId) throws IOException {
    List<FileVersion> previous = previous(file, currentId);
    for (int i = keep; i < previous.size(); i++) {
      FileVersion version = previous.get(i);
      leases.unlessHeld(file, version.id(), () -> LateRelease.delete(version.file()));
    }
    for (FileVersion kept : all(file)) {
      if (kept.id().equals(currentId)) {
        Files.deleteIfExists(kept.file());
      }
    }
    deleteIfEmpty(folder.resolve(file));
  }

  void forget(String file) throws IOException {
    Path versions = folder.resolve(file);
    Durable.deleteTree(versions);
    deleteIfEmpty(Durable.parent(versions));
  }

  /** The files that have kept versions, as paths relative to the data folder. */
  List<String> files() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var entries = Files.walk(folder)) {
      return entries
          .filter(Files::isRegularFile)
          .map(version -> folder.relativize(version.getParent()).toString())
          .distinct()
          .toList();
    }
  }

  private void deleteIfEmpty(Path versions) throws IOException {
    for (Path at = versions; at.startsWith(folder) && !at.equals(folder); at = Durable.parent(at)) {
      try {
        Files.delete(at);
      } catch (NoSuchFileException e) {
        // Go on with the folder above it.
      } catch (java.nio.file.DirectoryNotEmptyException e) {
        return;
      }
    }
  }
}
