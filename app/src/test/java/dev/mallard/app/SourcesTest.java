package dev.mallard.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** CONTRIBUTING.md's rules that classes do not show. */
class SourcesTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  @Test
  void noTestWaitsForATime() throws IOException {
    Pattern sleep =
        Pattern.compile(
            "\\bThread\\.sleep\\(|\\bSECONDS\\.sleep\\(|\\.parkNanos\\(|\\btime\\.sleep\\(");
    assertThat(found(sleep, "/src/test/", ".java"))
        .allMatch(line -> line.startsWith("arrow/src/test/java/dev/mallard/testing/Await.java:"))
        .hasSize(2);
    assertThat(found(sleep, "interop/tests/", ".py"))
        .allMatch(line -> line.startsWith("interop/tests/conftest.py:"))
        .hasSize(1);
  }

  @Test
  void everyLoggerHasTheSameName() throws IOException {
    Pattern logger = Pattern.compile("LoggerFactory\\.getLogger\\(");
    assertThat(found(logger, "/src/main/java/", ".java"))
        .isNotEmpty()
        .allMatch(line -> line.contains("private static final Logger LOG = "));
  }

  /** {@code file:line: text} of every line that the pattern is found in. */
  private static List<String> found(Pattern pattern, String where, String ending)
      throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .map(file -> ROOT.relativize(file).toString().replace('\\', '/'))
          .filter(file -> file.contains(where) && file.endsWith(ending))
          .filter(file -> !file.endsWith("/SourcesTest.java"))
          .sorted()
          .flatMap(file -> matching(file, pattern))
          .toList();
    }
  }

  private static Stream<String> matching(String file, Pattern pattern) {
    try {
      List<String> lines = Files.readAllLines(ROOT.resolve(file));
      return IntStream.range(0, lines.size())
          .filter(i -> pattern.matcher(lines.get(i)).find())
          .mapToObj(i -> file + ":" + (i + 1) + ": " + lines.get(i).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
