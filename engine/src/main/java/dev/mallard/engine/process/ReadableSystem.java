package dev.mallard.engine.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What a JVM reads of a Linux machine: itself, libraries, and what the kernel tells. */
final class ReadableSystem {
  private static final List<String> PATHS =
      List.of(
          "/lib",
          "/lib64",
          "/usr/lib",
          "/usr/lib64",
          "/usr/local/lib",
          "/usr/share/zoneinfo",
          "/usr/share/locale",
          "/etc/ld.so.cache",
          "/etc/ld.so.preload",
          "/etc/localtime",
          "/etc/timezone",
          "/dev/null",
          "/dev/zero",
          "/dev/random",
          "/dev/urandom",
          "/proc/self",
          "/proc/meminfo",
          "/proc/cpuinfo",
          "/proc/stat",
          "/proc/cgroups",
          "/proc/filesystems",
          "/proc/sys",
          "/sys/fs/cgroup",
          "/sys/kernel/mm/transparent_hugepage",
          "/sys/devices/system");

  private ReadableSystem() {}

  /**
   * @param classPath the engine's
   */
  static List<Path> paths(String classPath) {
    Set<Path> paths = new LinkedHashSet<>();
    PATHS.forEach(path -> paths.add(Path.of(path)));
    Path java = Path.of(System.getProperty("java.home"));
    paths.add(java);
    // Where a distribution keeps some of it: configuration in /etc, libraries in another folder.
    paths.addAll(behindLinks(java, 3));
    Stream.of(classPath.split(File.pathSeparator))
        .map(Path::of)
        // DuckDB's driver looks for its library beside its jar.
        .map(entry -> Files.isDirectory(entry) ? entry : entry.getParent())
        .forEach(paths::add);
    return List.copyOf(paths);
  }

  private static List<Path> behindLinks(Path folder, int depth) {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder, depth)) {
      for (Path link : all.filter(Files::isSymbolicLink).toList()) {
        if (Files.exists(link)) {
          found.add(link.toRealPath());
        }
      }
    } catch (IOException e) {
      // What cannot be read here, the engine has no need of.
    }
    return found;
  }
}
