package dev.mallard.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.arrow.CheckLimits;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MessageChecker;
import dev.mallard.testing.IpcStreamBytes;
import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.RecordedStream;
import dev.mallard.testing.VectorValues;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every sample table. */
class SampleTablesTest {
  private static final long SEED = 11;
  private static final int COMPARED_ROWS = 3_000;
  private static final DictionaryProvider NO_DICTIONARIES =
      new DictionaryProvider.MapDictionaryProvider();

  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();

  static Stream<SampleTable> tables() {
    return Arrays.stream(SampleKind.values()).flatMap(kind -> tables(kind, SEED));
  }

  private static Stream<SampleTable> tables(SampleKind kind, long seed) {
    return kind.tables(size(kind), seed).stream();
  }

  private static SampleSize size(SampleKind kind) {
    return switch (kind) {
      case DEMO -> SampleSize.DEFAULT;
      case TPCH -> SampleSize.ofScaleFactor(0.01);
      default -> SampleSize.ofRows(2_999);
    };
  }

  @ParameterizedTest
  @MethodSource("tables")
  void messagesAreValidAndHoldAllRows(SampleTable table) throws IOException {
    MessageChecker checker = new MessageChecker(table.schema(), memory.get(), CheckLimits.DEFAULT);
    long rows = 0;
    try (SampleStream stream = SampleStream.of(table, memory.get())) {
      while (true) {
        try (IpcMessage message = stream.next()) {
          if (message == null) {
            break;
          }
          checker.check(message);
          rows += message.rows();
          assertThat(message.encodedBytes()).isLessThan(2 << 20);
        }
      }
    }
    assertThat(rows).isEqualTo(table.rows());
  }

  @ParameterizedTest
  @MethodSource("tables")
  void rowsDoNotDependOnBatchesOrTheirOrder(SampleTable table) throws IOException {
    long end = Math.min(COMPARED_ROWS, table.rows());
    List<List<Object>> whole = rows(table, 0, end, (int) Math.max(1, end));
    assertThat(rows(table, 0, end, 37)).isEqualTo(whole);

    List<List<Object>> backwards = new ArrayList<>();
    for (long last = end; last > 0; last -= 101) {
      long first = Math.max(0, last - 101);
      backwards.addAll(0, rows(table, first, last, 1_000));
    }
    assertThat(backwards).isEqualTo(whole);
  }

  @ParameterizedTest
  @MethodSource("tables")
  void theLastRowsAreThereAndNoMore(SampleTable table) throws IOException {
    long last = table.rows() - 1;
    assertThat(rows(table, last, table.rows(), 10)).hasSize(1);
    try (VectorSchemaRoot root = VectorSchemaRoot.create(table.schema(), memory.get())) {
      assertThatThrownBy(() -> table.fill(root, last, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> table.fill(root, -1, 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("tables")
  void aRootCanBeFilledAgain(SampleTable table) {
    int count = (int) Math.min(100, table.rows() - 1);
    try (VectorSchemaRoot root = VectorSchemaRoot.create(table.schema(), memory.get());
        VectorSchemaRoot fresh = VectorSchemaRoot.create(table.schema(), memory.get())) {
      table.fill(root, 0, (int) Math.min(1_000, table.rows()));
      table.fill(root, 1, count);
      table.fill(fresh, 1, count);

      assertThat(VectorValues.rows(root, NO_DICTIONARIES))
          .isEqualTo(VectorValues.rows(fresh, NO_DICTIONARIES));
      table.fill(root, 0, 0);
      assertThat(root.getRowCount()).isZero();
    }
  }

  /** Whoever changes what is generated changes published figures: it belongs in the changelog. */
  @ParameterizedTest
  @CsvSource({
    "SAMPLE,961489586",
    "FEATHER_DEMO,2709744013",
    "MIXED,3153646857",
    "BATCH,2091410550",
    "DEMO,312898992",
    "TPCH,1126974366"
  })
  void valuesAreTheSameInEveryReleaseAndOnEveryMachine(SampleKind kind, long checksum)
      throws IOException {
    CRC32 sum = new CRC32();
    for (SampleTable table : tables(kind, SEED).toList()) {
      long end = Math.min(COMPARED_ROWS, table.rows());
      sum.update(rows(table, 0, end, 1_000).toString().getBytes(StandardCharsets.UTF_8));
    }
    assertThat(sum.getValue()).isEqualTo(checksum);
  }

  @Test
  void theSameSeedGivesTheSameBytesAndAnotherOnesOthers() throws IOException {
    for (SampleKind kind : SampleKind.values()) {
      assertThat(checksum(tables(kind, 1).toList().get(0)))
          .as(kind.label())
          .isEqualTo(checksum(tables(kind, 1).toList().get(0)))
          .isNotEqualTo(checksum(tables(kind, 2).toList().get(0)));
    }
  }

  @ParameterizedTest
  @MethodSource("tables")
  void threadsMayFillAtTheSameTime(SampleTable table) throws IOException {
    int end = (int) Math.min(COMPARED_ROWS, table.rows());
    List<List<Object>> parallel =
        IntStream.iterate(0, first -> first < end, first -> first + 200)
            .parallel()
            .mapToObj(first -> filled(table, first, Math.min(200, end - first)))
            .flatMap(List::stream)
            .toList();

    assertThat(parallel).isEqualTo(rows(table, 0, end, end));
  }

  @ParameterizedTest
  @MethodSource("tables")
  void nothingIsLeftBehindWhenMemoryRunsOut(SampleTable table) {
    int rows = (int) Math.min(500, table.rows());
    for (long limit = 0; limit < 8_192; limit += 1_024) {
      try (BufferAllocator small = memory.get().newChildAllocator("small", 0, limit);
          SampleStream stream = new SampleStream(table, 0, rows, rows, small)) {
        try (IpcMessage message = stream.next()) {
          assertThat(message).isNotNull();
        } catch (OutOfMemoryException e) {
          assertThat(small.getAllocatedMemory()).isZero();
        }
      }
    }
  }

  @Test
  void anEmptyTableIsAnEmptyStream() throws IOException {
    SampleTable empty = SampleKind.SAMPLE.tables(SampleSize.ofRows(0), SEED).get(0);
    try (SampleStream stream = SampleStream.of(empty, memory.get())) {
      assertThat(stream.next()).isNull();
    }
  }

  @Test
  void aClosedStreamGivesNoMore() {
    SampleTable table = SampleKind.SAMPLE.tables(SampleSize.ofRows(100), SEED).get(0);
    SampleStream stream = new SampleStream(table, 0, 100, 10, memory.get());
    IpcMessage message = stream.next();
    stream.close();

    assertThat(stream.next()).isNull();
    assertThat(message.rows()).isEqualTo(10);
    message.close();
  }

  private List<List<Object>> filled(SampleTable table, long first, int count) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(table.schema(), memory.get())) {
      table.fill(root, first, count);
      return VectorValues.rows(root, NO_DICTIONARIES);
    }
  }

  private List<List<Object>> rows(SampleTable table, long first, long end, int batchRows)
      throws IOException {
    return RecordedStream.rows(
        new SampleStream(table, first, end, batchRows, memory.get()), memory.get());
  }

  private long checksum(SampleTable table) throws IOException {
    List<IpcMessage> messages = new ArrayList<>();
    try (SampleStream stream = SampleStream.of(table, memory.get())) {
      IpcMessage message;
      while ((message = stream.next()) != null) {
        messages.add(message);
      }
      CRC32 sum = new CRC32();
      sum.update(IpcStreamBytes.write(table.schema(), messages));
      return sum.getValue();
    } finally {
      messages.forEach(IpcMessage::close);
    }
  }
}
