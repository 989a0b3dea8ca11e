package dev.mallard.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.testing.IpcStreamBytes;
import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.RecordedStream;
import dev.mallard.testing.SampleBatch;
import dev.mallard.testing.SampleFields;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked
class BodyCodecTest {
  private static final Schema NUMBERS =
      new Schema(List.of(SampleFields.required("n", new ArrowType.Int(64, true))));

  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();

  @ParameterizedTest
  @EnumSource
  void everyTypeSurvivesCompression(Compression compression) throws IOException {
    for (int rows : new int[] {0, 1, 500}) {
      try (SampleBatch sample = SampleBatch.of(SampleFields.everyType(), rows, 2, memory.get())) {
        BatchStream stream =
            FittedStream.plain(
                FittedStream.outgoing(
                    RecordedStream.of(sample),
                    MessageLimit.of(Long.MAX_VALUE),
                    compression,
                    0,
                    memory.get()),
                memory.get());
        assertThat(RecordedStream.rows(stream, memory.get())).isEqualTo(sample.rows());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lz4", "zstd"})
  void whatPyarrowHasCompressedIsReadAndChecked(String codec) throws IOException {
    RecordedStream recorded = pyarrow(codec);
    MessageChecker checker =
        new MessageChecker(recorded.schema(), memory.get(), CheckLimits.DEFAULT);
    List<IpcMessage> messages = new ArrayList<>();
    for (IpcMessage message = recorded.next(); message != null; message = recorded.next()) {
      assertThat(BodyCodec.isCompressed(message)).isTrue();
      checker.check(message);
      messages.add(message);
    }

    List<List<Object>> rows =
        RecordedStream.rows(new RecordedStream(recorded.schema(), messages), memory.get());

    assertThat(rows).hasSize(100);
    assertThat(rows.get(0).subList(0, 4))
        .hasToString("[0000000000000000, null, red, a text that is not inline 0]");
    assertThat(rows.get(99).subList(0, 4))
        .hasToString("[0000000000000031, name 9, green, a text that is not inline 0]");
    assertThat(rows.get(99).get(4))
        .isEqualTo(ByteBuffer.wrap("99 quack ".repeat(400).getBytes(StandardCharsets.UTF_8)));
    assertThat(rows.get(99).get(5)).isEqualTo(List.of());
  }

  private RecordedStream pyarrow(String codec) throws IOException {
    try (InputStream file =
        BodyCodecTest.class.getResourceAsStream("/arrow/compressed-" + codec + ".arrows")) {
      return IpcStreamBytes.read(file.readAllBytes(), memory.get());
    }
  }

  @ParameterizedTest
  @EnumSource
  void compressionMakesRepetitiveDataSmaller(Compression compression) throws IOException {
    try (IpcMessage plain = numbers(100_000);
        IpcMessage small = BodyCodec.compress(plain, compression, memory.get())) {
      assertThat(small.encodedBytes()).isLessThan(plain.encodedBytes() / 10);
      assertThat(small.rows()).isEqualTo(100_000);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBufferThatSaysItIsLargerThanAllowedIsRefusedBeforeItIsAllocated(Compression compression)
      throws IOException {
    try (IpcMessage plain = numbers(100_000);
        IpcMessage small = BodyCodec.compress(plain, compression, memory.get())) {
      long peak = memory.get().getPeakMemoryAllocation();
      for (CheckLimits limits :
          List.of(
              new CheckLimits(1_000_000, 799_999, 1 << 30, 40_000),
              new CheckLimits(1_000_000, 1 << 30, 799_999, 40_000),
              new CheckLimits(1_000_000, 1 << 30, 1 << 30, 10))) {
        assertThatThrownBy(() -> BodyCodec.decompress(small, memory.get(), limits))
            .isInstanceOfSatisfying(
                MallardException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED));
      }
      assertThat(memory.get().getPeakMemoryAllocation()).isEqualTo(peak);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBufferThatIsNotAsLongAsItSaysIsRefused(Compression compression) throws IOException {
    for (int off : new int[] {-800_000, -1, 1, 100_000}) {
      try (IpcMessage plain = numbers(100_000);
          IpcMessage small = BodyCodec.compress(plain, compression, memory.get())) {
        long at = BatchHeader.read(small).buffers()[2];
        try (ArrowBuf body = small.body().read(0, small.body().length(), memory.get())) {
          body.setLong(at, body.getLong(at) + off);
        }
        assertThatThrownBy(() -> BodyCodec.decompress(small, memory.get(), CheckLimits.DEFAULT))
            .isInstanceOfSatisfying(
                MallardException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
      }
    }
  }

  private IpcMessage numbers(int rows) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(NUMBERS, memory.get())) {
      BigIntVector vector = (BigIntVector) root.getVector(0);
      vector.allocateNew(rows);
      for (int i = 0; i < rows; i++) {
        vector.set(i, i % 10);
      }
      root.setRowCount(rows);
      return BatchEncoder.encode(root);
    }
  }
}
