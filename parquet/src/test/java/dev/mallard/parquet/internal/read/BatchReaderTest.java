package dev.mallard.parquet.internal.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.testing.LeakCheckedAllocator;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class BatchReaderTest {
  static final List<String> FIXTURES = ParquetFixture.NAMES;

  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();
  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("FIXTURES")
  void whatPyarrowWroteComesBackExactly(String name) throws IOException {
    Path file = ParquetFixture.copyTo(folder, name);
    ParquetFixture.Content expected = ParquetFixture.expected(name, memory.get());
    for (int batchRows : new int[] {1, 7, 64}) {
      ParquetFixture.Content found =
          ParquetFixture.read(file, batchRows, memory.get(), ParquetFixture.SAME_THREAD);
      assertThat(found.rows()).isEqualTo(expected.rows());
      assertThat(shape(ArrowSchemas.toMemoryForm(found.schema())))
          .isEqualTo(shape(expected.schema()));
    }
  }

  /** Dictionary ids are ours; all else must be the same. */
  private static String shape(Schema schema) {
    return schema.toString().replaceAll("dictionary: \\d+", "dictionary");
  }

  @Test
  void columnsAreDecodedByOtherThreadsWithTheSameResult() throws IOException {
    Path file = ParquetFixture.copyTo(folder, "nested_v2");
    ParquetFixture.Content expected = ParquetFixture.expected("nested_v2", memory.get());
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      assertThat(ParquetFixture.read(file, 4, memory.get(), threads).rows())
          .isEqualTo(expected.rows());
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void anExecutorThatRefusesOrNeverRunsDoesNotStopTheReader() throws IOException {
    Path file = ParquetFixture.copyTo(folder, "numbers_v1");
    ParquetFixture.Content expected = ParquetFixture.expected("numbers_v1", memory.get());
    Executor refusing =
        task -> {
          throw new RejectedExecutionException();
        };
    Executor forgetful = task -> {};
    assertThat(ParquetFixture.read(file, 7, memory.get(), refusing).rows())
        .isEqualTo(expected.rows());
    assertThat(ParquetFixture.read(file, 7, memory.get(), forgetful).rows())
        .isEqualTo(expected.rows());
  }

  @Test
  void batchesAreCountedFromEachRowGroupsStart() throws IOException {
    assertThat(batchSizes(RowRange.ALL, 16)).containsExactly(16, 14, 10);
    assertThat(batchSizes(new RowRange(30, 40), 16)).containsExactly(10);
    assertThat(batchSizes(new RowRange(0, 30), 16)).containsExactly(16, 14);
    assertThat(batchSizes(new RowRange(40, 50), 16)).isEmpty();
  }

  private List<Integer> batchSizes(RowRange rows, int batchRows) throws IOException {
    Path path = ParquetFixture.copyTo(folder, "numbers_v1");
    List<Integer> sizes = new ArrayList<>();
    try (FileChannel file = FileChannel.open(path)) {
      ParquetFooter footer = ParquetFooter.read(file);
      try (BatchReader reader =
          new BatchReader(
              file,
              footer,
              footer.all(),
              footer.rowGroups(rows),
              batchRows,
              memory.get(),
              ParquetFixture.SAME_THREAD)) {
        for (VectorSchemaRoot batch = reader.next(); batch != null; batch = reader.next()) {
          sizes.add(batch.getRowCount());
          batch.close();
        }
      }
    }
    return sizes;
  }

  @Test
  void aRangeThatDoesNotBeginAtASplitPointIsRefused() {
    assertThatThrownBy(() -> batchSizes(new RowRange(1, 40), 16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("split point");
  }

  @Test
  void closingEarlyDropsTheBatchThatIsBeingDecoded() throws IOException {
    Path path = ParquetFixture.copyTo(folder, "nested_v1");
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (FileChannel file = FileChannel.open(path)) {
      ParquetFooter footer = ParquetFooter.read(file);
      for (int i = 0; i < 50; i++) {
        try (BatchReader reader =
                new BatchReader(
                    file, footer, footer.all(), footer.rowGroups(), 3, memory.get(), threads);
            VectorSchemaRoot batch = reader.next()) {
          assertThat(batch).isNotNull();
        }
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void theFooterTellsRowsSplitPointsAndSize() throws IOException {
    Path path = ParquetFixture.copyTo(folder, "times");
    try (FileChannel file = FileChannel.open(path)) {
      ParquetFooter footer = ParquetFooter.read(file);
      assertThat(footer.rows()).isEqualTo(40);
      assertThat(footer.splitPoints()).containsExactly(0, 25, 40);
      assertThat(footer.arrowBytes()).isEqualTo(-1);
      assertThat(footer.properties()).isEmpty();
      assertThat(footer.rowGroups()).hasSize(2);
      assertThat(RowSizeEstimate.bytesPerRow(footer, footer.all())).isBetween(150.0, 300.0);
    }
  }

  @Test
  void anExtensionTypeKeepsItsNameAsMetadata() throws IOException {
    Path path = ParquetFixture.copyTo(folder, "extension");
    try (FileChannel file = FileChannel.open(path)) {
      var field = ParquetFooter.read(file).schema().findField("u");
      assertThat(field.getType()).isEqualTo(new ArrowType.FixedSizeBinary(16));
      assertThat(field.getMetadata()).containsEntry("ARROW:extension:name", "arrow.uuid");
    }
  }
}
