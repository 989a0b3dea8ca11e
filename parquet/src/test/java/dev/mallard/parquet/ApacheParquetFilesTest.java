package dev.mallard.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.RecordedStream;
import dev.mallard.testing.SharedData;
import dev.mallard.testing.VectorValues;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Every file of parquet-testing. That the values are right, interop compares with pyarrow. */
class ApacheParquetFilesTest {
  private static final String COLLECTION = "parquet-testing";

  /** What is not read, and why not. All else is. */
  private static final Map<String, ErrorCode> REFUSED =
      Map.of(
          "ARROW-GH-41317.parquet", ErrorCode.DATA_LOSS,
          "ARROW-GH-41321.parquet", ErrorCode.DATA_LOSS,
          "ARROW-GH-45185.parquet", ErrorCode.DATA_LOSS,
          "ARROW-GH-47662.parquet", ErrorCode.DATA_LOSS,
          "ARROW-RS-GH-6229-DICTHEADER.parquet", ErrorCode.DATA_LOSS,
          "ARROW-RS-GH-6229-LEVELS.parquet", ErrorCode.DATA_LOSS,
          "PARQUET-1481.parquet", ErrorCode.DATA_LOSS,
          "datapage_v1-corrupt-checksum.parquet", ErrorCode.DATA_LOSS,
          "rle-dict-uncompressed-corrupt-checksum.parquet", ErrorCode.DATA_LOSS,
          "large_string_map.brotli.parquet", ErrorCode.RESOURCE_EXHAUSTED);

  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();
  @TempDir Path folder;

  @Test
  void everyFileIsReadOrRefusedWithTheRightCode() throws IOException {
    List<Path> files = SharedData.files(COLLECTION, ".parquet");
    assertThat(files).hasSizeGreaterThan(200);
    for (Path path : files) {
      ErrorCode expected = REFUSED.get(path.getFileName().toString());
      if (expected != null) {
        assertThat(refusal(path)).as("%s", path).isEqualTo(expected);
      } else {
        isReadInEveryWay(path);
      }
    }
  }

  @Test
  void encryptedFilesAreRefusedAsUnsupported() throws IOException {
    for (Path path : SharedData.files(COLLECTION, ".parquet.encrypted")) {
      assertThat(refusal(path)).as("%s", path).isEqualTo(ErrorCode.UNIMPLEMENTED);
    }
  }

  private ErrorCode refusal(Path path) {
    return catchThrowableOfType(MallardException.class, () -> read(path, ReadOptions.all())).code();
  }

  /** Whole, by messages, column by column, and after it was written by us. */
  private void isReadInEveryWay(Path path) throws IOException {
    List<List<Object>> rows = read(path, ReadOptions.all());
    Schema schema;
    try (ParquetFile file = ParquetFile.open(path)) {
      schema = file.schema();
      assertThat(rows).as("%s", path).hasSize((int) file.rows());
      assertThat(RecordedStream.rows(file.stream(ReadOptions.all(), memory.get()), memory.get()))
          .as("%s", path)
          .isEqualTo(rows);
    }
    List<Field> fields = schema.getFields();
    for (int i = 0; i < fields.size(); i++) {
      int column = i;
      List<List<Object>> alone =
          read(path, ReadOptions.all().columns(fields.get(i).getName()).batchRows(100));
      assertThat(alone)
          .as("%s %s", path, fields.get(i))
          .isEqualTo(rows.stream().map(row -> row.subList(column, column + 1)).toList());
    }
    Path copy = folder.resolve("copy.parquet");
    write(copy, path);
    assertThat(read(copy, ReadOptions.all())).as("%s, written again", path).isEqualTo(rows);
  }

  private List<List<Object>> read(Path path, ReadOptions options) throws IOException {
    try (ParquetFile file = ParquetFile.open(path);
        ParquetReader reader = file.read(options, memory.get())) {
      List<List<Object>> rows = new ArrayList<>();
      for (VectorSchemaRoot next = reader.next(); next != null; next = reader.next()) {
        try (VectorSchemaRoot batch = next) {
          rows.addAll(VectorValues.rows(batch, reader.dictionaries()));
        }
      }
      return rows;
    }
  }

  private void write(Path copy, Path path) throws IOException {
    try (FileChannel out =
            FileChannel.open(
                copy,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
        ParquetFile file = ParquetFile.open(path);
        ParquetReader reader = file.read(ReadOptions.all(), memory.get());
        ParquetWriter writer =
            new ParquetWriter(
                out, reader.schema(), WriterOptions.defaults(), memory.get(), Runnable::run)) {
      for (VectorSchemaRoot next = reader.next(); next != null; next = reader.next()) {
        try (VectorSchemaRoot batch = next) {
          writer.write(batch, reader.dictionaries());
        }
      }
      writer.finish(Map.of());
    }
  }
}
