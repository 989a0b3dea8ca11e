package dev.mallard.parquet.internal.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.testing.LeakCheckedAllocator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class DamagedParquetTest {
  private static final int ROUNDS = 150;

  static final List<String> FIXTURES = ParquetFixture.NAMES;

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("FIXTURES")
  void changedBytesGiveValuesOrOurErrorAndLeaveNoMemory(String name) throws IOException {
    byte[] sound = ParquetFixture.bytes(name + ".parquet");
    Random random = new Random(name.hashCode());
    for (int round = 0; round < ROUNDS; round++) {
      byte[] damaged = sound.clone();
      int changes = 1 + random.nextInt(4);
      for (int i = 0; i < changes; i++) {
        int at = 4 + random.nextInt(damaged.length - 4);
        damaged[at] = random.nextBoolean() ? (byte) random.nextInt() : flip(damaged[at], random);
      }
      readLeniently(damaged);
    }
  }

  private static byte flip(byte value, Random random) {
    return (byte) (value ^ 1 << random.nextInt(8));
  }

  @ParameterizedTest
  @FieldSource("FIXTURES")
  void aMissingPieceIsAnError(String name) throws IOException {
    byte[] sound = ParquetFixture.bytes(name + ".parquet");
    Random random = new Random(3);
    for (int round = 0; round < 30; round++) {
      int length = random.nextInt(sound.length);
      assertThatThrownBy(() -> read(Arrays.copyOf(sound, length)))
          .isInstanceOf(MallardException.class);
    }
  }

  @ParameterizedTest
  @FieldSource("FIXTURES")
  void aHoleInTheDataGivesValuesOrOurError(String name) throws IOException {
    byte[] sound = ParquetFixture.bytes(name + ".parquet");
    Random random = new Random(5);
    for (int round = 0; round < 30; round++) {
      byte[] damaged = sound.clone();
      int from = 4 + random.nextInt(damaged.length - 4);
      int to = Math.min(damaged.length - 8, from + random.nextInt(64));
      Arrays.fill(damaged, Math.min(from, to), to, (byte) (random.nextBoolean() ? 0 : -1));
      readLeniently(damaged);
    }
  }

  private void readLeniently(byte[] bytes) throws IOException {
    try {
      read(bytes);
    } catch (MallardException e) {
      assertThat(e.code())
          .isIn(ErrorCode.DATA_LOSS, ErrorCode.UNIMPLEMENTED, ErrorCode.RESOURCE_EXHAUSTED);
    }
  }

  private void read(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("damaged.parquet"), bytes);
    try (LeakCheckedAllocator memory = LeakCheckedAllocator.open()) {
      BufferAllocator allocator = memory.get().newChildAllocator("reader", 0, 64 << 20);
      try (allocator) {
        ParquetFixture.read(file, 64, allocator, ParquetFixture.SAME_THREAD);
      }
    }
  }

  @Test
  void whatIsNoParquetFileIsCalledSo() {
    assertThatThrownBy(() -> read("id,name\n1,duck\n2,mallard\n".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(MallardException.class)
        .hasMessageContaining("not a Parquet file");
    assertThatThrownBy(() -> read(new byte[3]))
        .isInstanceOf(MallardException.class)
        .hasMessageContaining("not a Parquet file");
  }

  @Test
  void aFileThatIsCutShortIsCalledSo() {
    byte[] sound = ParquetFixture.bytes("times.parquet");
    assertThatThrownBy(() -> read(Arrays.copyOf(sound, sound.length - 100)))
        .isInstanceOf(MallardException.class)
        .hasMessageContaining("cut short");
  }

  @Test
  void anEncryptedFileIsRefused() {
    byte[] encrypted = ParquetFixture.bytes("times.parquet").clone();
    encrypted[3] = 'E';
    encrypted[encrypted.length - 1] = 'E';
    assertThatThrownBy(() -> read(encrypted))
        .isInstanceOf(MallardException.class)
        .hasMessageContaining("encrypted");
  }

  @Test
  void aPageThatDoesNotMatchItsChecksumNamesItsColumn() {
    byte[] damaged = ParquetFixture.bytes("codec_none.parquet").clone();
    damaged[60] ^= 1;
    assertThatThrownBy(() -> read(damaged))
        .isInstanceOf(MallardException.class)
        .hasMessageContaining("column 'i'");
  }

  @Test
  void pagesThatTogetherUnpackToMoreThanTheHeapHoldsAreRefused() throws Exception {
    Path file = folder.resolve("bomb.parquet");
    StringBuilder columns = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      columns.append(i == 0 ? "" : ", ").append("repeat('0', 12000000) AS c").append(i);
    }
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      statement.execute(
          "COPY (SELECT " + columns + ") TO '" + file + "' (FORMAT parquet, CODEC zstd)");
    }
    assertThat(Files.size(file)).isLessThan(1 << 20);
    assertThatThrownBy(() -> read(Files.readAllBytes(file)))
        .isInstanceOfSatisfying(
            MallardException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED));
  }

  @Test
  void theHeapThatPagesMayTakeIsLimited() {
    HeapBudget heap = new HeapBudget(1000);
    byte[] kept = heap.atLeast(new byte[0], 900);
    assertThat(heap.atLeast(kept, 800)).isSameAs(kept);
    assertThatThrownBy(() -> heap.grown(kept, 2000))
        .isInstanceOfSatisfying(
            MallardException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED));
  }
}
