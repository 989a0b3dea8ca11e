package dev.mallard.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Apache's collections of test files, which are not part of this repository. */
public final class SharedData {
  /** Beside the checkout; tests run in their module's folder. */
  private static final Path FOLDER = Path.of("../../shared/data");

  private SharedData() {}

  /**
   * The files of a collection whose names end so, by name; the test is skipped, with a message, if
   * the collection is not there.
   */
  public static List<Path> files(String collection, String... endings) throws IOException {
    Path folder = FOLDER.resolve(collection);
    assumeTrue(
        Files.isDirectory(folder),
        "Apache's test files are not there: ../shared/data/" + collection + " beside the checkout");
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> Stream.of(endings).anyMatch(file.toString()::endsWith))
          .sorted()
          .toList();
    }
  }
}
