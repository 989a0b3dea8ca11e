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
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A stream without the rows that its receiver has: {@link FittedStream} with rows to skip. */
@NullUnmarked
class RestOfStreamTest {
  private static final int[] BATCHES = {0, 70, 0, 0, 1, 300, 0, 64, 0};
  private static final long LARGE = Long.MAX_VALUE;

  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();

  private static Schema numbersAndTexts() {
    return new Schema(SampleFields.flat().subList(0, 9));
  }

  /** Batches of these rows, each with dictionaries of its own before it. */
  private RecordedStream source(Schema schema, @Nullable Compression compression, int... batches)
      throws IOException {
    List<IpcMessage> messages = new ArrayList<>();
    for (int i = 0; i < batches.length; i++) {
      try (SampleBatch sample = SampleBatch.of(schema, batches[i], i, memory.get())) {
        for (IpcMessage message : RecordedStream.messages(sample)) {
          messages.add(compression == null ? message : compressed(message, compression));
        }
      }
    }
    return new RecordedStream(schema, messages);
  }

  private IpcMessage compressed(IpcMessage message, Compression compression) throws IOException {
    try (message) {
      return BodyCodec.compress(message, compression, memory.get());
    }
  }

  @ParameterizedTest
  @CsvSource({",", "LZ4_FRAME,", ",LZ4_FRAME", "ZSTD,LZ4_FRAME"})
  void itBeginsAtAnyRowOfEveryTypeHoweverItIsCut(Compression stored, Compression wanted)
      throws IOException {
    Schema schema = SampleFields.everyType();
    List<List<Object>> all =
        RecordedStream.rows(
            FittedStream.plain(source(schema, stored, BATCHES), memory.get()), memory.get());
    assertThat(all).hasSize(435);
    for (int first :
        new int[] {0, 1, 64, 69, 70, 71, 72, 136, 200, 370, 371, 372, 434, 435, 9999}) {
      for (long limit : new long[] {1, 9_000, LARGE}) {
        BatchStream rest =
            FittedStream.outgoing(
                source(schema, stored, BATCHES),
                MessageLimit.of(limit),
                wanted,
                first,
                memory.get());
        assertThat(RecordedStream.rows(FittedStream.plain(rest, memory.get()), memory.get()))
            .as("from row %d, cut at %d", first, limit)
            .isEqualTo(all.subList(Math.min(first, all.size()), all.size()));
      }
    }
  }

  /** Rows of the messages; -1 for a dictionary. */
  private List<Long> shape(BatchStream source, long limit, long first) throws IOException {
    List<Long> rows = new ArrayList<>();
    try (BatchStream rest =
        FittedStream.outgoing(source, MessageLimit.of(limit), null, first, memory.get())) {
      for (IpcMessage next = rest.next(); next != null; next = rest.next()) {
        rows.add(next.kind() == IpcMessage.Kind.RECORD_BATCH ? next.rows() : -1);
        assertThat(next.encodedBytes()).isLessThanOrEqualTo(limit);
        next.close();
      }
    }
    return rows;
  }

  @Test
  void batchesThatNeedNotBeCutAreNotAndEmptyOnesAfterTheBoundaryStay() throws IOException {
    assertThat(shape(source(numbersAndTexts(), null, BATCHES), LARGE, 0))
        .containsExactly(0L, 70L, 0L, 0L, 1L, 300L, 0L, 64L, 0L);
    assertThat(shape(source(numbersAndTexts(), null, BATCHES), LARGE, 70))
        .containsExactly(0L, 0L, 1L, 300L, 0L, 64L, 0L);
    assertThat(shape(source(numbersAndTexts(), null, BATCHES), LARGE, 75))
        .containsExactly(296L, 0L, 64L, 0L);
    assertThat(
            shape(source(numbersAndTexts(), null, 10_000), 40_000, 100).stream().mapToLong(n -> n))
        .hasSizeGreaterThan(3);
  }

  @Test
  void noDictionaryIsLeftOut() throws IOException {
    Schema schema = new Schema(SampleFields.dictionaryEncoded().subList(0, 1));

    assertThat(shape(source(schema, null, 5, 5, 5), LARGE, 12)).containsExactly(-1L, -1L, -1L, 3L);
  }

  @Test
  void onlyTheFirstPieceAfterTheBoundaryIsNotAligned() throws IOException {
    List<Long> whole = shape(source(numbersAndTexts(), null, 10_000), 50_000, 0);

    List<Long> rest = shape(source(numbersAndTexts(), null, 10_000), 50_000, whole.get(0) + 7);

    assertThat(rest.get(0)).isEqualTo(whole.get(1) - 7);
    assertThat(rest.subList(1, rest.size())).isEqualTo(whole.subList(2, whole.size()));
  }

  @Test
  void nothingOfABodyIsReadThatIsLeftOut(@TempDir Path folder) throws IOException {
    FileChannel gone =
        FileChannel.open(
            folder.resolve("gone"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    gone.close();
    List<IpcMessage> messages = new ArrayList<>();
    for (Compression compression : new Compression[] {null, Compression.LZ4_FRAME}) {
      try (RecordedStream one = source(numbersAndTexts(), compression, 100);
          IpcMessage message = one.next()) {
        messages.add(
            new IpcMessage(
                message.header(), new FileBody(gone, 0, message.body().length()), new byte[] {1}));
      }
    }
    try (RecordedStream last = source(numbersAndTexts(), null, 100)) {
      messages.add(last.next());
    }

    assertThat(shape(new RecordedStream(numbersAndTexts(), messages), LARGE, 200))
        .containsExactly(100L);
  }

  @ParameterizedTest
  @CsvSource({"99,true", "100,true", "101,false", "150,false"})
  void metadataComesOnlyWithTheBeginningOfItsBatch(long first, boolean there) throws IOException {
    List<IpcMessage> messages = new ArrayList<>();
    try (RecordedStream two = source(numbersAndTexts(), null, 100, 100)) {
      for (byte i = 1; i <= 2; i++) {
        IpcMessage message = two.next();
        messages.add(new IpcMessage(message.header(), message.body(), new byte[] {i}));
      }
    }
    List<Byte> metadata = new ArrayList<>();
    try (BatchStream rest =
        FittedStream.outgoing(
            new RecordedStream(numbersAndTexts(), messages),
            MessageLimit.of(LARGE),
            null,
            first,
            memory.get())) {
      for (IpcMessage next = rest.next(); next != null; next = rest.next()) {
        if (next.appMetadata() != null) {
          metadata.add(next.appMetadata()[0]);
        }
        next.close();
      }
    }
    assertThat(metadata).isEqualTo(there ? List.of((byte) 2) : List.of());
  }
}
