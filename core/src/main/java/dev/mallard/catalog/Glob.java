package dev.mallard.catalog;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files whose paths match a pattern. Only folders that can hold matches are listed, and they
 * are listed again only when one of them has changed: a file that comes or goes changes its
 * folder's time. A folder that cannot be listed counts as empty. Thread-safe.
 */
final class Glob {
  /** File systems count time in ticks of some milliseconds; two changes may be in one. */
  private static final long TICK_MILLIS = 100;

  private final Path base;
  private final PathMatcher matcher;

  /** By depth below the base; empty if the pattern's segments do not stand for a level each. */
  private final List<PathMatcher> levels = new ArrayList<>();

  private volatile @Nullable Walk last;

  /**
   * @param folders all that were listed, with their times
   * @param isOld whether the times are so old that any change since shows in them
   */
  private record Walk(Map<Path, FileTime> folders, List<Path> files, boolean isOld) {
    boolean isCurrent() {
      return isOld
          && folders.entrySet().stream()
              .allMatch(folder -> folder.getValue().equals(time(folder.getKey())));
    }
  }

  /**
   * @param pattern absolute
   */
  Glob(Path pattern) {
    Path at = pattern;
    while (isPattern(at.toString())) {
      at = java.util.Objects.requireNonNull(at.getParent(), "a root is no pattern");
    }
    this.base = at;
    this.matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    if (!pattern.toString().contains("**") && !pattern.toString().contains("{")) {
      for (Path segment : base.relativize(pattern)) {
        levels.add(FileSystems.getDefault().getPathMatcher("glob:" + segment));
      }
    }
  }

  static boolean isPattern(String path) {
    return path.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
  }

  /** The folder that all matches are in or below. */
  Path base() {
    return base;
  }

  /** Sorted by path. */
  List<Path> files() {
    Walk before = last;
    if (before != null && before.isCurrent()) {
      return before.files();
    }
    Map<Path, FileTime> folders = new LinkedHashMap<>();
    List<Path> files = new ArrayList<>();
    long now = System.currentTimeMillis();
    walk(base, 0, folders, files);
    Collections.sort(files);
    boolean isOld = folders.values().stream().allMatch(time -> time.toMillis() < now - TICK_MILLIS);
    last = new Walk(folders, List.copyOf(files), isOld);
    return files;
  }

  private void walk(Path folder, int depth, Map<Path, FileTime> folders, List<Path> files) {
    // Before it is listed: what comes meanwhile makes another time.
    folders.put(folder, time(folder));
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          if (mayHold(entry, depth)) {
            walk(entry, depth + 1, folders, files);
          }
        } else if (matcher.matches(entry)) {
          files.add(entry);
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      // Not there, or not ours to read: no files of it.
    }
  }

  private boolean mayHold(Path folder, int depth) {
    return levels.isEmpty()
        || (depth < levels.size() - 1 && levels.get(depth).matches(folder.getFileName()));
  }

  /** Of a folder that is not there: the epoch. */
  private static FileTime time(Path folder) {
    try {
      return Files.readAttributes(folder, BasicFileAttributes.class).lastModifiedTime();
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }
}
