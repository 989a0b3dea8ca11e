package dev.mallard.server;

import dev.mallard.catalog.Mount;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the SQL engine's process may have to read. Datasets come to it as hard links in a folder of
 * its own; but where there can be none (another file system, somebody else's file) as symbolic
 * ones, so that the files themselves must be readable, too.
 */
final class ReadableFiles {
  private static final int LINKS_LOOKED_FOR = 10_000;

  private ReadableFiles() {}

  /**
   * @param more folders of the engine's own
   */
  static List<Path> of(ServerConfig config, Path cache, List<Path> more) {
    List<Path> readable = new ArrayList<>(more);
    config.folder().ifPresent(readable::add);
    readable.add(cache);
    for (Mount mount : config.mounts()) {
      Path base = base(mount);
      readable.add(base);
      readable.addAll(behindLinks(base));
    }
    return readable;
  }

  /** The folder in which all is that a pattern can match. */
  private static Path base(Mount mount) {
    Path path = Path.of(mount.source().split("[*?\\[{]", 2)[0] + "x");
    Path parent = path.getParent();
    if (!mount.isPattern()) {
      return Path.of(mount.source());
    }
    return parent == null ? Path.of("") : parent;
  }

  private static List<Path> behindLinks(Path base) {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> all = Files.walk(base, new FileVisitOption[0])) {
      for (Path link : all.limit(LINKS_LOOKED_FOR).filter(Files::isSymbolicLink).toList()) {
        if (Files.exists(link)) {
          found.add(link.toRealPath());
        }
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      return found; // Said when the dataset is read.
    }
    return found;
  }
}
