package dev.mallard.arrow.feather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.BodyCodec;
import dev.mallard.arrow.CheckLimits;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MessageChecker;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.arrow.file.StreamRows;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.testing.LeakCheckedAllocator;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that pyarrow wrote; see make_fixtures.py beside them. */
class ForeignFilesTest {
  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();
  @TempDir Path folder;
  private final FeatherFormat format = new FeatherFormat();

  private static FileChannel fixture(String name) throws IOException {
    try {
      return FileChannel.open(
          Path.of(
              Objects.requireNonNull(ForeignFilesTest.class.getResource("/feather/" + name))
                  .toURI()),
          StandardOpenOption.READ);
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private FeatherFooter footer(String name) throws IOException {
    try (FileChannel file = fixture(name)) {
      return format.readFooter(file);
    }
  }

  private BatchStream open(String name) throws IOException {
    FileChannel file = fixture(name);
    return format.read(file, format.readFooter(file), RowRange.ALL, memory.get());
  }

  private List<List<Object>> rows(BatchStream stream) throws IOException {
    return StreamRows.rows(new Decompressing(stream), memory.get());
  }

  /** So that compressed files can be compared with others. */
  private final class Decompressing implements BatchStream {
    private final BatchStream source;

    Decompressing(BatchStream source) {
      this.source = source;
    }

    @Override
    public org.apache.arrow.vector.types.pojo.Schema schema() {
      return source.schema();
    }

    @Override
    public @Nullable IpcMessage next() throws IOException {
      IpcMessage message = source.next();
      if (message == null || !BodyCodec.isCompressed(message)) {
        return message;
      }
      try (message) {
        return BodyCodec.decompress(message, memory.get(), CheckLimits.DEFAULT);
      }
    }

    @Override
    public void close() {
      source.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain.arrow", "legacy.arrow", "lz4.arrow", "zstd.arrow"})
  void ordinaryFilesAreReadWhateverTheirCompressionOrVersion(String name) throws IOException {
    FeatherFooter footer = footer(name);
    assertThat(footer.rows()).isEqualTo(5);
    assertThat(footer.splitPoints()).containsExactly(0, 2, 4, 5);
    assertThat(footer.properties()).isEmpty();
    assertThat(footer.arrowBytes() > 0)
        .isEqualTo(!name.contains("4.arrow") && !name.contains("zstd"));
    assertThat(rows(open(name)).toString())
        .isEqualTo(
            "[[0000000000000001, a, [00000001, 00000002]], [0000000000000002, null, []],"
                + " [null, Zürich 🦆, null], [0000000000000004, , [00000003]],"
                + " [0000000000000005, e, [00000004, 00000005, 00000006]]]");
  }

  @Test
  void arrowBytesOfForeignFilesAreExact() throws IOException {
    for (String name : List.of("plain.arrow", "legacy.arrow", "nested.arrow")) {
      assertThat(StreamRows.drain(open(name))).isEqualTo(footer(name).arrowBytes());
    }
  }

  @Test
  void aFileOfWriteFeatherIsRead() throws IOException {
    assertThat(footer("lz4.feather").rows()).isEqualTo(5);
    assertThat(rows(open("lz4.feather"))).isEqualTo(rows(open("plain.arrow")));
  }

  @Test
  void unionsRunsViewsAndTheRestAreRead() throws IOException {
    assertThat(footer("nested.arrow").rows()).isEqualTo(3);
    FeatherFooter footer = footer("nested.arrow");
    MessageChecker checker = new MessageChecker(footer.schema(), memory.get(), CheckLimits.DEFAULT);
    try (BatchStream stream = open("nested.arrow")) {
      for (IpcMessage next = stream.next(); next != null; next = stream.next()) {
        try (IpcMessage message = next) {
          checker.check(message);
        }
      }
    }
  }

  @Test
  void emptyFilesAreRead() throws IOException {
    assertThat(footer("empty.arrow").rows()).isZero();
    assertThat(footer("empty.arrow").schema()).isEqualTo(footer("plain.arrow").schema());
    assertThat(rows(open("empty.arrow"))).isEmpty();
    assertThat(footer("no_columns.arrow").schema().getFields()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"deltas.arrow", "deltas_lz4.arrow"})
  void aDictionaryInPartsComesAsOne(String name) throws IOException {
    assertThat(rows(open(name)).toString()).isEqualTo("[[a], [b], [c], [b], [d], [null]]");
    List<IpcMessage.Kind> kinds = new ArrayList<>();
    try (BatchStream stream = open(name)) {
      for (IpcMessage next = stream.next(); next != null; next = stream.next()) {
        try (IpcMessage message = next) {
          kinds.add(message.kind());
        }
      }
    }
    assertThat(kinds)
        .containsExactly(
            IpcMessage.Kind.DICTIONARY_BATCH,
            IpcMessage.Kind.RECORD_BATCH,
            IpcMessage.Kind.RECORD_BATCH,
            IpcMessage.Kind.RECORD_BATCH);
  }

  @Test
  void filesAreConcatenatedWithTheirDictionariesAndCompression() throws IOException {
    for (List<String> names :
        List.of(
            List.of("deltas.arrow", "deltas_lz4.arrow"),
            List.of("plain.arrow", "lz4.arrow"),
            List.of("legacy.arrow", "zstd.arrow"))) {
      List<List<Object>> expected = new ArrayList<>(rows(open(names.get(0))));
      expected.addAll(rows(open(names.get(1))));
      Path target = folder.resolve(names.get(0));
      try (FileChannel base = fixture(names.get(0));
          FileChannel addition = fixture(names.get(1));
          FileChannel out =
              FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        format.concatenate(
            base,
            format.readFooter(base),
            addition,
            format.readFooter(addition),
            out,
            Map.of(),
            memory.get());
      }
      FileChannel written = FileChannel.open(target, StandardOpenOption.READ);
      assertThat(rows(format.read(written, format.readFooter(written), RowRange.ALL, memory.get())))
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deltas.arrow",
        "deltas_lz4.arrow",
        "plain.arrow",
        "legacy.arrow",
        "zstd.arrow",
        "nested.arrow"
      })
  void flippedBitsAreErrorsAndNothingWorse(String name) throws IOException {
    byte[] whole;
    try (FileChannel file = fixture(name)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
      file.read(bytes, 0);
      whole = bytes.array();
    }
    for (int seed = 0; seed < 600; seed++) {
      Random random = new Random(seed);
      byte[] damaged = whole.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        damaged[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Path path = Files.write(folder.resolve("damaged"), damaged);
      Path target = folder.resolve("target");
      try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
          FileChannel out =
              FileChannel.open(
                  target,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE)) {
        FeatherFooter footer = format.readFooter(file);
        format.concatenate(file, footer, file, footer, out, Map.of(), memory.get());
        StreamRows.drain(format.read(file, footer, RowRange.ALL, memory.get()));
      } catch (MallardException | IOException e) {
        assertThat(e.getMessage()).as("seed " + seed).isNotNull();
      }
    }
  }

  @Test
  void whatIsNoFeatherFileIsCalledByItsName() {
    assertRefused("v1.feather", ErrorCode.UNIMPLEMENTED, "Feather version 1");
    assertRefused("stream.arrows", ErrorCode.DATA_LOSS, "IPC stream");
    assertRefused("make_fixtures.py", ErrorCode.DATA_LOSS, "no Feather");
  }

  private void assertRefused(String name, ErrorCode code, String message) {
    assertThatThrownBy(() -> footer(name))
        .isInstanceOfSatisfying(MallardException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }
}
