package dev.mallard.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.testing.Await;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LateReleaseTest {
  @TempDir private Path folder;

  private Path file(long bytes) throws IOException {
    Path file = folder.toRealPath().resolve("version");
    try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
      made.setLength(bytes);
    }
    return file;
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1000, 64 << 20})
  void theFileIsGoneAtOnce(long bytes) throws IOException {
    Path file = file(bytes);

    LateRelease.delete(file);

    assertThat(file).doesNotExist();
    LateRelease.delete(file);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void itIsNotKeptOpen() throws IOException {
    Path file = file(64 << 20);

    LateRelease.delete(file);

    Await.until("the file is closed", () -> !isOpen(file));
  }

  private static boolean isOpen(Path file) {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.anyMatch(link -> target(link).startsWith(file.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "";
    }
  }
}
