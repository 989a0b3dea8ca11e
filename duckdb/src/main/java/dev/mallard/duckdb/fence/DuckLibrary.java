package dev.mallard.duckdb.fence;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The file of DuckDB's library that its driver has loaded into this process. Opening that very file
 * again gives the same library; any other file would be a second DuckDB. On Linux it is in the
 * process's memory map, on macOS in the dynamic linker's list of images; elsewhere it is not looked
 * for.
 */
final class DuckLibrary {
  /** How the driver names what it unpacks. */
  private static final String NAME = "libduckdb_java";

  private DuckLibrary() {}

  /**
   * @throws MallardException FAILED_PRECONDITION if it cannot be found: the fence cannot work then
   */
  static Path loaded() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    try {
      List<String> files = system.startsWith("mac") ? images() : mapped();
      Optional<Path> found =
          files.stream()
              .filter(file -> Path.of(file).getFileName().toString().contains(NAME))
              .map(Path::of)
              .filter(Files::isRegularFile)
              .findFirst();
      return found.orElseThrow(
          () -> unusable("DuckDB's library is not among what is loaded", null));
    } catch (IOException e) {
      throw unusable("what is loaded cannot be listed", e);
    }
  }

  private static List<String> mapped() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines
          .filter(line -> line.contains(NAME))
          .map(line -> line.substring(line.indexOf('/')))
          .distinct()
          .toList();
    }
  }

  private static List<String> images() {
    NativeLibrary process = NativeLibrary.getProcess();
    int count = process.getFunction("_dyld_image_count").invokeInt(new Object[0]);
    return Stream.iterate(0, i -> i < count, i -> i + 1)
        .map(i -> process.getFunction("_dyld_get_image_name").invokePointer(new Object[] {i}))
        .map(DuckLibrary::text)
        .filter(name -> name.contains(NAME))
        .toList();
  }

  private static String text(@org.jspecify.annotations.Nullable Pointer name) {
    return name == null ? "" : name.getString(0, "UTF-8");
  }

  static MallardException unusable(String why, @org.jspecify.annotations.Nullable Throwable cause) {
    return new MallardException(
        ErrorCode.FAILED_PRECONDITION,
        "SQL cannot be offered on this machine: DuckDB's own parser, which judges what is sent, cannot be used ("
            + why
            + "); it can on Linux and macOS, with the driver that Mallard comes with",
        cause);
  }
}
