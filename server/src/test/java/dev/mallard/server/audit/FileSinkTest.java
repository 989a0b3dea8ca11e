package dev.mallard.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSinkTest {
  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("audit.jsonl");
  }

  @Test
  void linesAreAppendedToAFileThatIsItsOwnersAlone() throws Exception {
    for (String line : List.of("a", "b")) {
      try (FileSink sink = FileSink.open(file(), true)) {
        sink.write(List.of(line, line + line));
      }
    }
    assertThat(file()).hasContent("a\naa\nb\nbb\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void theOperatorsPermissionsStay() throws Exception {
    Files.createFile(file());
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
    FileSink.open(file(), false).close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-r-----");
  }

  @Test
  void aFileThatWasRenamedOrDeletedIsFollowedByANewOne() throws Exception {
    try (FileSink sink = FileSink.open(file(), false)) {
      sink.write(List.of("a"));
      Path old = Files.move(file(), folder.resolve("audit.jsonl.1"));
      sink.write(List.of("b"));
      Files.delete(file());
      sink.write(List.of("c"));
      assertThat(old).hasContent("a\n");
      assertThat(file()).hasContent("c\n");
    }
  }

  @Test
  void aLineThatWasCutOffStaysByItself() throws Exception {
    Files.writeString(file(), "{\"half\":");
    try (FileSink sink = FileSink.open(file(), false)) {
      sink.write(List.of("a"));
      sink.write(List.of("b"));
    }
    assertThat(file()).hasContent("{\"half\":\na\nb\n");
  }

  @Test
  void whatIsInTheWayIsSaidAndWhenItIsGoneLinesAreWrittenAgain() throws Exception {
    Path inside = folder.resolve("later").resolve("audit.jsonl");
    assertThatThrownBy(() -> FileSink.open(inside, false)).isInstanceOf(IOException.class);
    Files.createDirectory(inside.getParent());
    try (FileSink sink = FileSink.open(inside, false)) {
      sink.write(List.of("a"));
      Files.delete(inside);
      Files.delete(inside.getParent());
      assertThatThrownBy(() -> sink.write(List.of("b"))).isInstanceOf(IOException.class);
      Files.createDirectory(inside.getParent());
      sink.write(List.of("c"));
    }
    assertThat(inside).hasContent("c\n");
  }
}
