package dev.mallard.catalog;

import dev.mallard.error.MallardException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the files behind a mount. Thread-safe. */
final class MountedFiles {
  private final Mount mount;
  private final Formats formats;
  private final Path path;
  private final Optional<Glob> glob;

  MountedFiles(Mount mount, Formats formats) {
    this.mount = mount;
    this.formats = formats;
    this.path = Path.of(mount.source()).toAbsolutePath().normalize();
    this.glob = mount.isPattern() ? Optional.of(new Glob(path)) : Optional.empty();
  }

  DatasetName name() {
    return mount.name();
  }

  /** What is there now. */
  Source find() {
    return lookUp().orElseGet(this::nothing);
  }

  private Source nothing() {
    String name = mount.name().toString();
    return new Source.Unusable(
        name,
        MallardException.notFound(
            "dataset '%s': no %s file is where it was configured to be; tell the operator"
                .formatted(name, formats.names())));
  }

  private Optional<Source> lookUp() {
    if (Files.isRegularFile(path)) {
      return scan(parent(path)).member(path, Map.of()).map(file -> fixed(List.of(file)));
    }
    if (Files.isDirectory(path)) {
      return scan(parent(path)).folder(path, mount.name().toString()).map(this::mounted);
    }
    return glob.flatMap(this::matches);
  }

  private FolderScan scan(Path root) {
    return new FolderScan(root, formats);
  }

  /** Of an absolute path that is not a root. */
  private static Path parent(Path path) {
    return java.util.Objects.requireNonNull(path.getParent(), "a root has no parent");
  }

  private Source fixed(List<Source.Member> members) {
    return new Source.Fixed(mount.name().toString(), members, true);
  }

  private Source mounted(Source folder) {
    return folder instanceof Source.Fixed files ? fixed(files.members()) : folder;
  }

  private Optional<Source> matches(Glob pattern) {
    List<Source.Member> members = new ArrayList<>();
    for (Path file : pattern.files()) {
      if (Files.isRegularFile(file)) {
        scan(pattern.base()).member(file, Map.of()).ifPresent(members::add);
      }
    }
    return members.isEmpty()
        ? Optional.empty()
        : Optional.of(tableOf(members).orElseGet(() -> fixed(members)));
  }

  /** A pattern that takes a table's files takes those that were deleted from it, too. */
  private Optional<Source> tableOf(List<Source.Member> members) {
    return members.stream()
        .map(member -> parent(member.path()))
        .distinct()
        .flatMap(MountedFiles::withFoldersAbove)
        .distinct()
        .flatMap(folder -> TableFormats.of(folder).stream())
        .findFirst()
        .map(kind -> TableFormats.unusablePart(mount.name().toString(), kind));
  }

  private static java.util.stream.Stream<Path> withFoldersAbove(Path folder) {
    return java.util.stream.Stream.iterate(folder, java.util.Objects::nonNull, Path::getParent);
  }
}
