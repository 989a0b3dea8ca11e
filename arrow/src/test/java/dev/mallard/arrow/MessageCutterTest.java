package dev.mallard.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.RecordedStream;
import dev.mallard.testing.SampleBatch;
import dev.mallard.testing.SampleFields;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class MessageCutterTest {
  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();

  @Test
  void piecesOfEveryTypeAreValidAndHoldTheSameRows() throws IOException {
    for (Field field : SampleFields.everyType().getFields()) {
      Schema schema = new Schema(List.of(field));
      for (int maxBytes : new int[] {1, 500, 2_000}) {
        try (SampleBatch sample = SampleBatch.of(schema, 300, 3, memory.get())) {
          BatchStream cut = FittedStream.cut(RecordedStream.of(sample), maxBytes, memory.get());
          List<List<Object>> rows = checkedRows(cut);
          assertThat(rows).as(field.toString()).isEqualTo(sample.rows());
        }
      }
    }
  }

  @Test
  void allColumnsTogetherAreCutAtTheSameRows() throws IOException {
    try (SampleBatch sample = SampleBatch.of(SampleFields.everyType(), 1_000, 4, memory.get())) {
      BatchStream cut = FittedStream.cut(RecordedStream.of(sample), 40_000, memory.get());
      assertThat(checkedRows(cut)).isEqualTo(sample.rows());
    }
  }

  private List<List<Object>> checkedRows(BatchStream stream) throws IOException {
    MessageChecker checker = new MessageChecker(stream.schema(), memory.get(), CheckLimits.DEFAULT);
    return RecordedStream.rows(
        new BatchStream() {
          @Override
          public Schema schema() {
            return stream.schema();
          }

          @Override
          public IpcMessage next() throws IOException {
            IpcMessage message = stream.next();
            if (message != null) {
              checker.check(message);
            }
            return message;
          }

          @Override
          public void close() {
            stream.close();
          }
        },
        memory.get());
  }

  @Test
  void piecesAreSmallEnoughAndStartAtMultiplesOf64Rows() throws IOException {
    List<Integer> sizes = new ArrayList<>();
    try (SampleBatch sample = sample(10_000);
        BatchStream cut = FittedStream.cut(RecordedStream.of(sample), 50_000, memory.get())) {
      for (IpcMessage piece = cut.next(); piece != null; piece = cut.next()) {
        assertThat(piece.encodedBytes()).isLessThanOrEqualTo(50_000);
        sizes.add((int) piece.rows());
        piece.close();
      }
    }
    assertThat(sizes).hasSizeGreaterThan(3);
    assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(10_000);
    assertThat(sizes.subList(0, sizes.size() - 1)).allMatch(rows -> rows % 64 == 0);
  }

  @Test
  void aSmallBatchPassesUntouched() throws IOException {
    try (SampleBatch sample = sample(10)) {
      IpcMessage message = BatchEncoder.encode(sample.root());
      try (BatchStream cut =
          FittedStream.cut(
              new RecordedStream(sample.schema(), List.of(message)), 1 << 20, memory.get())) {
        assertThat(cut.next()).isSameAs(message);
        message.close();
        assertThat(cut.next()).isNull();
      }
    }
  }

  @Test
  void metadataGoesWithTheFirstPieceOnly() throws IOException {
    try (SampleBatch sample = sample(1_000);
        IpcMessage encoded = BatchEncoder.encode(sample.root())) {
      IpcMessage message =
          new IpcMessage(encoded.header(), ((MemoryBody) encoded.body()).share(), new byte[] {7});
      try (BatchStream cut =
          FittedStream.cut(
              new RecordedStream(sample.schema(), List.of(message)), 10_000, memory.get())) {
        try (IpcMessage first = cut.next();
            IpcMessage second = cut.next()) {
          assertThat(first.appMetadata()).containsExactly(7);
          assertThat(second.appMetadata()).isNull();
        }
      }
    }
  }

  @Test
  void closingInTheMiddleReleasesEverything() throws IOException {
    try (SampleBatch sample = sample(1_000)) {
      RecordedStream source = RecordedStream.of(sample);
      BatchStream cut = FittedStream.cut(source, 10_000, memory.get());
      cut.next().close();
      cut.close();
      cut.close();
      assertThat(source.isClosed()).isTrue();
    }
  }

  @Test
  void aBodyInAFileIsReadInPartOnly(@TempDir Path folder) throws IOException {
    try (SampleBatch sample = sample(100_000);
        FileChannel file =
            FileChannel.open(
                folder.resolve("body"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
      IpcMessage inFile;
      try (IpcMessage message = BatchEncoder.encode(sample.root())) {
        message.body().writeTo(file);
        inFile =
            new IpcMessage(message.header(), new FileBody(file, 0, message.body().length()), null);
      }
      List<List<Object>> expected = sample.rows();
      sample.root().clear();
      long before = memory.get().getPeakMemoryAllocation();
      assertThat(before).isGreaterThan(inFile.encodedBytes() / 2);

      BatchStream cut =
          FittedStream.cut(
              new RecordedStream(sample.schema(), List.of(inFile)), 100_000, memory.get());
      long most = 0;
      List<List<Object>> rows = new ArrayList<>();
      try (BatchLoader loader = new BatchLoader(sample.schema(), memory.get())) {
        for (IpcMessage piece = cut.next(); piece != null; piece = cut.next()) {
          loader.load(piece);
          piece.close();
          most = Math.max(most, memory.get().getAllocatedMemory());
          rows.addAll(dev.mallard.testing.VectorValues.rows(loader.root(), loader.dictionaries()));
        }
      }
      cut.close();
      assertThat(rows).isEqualTo(expected);
      assertThat(most).isLessThan(inFile.encodedBytes() / 4);
    }
  }

  private SampleBatch sample(int rows) {
    return SampleBatch.of(new Schema(SampleFields.flat().subList(0, 9)), rows, 5, memory.get());
  }
}
