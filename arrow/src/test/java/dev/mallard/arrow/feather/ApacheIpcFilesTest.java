package dev.mallard.arrow.feather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mallard.arrow.BatchLoader;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.arrow.file.StreamRows;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.SharedData;
import dev.mallard.testing.VectorValues;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Every file of arrow-testing: read with the values that arrow-java reads from its stream. */
class ApacheIpcFilesTest {
  private static final String COLLECTION = "arrow-testing";

  /** Sound, but refused; parts of paths. */
  private static final List<String> UNSUPPORTED = List.of("bigendian", "decimal32", "decimal64");

  /**
   * Whose stream arrow-java's own reader cannot read, or reads with other names: these are only
   * loaded.
   */
  private static final List<String> NOT_COMPARED =
      List.of("duplicate_fieldnames", "map_non_canonical", "compression", "union");

  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();
  @TempDir Path folder;
  private final FeatherFormat format = new FeatherFormat();

  @Test
  void everyFileIsReadExactlyOrRefusedAsUnsupported() throws IOException {
    List<Path> files = SharedData.files(COLLECTION, ".arrow_file");
    assertThat(files).hasSizeGreaterThan(80);
    for (Path path : files) {
      if (UNSUPPORTED.stream().anyMatch(path.toString()::contains)) {
        assertThat(refusal(path)).as("%s", path).isEqualTo(ErrorCode.UNIMPLEMENTED);
        continue;
      }
      load(path);
      if (NOT_COMPARED.stream().noneMatch(path.toString()::contains)) {
        Path stream = Path.of(path.toString().replace(".arrow_file", ".stream"));
        assertThat(rows(path)).as("%s", path).isEqualTo(rowsOfStream(stream));
      }
    }
  }

  @Test
  void everyFileThatIsCutShortIsRefusedAsDamaged() throws IOException {
    for (Path path : SharedData.files(COLLECTION, "generated_primitive.arrow_file")) {
      byte[] whole = Files.readAllBytes(path);
      for (int length = 0; length < whole.length; length += 1 + whole.length / 40) {
        Path cut = folder.resolve("cut.arrow");
        Files.write(cut, java.util.Arrays.copyOf(whole, length));
        assertThat(refusal(cut)).as("%s, %s bytes", path, length).isEqualTo(ErrorCode.DATA_LOSS);
      }
    }
  }

  private ErrorCode refusal(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path)) {
      return catchThrowableOfType(MallardException.class, () -> format.readFooter(file)).code();
    }
  }

  private BatchStream open(Path path) throws IOException {
    FileChannel file = FileChannel.open(path);
    return format.read(file, format.readFooter(file), RowRange.ALL, memory.get());
  }

  private List<List<Object>> rows(Path path) throws IOException {
    return StreamRows.rows(open(path), memory.get());
  }

  /** Into vectors, as the commands do. */
  private void load(Path path) throws IOException {
    long rows = 0;
    try (BatchStream stream = open(path);
        BatchLoader loader = new BatchLoader(stream.schema(), memory.get())) {
      for (IpcMessage next = stream.next(); next != null; next = stream.next()) {
        try (IpcMessage message = next) {
          VectorSchemaRoot batch = loader.load(message);
          rows += batch == null ? 0 : batch.getRowCount();
        }
      }
    }
    try (FileChannel file = FileChannel.open(path)) {
      assertThat(rows).as("%s", path).isEqualTo(format.readFooter(file).rows());
    }
  }

  private List<List<Object>> rowsOfStream(Path path) throws IOException {
    try (ArrowStreamReader reader =
        new ArrowStreamReader(Files.newInputStream(path), memory.get())) {
      List<List<Object>> rows = new ArrayList<>();
      while (reader.loadNextBatch()) {
        rows.addAll(VectorValues.rows(reader.getVectorSchemaRoot(), reader));
      }
      return rows;
    }
  }
}
