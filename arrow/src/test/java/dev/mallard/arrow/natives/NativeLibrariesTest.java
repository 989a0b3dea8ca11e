package dev.mallard.arrow.natives;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

final class NativeLibrariesTest {
  /** Of every library of LWJGL that this process has in memory, whoever asked for it first. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void whatIsLoadedComesFromAFolderThatNobodyCouldGuessAndIsGone() throws IOException {
    NativeLibraries.load();

    List<Path> loaded = loaded();

    assertThat(loaded).hasSizeGreaterThanOrEqualTo(2);
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    for (Path library : loaded) {
      assertThat(library.getParent().getParent()).isEqualTo(temporary);
      assertThat(library.getParent().getFileName().toString()).startsWith("mallard-native-");
      assertThat(library.getParent()).doesNotExist();
    }
  }

  private static List<Path> loaded() throws IOException {
    try (var mappings = Files.lines(Path.of("/proc/self/maps"))) {
      return mappings
          .filter(line -> line.contains("lwjgl") && line.contains(".so"))
          .map(line -> Path.of(line.substring(line.indexOf('/')).replace(" (deleted)", "")))
          .distinct()
          .toList();
    }
  }
}
