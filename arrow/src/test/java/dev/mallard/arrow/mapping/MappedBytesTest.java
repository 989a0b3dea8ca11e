package dev.mallard.arrow.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.arrow.FileBody;
import dev.mallard.error.Closer;
import dev.mallard.testing.Await;
import dev.mallard.testing.LeakCheckedAllocator;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Bodies in files, mapped for the kernel alone. What it writes elsewhere is what is compared. */
@EnabledOnOs(OS.LINUX)
final class MappedBytesTest {
  private static final int LENGTH = 9 << 20;

  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();
  @TempDir private Path folder;
  private final byte[] bytes = new byte[LENGTH];
  private Path path;

  @BeforeEach
  void write() throws IOException {
    new Random(5).nextBytes(bytes);
    path = Files.write(folder.resolve("data"), bytes);
    assertThat(LinuxCalls.get()).as("Linux 5.14 or later").isNotNull();
  }

  @Test
  void aBodyIsMappedInWindowsAndUnmappedWhenTheLastPartIsClosed() throws IOException {
    try (FileChannel file = FileChannel.open(path)) {
      FileBody body = new FileBody(file, 24, LENGTH - 100, mappings(0).file());
      List<MappedBytes> parts = mapped(body);
      assertThat(parts).hasSize(3);
      body.close();
      assertThat(mappedMegabytes()).isEqualTo(9);
      assertThat(written(parts)).isEqualTo(Arrays.copyOfRange(bytes, 24, LENGTH - 76));
      parts.forEach(MappedBytes::close);
      parts.forEach(MappedBytes::close);
      assertThat(mappedMegabytes()).isZero();
    }
  }

  @Test
  void whatOneReaderHasFetchedTheNextOneFindsUntilItIsIdleForLong() throws IOException {
    try (FileMappings mappings = mappings(1 << 30);
        FileChannel file = FileChannel.open(path)) {
      FileMapping shared = mappings.file();
      for (int from = 0; from + 100_000 < LENGTH; from += 100_000) {
        FileBody range = new FileBody(file, from, 100_000, shared);
        List<MappedBytes> parts = mapped(range);
        assertThat(written(parts)).isEqualTo(Arrays.copyOfRange(bytes, from, from + 100_000));
        parts.forEach(MappedBytes::close);
      }
      assertThat(mappedMegabytes()).isEqualTo(9);
      List<MappedBytes> held = mapped(new FileBody(file, 0, 100_000, shared));
      mappings.unmapIdleFor(Duration.ofDays(1));
      assertThat(mappedMegabytes()).isEqualTo(9);
      mappings.unmapIdleFor(Duration.ZERO);
      assertThat(mappedMegabytes()).isEqualTo(4);
      assertThat(written(held)).isEqualTo(Arrays.copyOfRange(bytes, 0, 100_000));
      held.forEach(MappedBytes::close);
      assertThat(mappedMegabytes()).isEqualTo(4);
      mappings.unmapIdle();
      assertThat(mappedMegabytes()).isZero();
    }
  }

  @Test
  void noMoreIsKeptThanThereIsRoomForNorAfterTheEnd() throws IOException {
    FileMappings mappings = mappings(8 << 20);
    try (FileChannel file = FileChannel.open(path)) {
      FileBody body = new FileBody(file, 0, LENGTH, mappings.file());
      mapped(body).forEach(MappedBytes::close);
      assertThat(mappedMegabytes()).isEqualTo(5);
      List<MappedBytes> held = mapped(body);
      mappings.close();
      assertThat(mappedMegabytes()).isEqualTo(9);
      held.forEach(MappedBytes::close);
      assertThat(mappedMegabytes()).isZero();
    }
  }

  @Test
  void readersOfTheSameFileDoNotUnmapEachOthersWindows() throws Exception {
    try (FileMappings mappings = mappings(4 << 20);
        FileChannel file = FileChannel.open(path)) {
      FileMapping shared = mappings.file();
      List<Thread> threads = new ArrayList<>();
      AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
      for (int reader = 0; reader < 4; reader++) {
        Random random = new Random(reader);
        Path copy = folder.resolve("copy" + reader);
        Thread thread = new Thread(() -> readAtRandom(file, shared, random, copy));
        thread.setUncaughtExceptionHandler((which, e) -> failure.set(e));
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(failure.get()).isNull();
      mappings.unmapIdle();
      assertThat(mappedMegabytes()).isZero();
    }
  }

  private void readAtRandom(FileChannel file, FileMapping shared, Random random, Path copy) {
    try {
      for (int i = 0; i < 200; i++) {
        int size = 16_384 + random.nextInt(1 << 20);
        int from = random.nextInt(LENGTH - size);
        List<MappedBytes> parts = mapped(new FileBody(file, from, size, shared));
        assertThat(written(parts, copy)).isEqualTo(Arrays.copyOfRange(bytes, from, from + size));
        parts.forEach(MappedBytes::close);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatSomebodyHasOpenForWritingIsReadAndThatSaysWhatIsWrong() throws IOException {
    try (FileChannel file = FileChannel.open(path);
        FileChannel other = FileChannel.open(path, StandardOpenOption.WRITE)) {
      FileMapping mapping = mappings(0).file();
      FileBody body = new FileBody(file, 0, LENGTH, mapping);
      assertThat(body.isLikelyMapped()).isTrue();
      assertThat(body.map()).isNull();
      assertThat(body.isLikelyMapped()).isFalse();
      other.truncate(2 << 20);
      assertThatThrownBy(() -> body.writeTo(new ByteArrayOutputStream()))
          .isInstanceOf(EOFException.class);
      assertThat(mappedMegabytes()).isZero();
    }
  }

  @Test
  void whatEndsBeforeTheBodyDoesIsNotMapped() throws IOException {
    try (FileChannel file = FileChannel.open(path)) {
      FileBody body = new FileBody(file, 1 << 20, LENGTH, mappings(0).file());
      assertThat(body.map()).isNull();
      assertThat(mappedMegabytes()).isZero();
    }
  }

  /** Whoever wants to change it waits until it has been copied, and not longer. */
  @Test
  void whatIsInUseKeepsItsBytesWhenTheFileIsTruncatedOrWrittenTo() throws IOException {
    for (boolean truncates : new boolean[] {true, false}) {
      Files.write(path, bytes);
      try (FileMappings mappings = mappings(1 << 30);
          FileChannel file = FileChannel.open(path)) {
        FileBody body = new FileBody(file, 0, LENGTH, mappings.file());
        List<MappedBytes> held = mapped(body.range(100, 6 << 20, memory.get()));
        mapped(body.range(8 << 20, 100_000, memory.get())).forEach(MappedBytes::close);
        assertThat(mappedMegabytes()).isEqualTo(9);
        try (FileChannel other = FileChannel.open(path, StandardOpenOption.WRITE)) {
          if (truncates) {
            other.truncate(5000);
          } else {
            other.write(ByteBuffer.allocate(LENGTH));
          }
        }
        assertThat(mappedMegabytes()).isZero();
        assertThat(written(held)).isEqualTo(Arrays.copyOfRange(bytes, 100, 100 + (6 << 20)));
        assertThat(body.isLikelyMapped()).isFalse();
        held.forEach(MappedBytes::close);
      }
    }
  }

  @Test
  void aLeaseIsTakenAgainWhenTheFileIsLetBe() throws IOException {
    try (FileMappings mappings = mappings(1 << 30);
        FileChannel file = FileChannel.open(path)) {
      FileChannel.open(path, StandardOpenOption.WRITE).close();
      FileBody body = new FileBody(file, 0, LENGTH, mappings.file());
      mapped(body).forEach(MappedBytes::close);
      FileChannel.open(path, StandardOpenOption.WRITE).close();
      assertThat(mappedMegabytes()).isZero();
      FileBody next = new FileBody(file, 0, LENGTH, mappings.file());
      mapped(next).forEach(MappedBytes::close);
      assertThat(mappedMegabytes()).isEqualTo(9);
    }
  }

  @Test
  void readersGoOnWhileOthersOpenTheFileForWritingAgainAndAgain() throws Exception {
    try (FileMappings mappings = mappings(1 << 30);
        FileChannel file = FileChannel.open(path)) {
      AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
      List<Thread> threads = new ArrayList<>();
      for (int reader = 0; reader < 3; reader++) {
        Path copy = folder.resolve("copy" + reader);
        threads.add(reader(file, mappings, copy, failure));
      }
      while (threads.stream().anyMatch(Thread::isAlive)) {
        FileChannel.open(path, StandardOpenOption.WRITE).close();
      }
      assertThat(failure.get()).isNull();
    }
    Await.until("the watch has let go", () -> mappedMegabytes() == 0);
  }

  private Thread reader(
      FileChannel file,
      FileMappings mappings,
      Path copy,
      AtomicReference<@Nullable Throwable> failure) {
    Thread thread =
        new Thread(
            () -> {
              for (int i = 0; i < 60; i++) {
                sendIfMapped(new FileBody(file, 3, LENGTH - 3, mappings.file()), copy);
              }
            });
    thread.setUncaughtExceptionHandler((which, e) -> failure.set(e));
    thread.start();
    return thread;
  }

  private void sendIfMapped(FileBody body, Path copy) {
    List<MappedBytes> parts = body.map();
    if (parts != null) {
      try {
        assertThat(written(parts, copy)).isEqualTo(Arrays.copyOfRange(bytes, 3, LENGTH));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      parts.forEach(MappedBytes::close);
    }
  }

  @Test
  void aDeletedFileIsLetGoOfByItself() throws IOException {
    try (FileMappings mappings = mappings(1 << 30);
        FileChannel file = FileChannel.open(path)) {
      mapped(new FileBody(file, 0, LENGTH, mappings.file())).forEach(MappedBytes::close);
      assertThat(mappedMegabytes()).isEqualTo(9);
      Files.delete(path);
      Await.until("the file is unmapped", () -> mappedMegabytes() == 0);
    }
  }

  @Test
  void whatIsIdleForLongIsLetGoOfByItself() throws IOException {
    try (FileMappings mappings = new FileMappings(1 << 30, Duration.ofMillis(1));
        FileChannel file = FileChannel.open(path)) {
      mapped(new FileBody(file, 0, LENGTH, mappings.file())).forEach(MappedBytes::close);
      Await.until("the file is unmapped", () -> mappedMegabytes() == 0);
    }
  }

  @Test
  void moreFilesThanThereAreLeasesForAreReadUnlessOneIsIdle() throws IOException {
    try (FileMappings mappings = mappings(1 << 30);
        Closer files = new Closer()) {
      List<List<MappedBytes>> held = new ArrayList<>();
      for (int i = 0; i < 256; i++) {
        held.add(mapped(next(mappings, files)));
      }
      assertThat(next(mappings, files).map()).isNull();
      held.get(17).forEach(MappedBytes::close);
      mapped(next(mappings, files)).forEach(MappedBytes::close);
      mapped(next(mappings, files)).forEach(MappedBytes::close);
      assertThat(mappedMegabytes()).isEqualTo(256 * 4);
      held.forEach(parts -> parts.forEach(MappedBytes::close));
    }
    assertThat(mappedMegabytes()).isZero();
  }

  private FileBody next(FileMappings mappings, Closer files) throws IOException {
    FileChannel file = files.add(FileChannel.open(path));
    return new FileBody(file, 0, 100_000, mappings.file());
  }

  @Test
  void aChannelThatIsClosedIsNotMapped() throws IOException {
    FileChannel file = FileChannel.open(path);
    FileBody body = new FileBody(file, 0, LENGTH, mappings(0).file());
    file.close();
    assertThat(body.map()).isNull();
  }

  @Test
  void whatIsSmallOrReadOnceIsRead() throws IOException {
    try (FileChannel file = FileChannel.open(path)) {
      FileMapping mapping = mappings(0).file();
      assertThat(new FileBody(file, 0, 1000, mapping).map()).isNull();
      assertThat(new FileBody(file, 0, 0, mapping).map()).isNull();
      assertThat(new FileBody(file, 0, LENGTH).map()).isNull();
    }
    Files.write(path, new byte[900_000]);
    try (FileChannel file = FileChannel.open(path)) {
      assertThat(new FileBody(file, 0, 900_000, mappings(0).file()).map()).isNull();
    }
  }

  @Test
  void aDroppedFileIsGoneOnceItIsUnmapped() throws IOException {
    try (FileChannel file = FileChannel.open(path)) {
      FileBody body = new FileBody(file, 0, LENGTH, mappings(0).file());
      List<MappedBytes> parts = mapped(body);
      Files.delete(path);
      assertThat(written(parts)).isEqualTo(bytes);
      parts.forEach(MappedBytes::close);
      body.close();
    }
    assertThat(mappedMegabytes()).isZero();
  }

  /** Nothing goes because time goes by. */
  private static FileMappings mappings(long mostIdleBytes) {
    return new FileMappings(mostIdleBytes, Duration.ofDays(1));
  }

  private static List<MappedBytes> mapped(FileBody body) {
    @Nullable List<MappedBytes> parts = body.map();
    assertThat(parts).isNotNull();
    return java.util.Objects.requireNonNull(parts);
  }

  /** By the kernel, into another file. */
  private byte[] written(List<MappedBytes> parts) throws IOException {
    return written(parts, folder.resolve("copy"));
  }

  private static byte[] written(List<MappedBytes> parts, Path copy) throws IOException {
    try (FileChannel target =
        FileChannel.open(
            copy,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      for (MappedBytes part : parts) {
        ByteBuffer buffer = part.buffer();
        while (buffer.hasRemaining()) {
          target.write(buffer);
        }
      }
    }
    return Files.readAllBytes(copy);
  }

  /** Of the file, in MiB, whether it has a name still or not. */
  private long mappedMegabytes() {
    try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines
              .filter(line -> line.contains(path.toString()))
              .mapToLong(MappedBytesTest::size)
              .sum()
          >> 20;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(String mapping) {
    String[] ends = mapping.substring(0, mapping.indexOf(' ')).split("-");
    return Long.parseLong(ends[1], 16) - Long.parseLong(ends[0], 16);
  }
}
