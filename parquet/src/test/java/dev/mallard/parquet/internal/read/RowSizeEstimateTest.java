package dev.mallard.parquet.internal.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.parquet.ParquetWriter;
import dev.mallard.parquet.WriterOptions;
import dev.mallard.testing.LeakCheckedAllocator;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RowSizeEstimateTest {
  private static final double BYTES_PER_VALUE = 8.125;

  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();
  @TempDir Path folder;

  @Test
  void aBatchOfFewColumnsHasAboutOneMebibyte() throws IOException {
    assertThat(batchBytes(8, 8)).isBetween(0.99 * (1 << 20), 1.0 * (1 << 20));
    assertThat(batchBytes(64, 64)).isBetween(0.95 * (1 << 20), 1.0 * (1 << 20));
  }

  @Test
  void aBatchOfManyColumnsIsLargerButStillOneMessage() throws IOException {
    assertThat(batchBytes(100, 100)).isBetween(1.4 * (1 << 20), 1.6 * (1 << 20));
    assertThat(batchBytes(200, 200)).isBetween(2.8 * (1 << 20), 3.0 * (1 << 20));
    assertThat(batchBytes(500, 500)).isBetween(2.5 * (1 << 20), 3.0 * (1 << 20));
  }

  @Test
  void onlyTheColumnsThatAreReadCount() throws IOException {
    assertThat(batchBytes(200, 8)).isBetween(0.99 * (1 << 20), 1.0 * (1 << 20));
  }

  private double batchBytes(int columns, int read) throws IOException {
    Path path = folder.resolve(columns + "-" + read + ".parquet");
    List<FieldVector> vectors =
        IntStream.range(0, columns).<FieldVector>mapToObj(this::numbers).toList();
    try (VectorSchemaRoot batch = new VectorSchemaRoot(vectors);
        FileChannel out =
            FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        ParquetWriter writer =
            new ParquetWriter(
                out, batch.getSchema(), WriterOptions.defaults(), memory.get(), Runnable::run)) {
      writer.write(batch, new MapDictionaryProvider());
      writer.finish(Map.of());
    }
    try (FileChannel file = FileChannel.open(path)) {
      ParquetFooter footer = ParquetFooter.read(file);
      List<String> names = IntStream.range(0, read).mapToObj(i -> "c" + i).toList();
      return footer.batchRows(footer.select(names)) * BYTES_PER_VALUE * read;
    }
  }

  private BigIntVector numbers(int column) {
    BigIntVector vector = new BigIntVector("c" + column, memory.get());
    vector.allocateNew(64);
    for (int i = 0; i < 64; i++) {
      vector.set(i, i * (long) column);
    }
    vector.setValueCount(64);
    return vector;
  }
}
