package dev.mallard.catalog;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A file, a folder or a glob from anywhere on disk that the operator serves under a name of choice,
 * read-only.
 *
 * @param name the dataset's name
 * @param source the file, the folder, or a path with {@code *}, {@code ?} or {@code [} in it
 */
public record Mount(DatasetName name, String source) {

  /** The files that are there now; fails if there are none. */
  FileSet files(Formats formats) throws IOException {
    Path path = Path.of(source).toAbsolutePath().normalize();
    Optional<FileSet> found = Optional.empty();
    if (Files.isRegularFile(path)) {
      found = new FolderScan(parent(path), null, formats).single(path);
    } else if (Files.isDirectory(path)) {
      found = new FolderScan(parent(path), null, formats).folderDataset(path);
    } else if (isGlob()) {
      found = glob(path, formats);
    }
    return found
        .map(set -> new FileSet(name.toString(), set.members(), set.isFolder()))
        .orElseThrow(
            () ->
                new MallardException(
                    ErrorCode.NOT_FOUND,
                    "dataset '"
                        + name
                        + "': no Parquet or Feather file is where it was configured to be; tell the operator"));
  }

  /** Of an absolute path that is not a root. */
  private static Path parent(Path path) {
    return java.util.Objects.requireNonNull(path.getParent(), "a root has no parent");
  }

  private boolean isGlob() {
    return source.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
  }

  private Optional<FileSet> glob(Path pattern, Formats formats) throws IOException {
    Path base = pattern;
    while (base.toString().chars().anyMatch(c -> c == '*' || c == '?' || c == '[')) {
      base = parent(base);
    }
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    FolderScan scan = new FolderScan(base, null, formats);
    Map<Path, DataFile> sorted = new TreeMap<>();
    try (var entries = Files.walk(base)) {
      for (Path file : entries.filter(matcher::matches).toList()) {
        scan.single(file).ifPresent(set -> sorted.put(file, set.members().get(0).file()));
      }
    }
    List<FileSet.Member> members = new ArrayList<>();
    sorted.values().forEach(file -> members.add(new FileSet.Member(file, Map.of())));
    return members.isEmpty() ? Optional.empty() : Optional.of(new FileSet(source, members, true));
  }
}
