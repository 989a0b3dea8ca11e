package dev.mallard.catalog;

import dev.mallard.store.FileLook;
import dev.mallard.store.FileLook.Kind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Finds the datasets in a folder tree. The folder is the truth: nothing is remembered, so a file
 * that somebody drops in is found by the next look. Looks into no file, and what cannot be listed
 * counts as empty.
 *
 * <p>A sub-folder is one dataset (and not a level of names) if its name has the extension of a
 * format that makes folders ({@code x.parquet/}), or if it holds {@code _SUCCESS}, {@code
 * _metadata}, {@code part-…} files of such a format or {@code key=value} folders: what Spark,
 * pandas, DuckDB and pyarrow write when they write a folder.
 *
 * @param root what names are relative to
 */
record FolderScan(Path root, Formats formats) {
  private static final int MAX_DEPTH = 32;

  /**
   * An entry that is a dataset, or a folder of some, or nothing.
   *
   * @param name by which it is in order among the others
   * @param look says what it is now: datasets, sorted by name
   */
  record Found(String name, Supplier<List<Source>> look) {
    static Found of(Source source) {
      return new Found(source.name(), () -> List.of(source));
    }
  }

  /** A folder on the way, and what begins the names of all that is in it. */
  private record Level(Path path, String prefix, int depth, Path realRoot) {
    Level below(Path folder) {
      return new Level(folder, nameOf(folder) + "/", depth + 1, realRoot);
    }

    String nameOf(Path entry) {
      return prefix + entry.getFileName();
    }
  }

  /** All datasets, sorted by name. */
  List<Source> all() throws IOException {
    return found().stream().flatMap(found -> found.look().get().stream()).toList();
  }

  /** All that may be datasets, sorted by name. Files are not looked at yet. */
  List<Found> found() throws IOException {
    List<Found> found = new ArrayList<>();
    if (TableFormats.of(root).isEmpty()) {
      walk(new Level(root, "", 0, root.toRealPath()), found);
    }
    found.sort(Comparator.comparing(Found::name));
    return found;
  }

  private void walk(Level level, List<Found> found) {
    if (level.depth() > MAX_DEPTH) {
      return;
    }
    List<Path> entries = entries(level.path());
    for (int i = 0; i < entries.size(); i++) {
      Path entry = entries.get(i);
      String name = level.nameOf(entry);
      // Whatever it is, a folder too: nothing else can be in order among what it holds.
      boolean canWait =
          formats.of(name).isPresent()
              && (i + 1 == entries.size() || !level.nameOf(entries.get(i + 1)).startsWith(name));
      if (canWait) {
        found.add(new Found(name, () -> look(level, entry)));
      } else {
        look(level, entry).forEach(source -> found.add(Found.of(source)));
      }
    }
  }

  private List<Source> look(Level level, Path entry) {
    FileLook look = FileLook.at(entry);
    boolean isLink = look.kind() == Kind.LINK;
    if (isLink && !leadsInside(entry, level.realRoot())) {
      return List.of();
    }
    look = isLink ? FileLook.behind(entry) : look;
    if (look.kind() == Kind.FILE) {
      return file(level.nameOf(entry), look).map(List::of).orElse(List.of());
    }
    if (look.kind() != Kind.FOLDER) {
      return List.of();
    }
    if (isWhole(entry)) {
      return folder(entry).map(List::of).orElse(List.of());
    }
    List<Found> below = new ArrayList<>();
    if (!isLink) {
      walk(level.below(entry), below);
    }
    below.sort(Comparator.comparing(Found::name));
    return below.stream().flatMap(found -> found.look().get().stream()).toList();
  }

  /** Sorted, hidden ones left out. */
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

  /** What stands at a path; empty if no dataset does. */
  Optional<Source> at(Path path) {
    for (Path above = parent(path); !above.equals(root); above = parent(above)) {
      Optional<String> table = TableFormats.of(above);
      if (table.isPresent()) {
        String name = slashed(root.relativize(path));
        return Optional.of(TableFormats.unusablePart(name, table.get()));
      }
    }
    FileLook look = FileLook.behind(path);
    if (look.kind() == Kind.FOLDER) {
      return isWhole(path) ? folder(path) : Optional.empty();
    }
    return look.kind() == Kind.FILE ? file(slashed(root.relativize(path)), look) : Optional.empty();
  }

  private static Path parent(Path path) {
    return java.util.Objects.requireNonNull(path.getParent(), "below the scan's root");
  }

  private Optional<Source> file(String name, FileLook look) {
    return formats.of(name).map(format -> new Source.Single(name, format, look));
  }

  /** A file, if its format is known here. */
  Optional<Source.Member> member(Path file, Map<String, String> partition) {
    String relative = slashed(root.relativize(file));
    return formats.of(relative).map(format -> new Source.Member(file, relative, format, partition));
  }

  /** Is a folder one thing, and not a level of names? */
  boolean isWhole(Path folder) {
    if (formats.namesFolder(folder.getFileName().toString())
        || TableFormats.of(folder).isPresent()) {
      return true;
    }
    for (Path entry : entries(folder)) {
      String name = entry.getFileName().toString();
      boolean isPartition = name.indexOf('=') > 0 && Files.isDirectory(entry);
      if (isPartition
          || formats.isFolderPart(name)
          || name.equals("_SUCCESS")
          || name.equals("_metadata")) {
        return true;
      }
    }
    return false;
  }

  private Optional<Source> folder(Path folder) {
    return folder(folder, slashed(root.relativize(folder)));
  }

  /**
   * All files below a folder as one dataset; empty if there are none.
   *
   * @param name the dataset's
   */
  Optional<Source> folder(Path folder, String name) {
    List<Source.Member> members = new ArrayList<>();
    Optional<String> table = collect(folder, new LinkedHashMap<>(), 0, members);
    if (table.isPresent()) {
      return Optional.of(TableFormats.unusable(name, table.get()));
    }
    return members.isEmpty()
        ? Optional.empty()
        : Optional.of(new Source.Fixed(name, members, false));
  }

  /**
   * @return what kind of table the folder, or one below it, is; then the members mean nothing
   */
  private Optional<String> collect(
      Path at, Map<String, String> partition, int depth, List<Source.Member> members) {
    Optional<String> table = TableFormats.of(at);
    if (depth > MAX_DEPTH || table.isPresent()) {
      return table;
    }
    for (Path entry : entries(at)) {
      String name = entry.getFileName().toString();
      Kind kind = name.startsWith("_") ? Kind.OTHER : FileLook.at(entry).kind();
      if (kind == Kind.FOLDER) {
        Optional<String> below = collect(entry, below(partition, name), depth + 1, members);
        if (below.isPresent()) {
          return below;
        }
      } else if (kind == Kind.FILE) {
        member(entry, Collections.unmodifiableMap(partition))
            .filter(member -> member.format().makesFolders())
            .ifPresent(members::add);
      }
    }
    return Optional.empty();
  }

  private static Map<String, String> below(Map<String, String> partition, String folder) {
    Map<String, String> below = new LinkedHashMap<>(partition);
    int equals = folder.indexOf('=');
    if (equals > 0) {
      below.put(
          HivePartitions.decode(folder.substring(0, equals)),
          HivePartitions.decode(folder.substring(equals + 1)));
    }
    return below;
  }

  private static String slashed(Path relative) {
    return relative.toString().replace('\\', '/');
  }
}
