package dev.mallard.catalog;

import dev.mallard.arrow.file.FileFormat;
import dev.mallard.store.DataFolder;
import dev.mallard.store.FileVersion;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the datasets in a folder tree. The folder is the truth: nothing is remembered, so a file
 * that somebody drops in is found by the next look.
 *
 * <p>A sub-folder is one dataset (and not a level of names) if its name ends in {@code .parquet},
 * or if it holds {@code _SUCCESS}, {@code _metadata}, {@code part-…parquet} files or {@code
 * key=value} folders: what Spark, pandas, DuckDB and pyarrow write when they write a folder.
 */
final class FolderScan {
  private static final int MAX_DEPTH = 32;

  private final Path root;
  private final @Nullable DataFolder folder;
  private final Formats formats;

  /**
   * @param folder set if {@code root} is its root, so that versions are found again after they are
   *     replaced
   */
  FolderScan(Path root, @Nullable DataFolder folder, Formats formats) {
    this.root = root;
    this.folder = folder;
    this.formats = formats;
  }

  /** All datasets, sorted by name. */
  List<FileSet> all() throws IOException {
    List<FileSet> found = new ArrayList<>();
    Path real = root.toRealPath();
    walk(root, real, 0, found);
    found.sort(java.util.Comparator.comparing(FileSet::name));
    return found;
  }

  private void walk(Path at, Path realRoot, int depth, List<FileSet> found) throws IOException {
    if (depth > MAX_DEPTH) {
      return;
    }
    for (Path entry : entries(at)) {
      if (Files.isSymbolicLink(entry) && !leadsInside(entry, realRoot)) {
        continue;
      }
      if (!Files.isDirectory(entry)) {
        single(entry).ifPresent(found::add);
      } else if (isDataset(entry)) {
        folderDataset(entry).ifPresent(found::add);
      } else if (!Files.isSymbolicLink(entry)) {
        walk(entry, realRoot, depth + 1, found);
      }
    }
  }

  /** Sorted, hidden ones left out; what vanishes or cannot be read meanwhile counts as empty. */
  private static List<Path> entries(Path folder) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      for (Path entry : stream) {
        if (!entry.getFileName().toString().startsWith(".")) {
          found.add(entry);
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      return List.of();
    }
    Collections.sort(found);
    return found;
  }

  private static boolean leadsInside(Path link, Path realRoot) {
    try {
      return link.toRealPath().startsWith(realRoot);
    } catch (IOException e) {
      return false;
    }
  }

  /** The dataset that a file is, if it is one. */
  Optional<FileSet> single(Path file) {
    return dataFile(file).map(data -> FileSet.single(data.file(), data));
  }

  private Optional<DataFile> dataFile(Path file) {
    String relative = slashed(root.relativize(file));
    Optional<FileFormat> format = formats.of(relative);
    if (format.isEmpty() || !Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new DataFile(folder, relative, FileVersion.of(file), format.get()));
    } catch (IOException e) {
      return Optional.empty(); // Gone between the listing and the look.
    }
  }

  /** Does a folder look like one dataset? */
  boolean isDataset(Path candidate) {
    if (formats.preferred().extensions().stream()
        .anyMatch(candidate.getFileName().toString()::endsWith)) {
      return true;
    }
    for (Path entry : entries(candidate)) {
      String name = entry.getFileName().toString();
      boolean partition = name.indexOf('=') > 0 && Files.isDirectory(entry);
      boolean part = name.startsWith("part-") && name.endsWith(".parquet");
      if (partition || part || name.equals("_SUCCESS") || name.equals("_metadata")) {
        return true;
      }
    }
    return false;
  }

  /** All Parquet files below a folder as one dataset; none if there are none. */
  Optional<FileSet> folderDataset(Path candidate) throws IOException {
    List<FileSet.Member> members = new ArrayList<>();
    collect(candidate, new LinkedHashMap<>(), 0, members);
    if (members.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new FileSet(slashed(root.relativize(candidate)), members, true));
  }

  private void collect(
      Path at, Map<String, String> partition, int depth, List<FileSet.Member> members) {
    if (depth > MAX_DEPTH) {
      return;
    }
    for (Path entry : entries(at)) {
      String name = entry.getFileName().toString();
      if (name.startsWith("_") || Files.isSymbolicLink(entry)) {
        continue;
      }
      if (Files.isDirectory(entry)) {
        Map<String, String> below = new LinkedHashMap<>(partition);
        int equals = name.indexOf('=');
        if (equals > 0) {
          below.put(
              HivePartitions.decode(name.substring(0, equals)),
              HivePartitions.decode(name.substring(equals + 1)));
        }
        collect(entry, below, depth + 1, members);
      } else {
        dataFile(entry)
            .filter(file -> file.format().equals(formats.preferred()))
            .ifPresent(
                file ->
                    members.add(new FileSet.Member(file, Collections.unmodifiableMap(partition))));
      }
    }
  }

  private static String slashed(Path relative) {
    return relative.toString().replace('\\', '/');
  }
}
