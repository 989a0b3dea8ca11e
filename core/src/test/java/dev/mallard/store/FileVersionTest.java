package dev.mallard.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A version's id says what its content is, and nothing about where it is. */
class FileVersionTest {
  /** As reproducible builds, archives and git-annex set it. */
  private static final FileTime THEN = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

  @TempDir Path root;

  private Path file(String name, byte[] content) throws IOException {
    Path file = root.resolve(name);
    Files.write(file, content);
    Files.setLastModifiedTime(file, THEN);
    return file;
  }

  private static String id(Path file) throws IOException {
    return FileVersion.of(file).id();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 31, 32, 1000, ContentDigest.WHOLE_BYTES})
  void ofASmallFileEveryByteCounts(int length) throws IOException {
    byte[] content = new byte[length];
    Set<String> ids = new HashSet<>(Set.of(id(file("x", content))));
    int step = Math.max(1, length / 50);
    for (int at = 0; at < length; at += step) {
      byte[] other = content.clone();
      other[at] = 1;
      assertThat(ids.add(id(file("x", other)))).as("byte %d", at).isTrue();
    }
  }

  @Test
  void ofALargeFileHeadTailLengthAndTimeCount() throws IOException {
    byte[] content = new byte[ContentDigest.WHOLE_BYTES * 4];
    Set<String> ids = new HashSet<>(Set.of(id(file("x", content))));
    for (int at : List.of(0, 16_000, content.length - 60_000, content.length - 1)) {
      byte[] other = content.clone();
      other[at] = 1;
      assertThat(ids.add(id(file("x", other)))).as("byte %d", at).isTrue();
    }
    assertThat(ids.add(id(file("x", Arrays.copyOf(content, content.length + 1))))).isTrue();
    Files.setLastModifiedTime(file("x", content), FileTime.from(THEN.toInstant().plusNanos(1000)));
    assertThat(ids.add(id(root.resolve("x")))).isTrue();
  }

  /** As {@code touch -r} does: the content is looked at again, for its entry has changed. */
  @Test
  void anOverwriteInPlaceIsSeenThoughItsTimeIsPutBack() throws IOException {
    Path file = file("x", new byte[100]);
    Set<String> ids = new HashSet<>();
    for (byte i = 0; i < 100; i++) {
      byte[] content = new byte[100];
      content[i] = 1;
      file("x", content);
      assertThat(ids.add(id(file))).isTrue();
      assertThat(id(file)).isEqualTo(id(file));
    }
  }

  @Test
  void anotherFileAtItsNameIsSeenThoughTimeAndLengthAreTheSame() throws IOException {
    Path file = file("x", "one".getBytes(StandardCharsets.US_ASCII));
    String before = id(file);
    Path other = file("y", "two".getBytes(StandardCharsets.US_ASCII));
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(THEN);
    assertThat(id(file)).isNotEqualTo(before);
  }

  @Test
  void linksCopiesAndMovesHaveTheSameId() throws IOException {
    for (int length : List.of(10, ContentDigest.WHOLE_BYTES * 3)) {
      byte[] content = new byte[length];
      Arrays.fill(content, (byte) 7);
      Path file = file("x" + length, content);
      String id = id(file);
      Path link = Files.createLink(root.resolve("link" + length), file);
      Path copy =
          Files.copy(file, root.resolve("copy" + length), StandardCopyOption.COPY_ATTRIBUTES);
      assertThat(id(link)).isEqualTo(id);
      assertThat(id(copy)).isEqualTo(id);
      assertThat(id(file)).isEqualTo(id);
      assertThat(id(Files.move(file, root.resolve("moved" + length)))).isEqualTo(id);
    }
  }

  @Test
  void filesTogetherHaveAnIdOfNamesContentsAndOrder() {
    Set<String> ids = new HashSet<>();
    String one = "20260101T000000.000000Z-1";
    String two = "20260102T000000.000000Z-2";
    assertThat(ids.add(FileVersion.idOfAll(List.of("a", "b"), List.of(one, two)))).isTrue();
    assertThat(ids.add(FileVersion.idOfAll(List.of("a", "b"), List.of(two, one)))).isTrue();
    assertThat(ids.add(FileVersion.idOfAll(List.of("b", "a"), List.of(one, two)))).isTrue();
    assertThat(ids.add(FileVersion.idOfAll(List.of("a", "c"), List.of(one, two)))).isTrue();
    assertThat(ids.add(FileVersion.idOfAll(List.of("a"), List.of(two)))).isTrue();
    assertThat(ids).allMatch(id -> id.startsWith("20260102T000000.000000Z-"));
  }

  @Test
  void theHashIsTheOneOfTheSpecification() {
    assertThat(XxHash64.hash(bytes(""), 0)).isEqualTo(0xEF46DB3751D8E999L);
    assertThat(XxHash64.hash(bytes("a"), 0)).isEqualTo(0xD24EC4F1A98C6E5BL);
    assertThat(XxHash64.hash(bytes("abc"), 0)).isEqualTo(0x44BC2CF5AD770999L);
    assertThat(XxHash64.hash(bytes("The quick brown fox jumps over the lazy dog"), 0))
        .isEqualTo(0x0B242D361FDA71BCL);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Versions that an earlier release kept have ids without the content. */
  @Test
  void whatAnEarlierReleaseKeptIsListedRestoredAndPruned() throws IOException {
    Path current = file("x.parquet", "current".getBytes(StandardCharsets.US_ASCII));
    Files.setLastModifiedTime(current, FileTime.from(Instant.parse("2026-11-22T00:00:00Z")));
    Path kept = root.resolve(".mallard/versions/x.parquet");
    Files.createDirectories(kept);
    String oldId = "20200101T000000.000000Z-6c112509";
    Path old = file("old", "before".getBytes(StandardCharsets.US_ASCII));
    VersionLeases leases = new VersionLeases(Duration.ofMinutes(1), Clock.systemUTC());
    DataFolder.Options options =
        new DataFolder.Options(false, 1, leases, CommitHook.NONE, Clock.systemUTC());
    Files.move(old, kept.resolve(oldId));

    try (DataFolder folder = DataFolder.open(root, options)) {
      List<FileVersion> previous = folder.previous("x.parquet");
      assertThat(previous).hasSize(1);
      assertThat(folder.find("x.parquet", oldId)).isEqualTo(previous.get(0));
      assertThat(folder.find("x.parquet", previous.get(0).id())).isEqualTo(previous.get(0));

      FileVersion restored = folder.restore("x.parquet", oldId);
      assertThat(Files.readString(current)).isEqualTo("before");
      assertThat(restored.id()).isEqualTo(previous.get(0).id());
      assertThat(folder.previous("x.parquet")).hasSize(1).doesNotContain(restored);
      assertThat(kept.resolve(oldId)).doesNotExist();
    }
  }
}
