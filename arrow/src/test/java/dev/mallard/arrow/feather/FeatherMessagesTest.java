package dev.mallard.arrow.feather;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MemoryBody;
import dev.mallard.arrow.file.BatchWriter;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.arrow.file.StreamRows;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.SampleBatch;
import dev.mallard.testing.SampleFields;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a Feather file keeps of each message, beyond its rows. */
class FeatherMessagesTest {
  private static final ArrowType.Int INT8 = new ArrowType.Int(8, true);

  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();
  @TempDir Path folder;
  private final FeatherFormat format = new FeatherFormat();
  private final Schema schema =
      new Schema(
          List.of(
              SampleFields.nullable("number", new ArrowType.Int(64, true)),
              SampleFields.nullable("view", ArrowType.Utf8View.INSTANCE)));

  private FileChannel file(String name) throws IOException {
    return FileChannel.open(folder.resolve(name), CREATE, READ, WRITE);
  }

  private void write(String name, Schema as, List<IpcMessage> messages) throws IOException {
    try (FileChannel file = file(name);
        BatchWriter writer = format.write(file, as, memory.get())) {
      for (IpcMessage message : messages) {
        writer.write(message);
      }
      writer.finish(Map.of());
    }
  }

  private BatchStream read(String name) throws IOException {
    FileChannel file = file(name);
    return format.read(file, format.readFooter(file), RowRange.ALL, memory.get());
  }

  private IpcMessage message(int rows, int seed, byte[] appMetadata) {
    try (SampleBatch sample = SampleBatch.of(schema, rows, seed, memory.get())) {
      IpcMessage batch = BatchEncoder.encode(sample.root());
      return new IpcMessage(batch.header(), batch.body(), appMetadata);
    }
  }

  private static byte[] bytes(IpcMessage message) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    message.body().writeTo(out);
    return out.toByteArray();
  }

  @Test
  void bodiesAppMetadataAndEmptyBatchesComeBack() throws IOException {
    byte[][] metadata = {"one".getBytes(StandardCharsets.UTF_8), new byte[0], {0, -1, 7}};
    List<IpcMessage> messages = new ArrayList<>();
    List<byte[]> bodies = new ArrayList<>();
    for (int i = 0; i < metadata.length; i++) {
      messages.add(message(i == 1 ? 0 : 100, i, metadata[i]));
      bodies.add(bytes(messages.get(i)));
    }
    write("data", schema, messages);

    try (BatchStream stream = read("data")) {
      for (int i = 0; i < metadata.length; i++) {
        try (IpcMessage message = Objects.requireNonNull(stream.next())) {
          assertThat(message.appMetadata()).isEqualTo(metadata[i]);
          assertThat(message.rows()).isEqualTo(i == 1 ? 0 : 100);
          assertThat(bytes(message)).isEqualTo(bodies.get(i));
        }
      }
      assertThat(stream.next()).isNull();
    }
  }

  @Test
  void appMetadataIsReplacedAndNotAddedWhenAMessageIsStoredAgain() throws IOException {
    write("one", schema, List.of(message(3, 1, "first".getBytes(StandardCharsets.UTF_8))));
    try (BatchStream stream = read("one");
        IpcMessage message = Objects.requireNonNull(stream.next())) {
      byte[] second = "second".getBytes(StandardCharsets.UTF_8);
      write("two", schema, List.of(new IpcMessage(message.header(), message.body(), second)));
    }
    try (BatchStream stream = read("two");
        IpcMessage message = Objects.requireNonNull(stream.next())) {
      assertThat(new String(Objects.requireNonNull(message.appMetadata()), StandardCharsets.UTF_8))
          .isEqualTo("second");
      assertThat(message.flatbuffer().customMetadataLength()).isEqualTo(1);
    }
  }

  @Test
  void aBodyBeginsAtAMultipleOf64AndMayHaveAnyLength() throws IOException {
    try (SampleBatch sample = SampleBatch.of(schema, 10, 1, memory.get());
        IpcMessage whole = BatchEncoder.encode(sample.root())) {
      ByteBuffer header = whole.header();
      byte[] body = bytes(whole);
      write("data", schema, List.of(new IpcMessage(header, memoryBody(body), null)));
    }
    try (FileChannel file = file("data")) {
      FeatherFooter footer = format.readFooter(file);
      assertThat(footer.batches().get(0).bodyOffset() % 64).isZero();
    }
  }

  private MemoryBody memoryBody(byte[] bytes) {
    ArrowBuf buffer = memory.get().buffer(bytes.length);
    buffer.writeBytes(bytes);
    return new MemoryBody(List.of(buffer));
  }

  @Test
  void aDictionaryThatIsSentAgainIsStoredOnce() throws IOException {
    Schema words = new Schema(List.of(dictionary("word", 1)));
    List<IpcMessage> messages = new ArrayList<>();
    try (SampleBatch sample = SampleBatch.of(words, 10, 1, memory.get())) {
      for (int i = 0; i < 3; i++) {
        messages.addAll(
            BatchEncoder.encodeDictionaries(sample.root().getSchema(), sample.dictionaries()));
        messages.add(BatchEncoder.encode(sample.root()));
      }
    }
    write("data", words, messages);

    try (FileChannel file = file("data")) {
      assertThat(format.readFooter(file).dictionaries().size()).isEqualTo(1);
      assertThat(format.readFooter(file).batchCount()).isEqualTo(3);
    }
  }

  @Test
  void theSameColumnsMayHaveOtherDictionaryIdsInTheFileThatIsAppended() throws IOException {
    Schema base = new Schema(List.of(dictionary("a", 1), dictionary("b", 2)));
    Schema swapped = new Schema(List.of(dictionary("a", 2), dictionary("b", 1)));
    Schema shared = new Schema(List.of(dictionary("a", 7), dictionary("b", 7)));
    List<List<Object>> expected = new ArrayList<>(sample("base", base));
    expected.addAll(sample("swapped", swapped));
    assertThat(concatenate("base", "swapped")).isEqualTo(expected);

    expected = new ArrayList<>(sample("base2", base));
    expected.addAll(sample("shared", shared));
    assertThat(concatenate("base2", "shared")).isEqualTo(expected);
    assertThatThrownBy(() -> concatenate("shared", "base2"))
        .isInstanceOf(MallardException.class)
        .hasMessageContaining("share a dictionary");
  }

  private List<List<Object>> sample(String name, Schema as) throws IOException {
    try (SampleBatch sample = SampleBatch.of(as, 20, name.hashCode(), memory.get());
        FileChannel file = file(name);
        BatchWriter writer = format.write(file, as, memory.get())) {
      StreamRows.write(writer, sample, null);
      writer.finish(Map.of());
      return sample.rows();
    }
  }

  private List<List<Object>> concatenate(String base, String addition) throws IOException {
    String target = base + addition;
    try (FileChannel one = file(base);
        FileChannel two = file(addition);
        FileChannel out = file(target)) {
      format.concatenate(
          one, format.readFooter(one), two, format.readFooter(two), out, Map.of(), memory.get());
    }
    return StreamRows.rows(read(target), memory.get());
  }

  private static Field dictionary(String name, long id) {
    return new Field(
        name,
        new FieldType(true, ArrowType.Utf8.INSTANCE, new DictionaryEncoding(id, false, INT8)),
        List.of());
  }

  @Test
  void dataThatDoesNotFitIsNotAppended() throws IOException {
    sample("base", schema);
    sample("other", new Schema(List.of(SampleFields.nullable("number", INT8))));

    assertThatThrownBy(() -> concatenate("base", "other"))
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining("number");
  }

  @Test
  void aRangeThatEndsWithinABatchIsACallersMistake() throws IOException {
    sample("data", schema);
    try (FileChannel file = file("data")) {
      FeatherFooter footer = format.readFooter(file);
      assertThatThrownBy(() -> format.read(file, footer, new RowRange(3, 20), memory.get()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(file.isOpen()).isFalse();
    }
  }

  @Test
  void aFileThatIsCutWhileItIsReadGivesAnError() throws IOException {
    sample("data", schema);
    try (BatchStream stream = read("data")) {
      try (FileChannel file = file("data")) {
        file.truncate(file.size() / 2);
      }
      assertThatThrownBy(stream::next)
          .isInstanceOfSatisfying(
              MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_LOSS));
    }
  }

  @Test
  void aStreamThatHasBeenClosedIsCancelled() throws IOException {
    sample("data", schema);
    BatchStream stream = read("data");
    stream.close();
    assertThatThrownBy(stream::next)
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
  }

  @Test
  void anIndexOfRowsThatLiesIsFoundOut() {
    BatchIndex index = new BatchIndex(new long[] {5, 5, 5, 0, 7}, 1234);
    String text = index.encode(999);
    BatchIndex decoded = Objects.requireNonNull(BatchIndex.decode(text, 999, 5));
    assertThat(decoded.rows()).containsExactly(5, 5, 5, 0, 7);
    assertThat(decoded.arrowBytes()).isEqualTo(1234);
    assertThat(BatchIndex.decode(text, 998, 5)).isNull();
    assertThat(BatchIndex.decode(text, 999, 4)).isNull();
    assertThat(BatchIndex.decode(text, 999, 6)).isNull();
    assertThat(BatchIndex.decode("not base64!", 999, 5)).isNull();
    assertThat(BatchIndex.decode("", 999, 5)).isNull();
  }
}
