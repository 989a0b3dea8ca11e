package dev.mallard.parquet.internal.read;

import dev.mallard.testing.VectorValues;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.pojo.Schema;

/** Files that pyarrow wrote (see make_fixtures.py) and what they hold. */
public final class ParquetFixture {
  static final Executor SAME_THREAD = Runnable::run;

  static final List<String> NAMES =
      List.of(
          "numbers_v1",
          "numbers_v2",
          "bytes_v1",
          "bytes_v2",
          "nested_v1",
          "nested_v2",
          "encodings_v1",
          "encodings_v2",
          "times",
          "fallback",
          "codec_none",
          "codec_snappy",
          "codec_gzip",
          "codec_zstd",
          "codec_lz4",
          "codec_brotli",
          "int96",
          "no_arrow_schema",
          "empty",
          "same_names",
          "extension");

  /** A schema in memory form and all rows as Java values. */
  record Content(Schema schema, List<List<Object>> rows) {}

  private ParquetFixture() {}

  static byte[] bytes(String resource) {
    try (InputStream in = ParquetFixture.class.getResourceAsStream("/parquet/" + resource)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Path copyTo(Path folder, String name) throws IOException {
    return Files.write(folder.resolve(name + ".parquet"), bytes(name + ".parquet"));
  }

  /** What pyarrow says that is in the file. */
  public static List<List<Object>> rows(String name, BufferAllocator allocator) throws IOException {
    return expected(name, allocator).rows();
  }

  static Content expected(String name, BufferAllocator allocator) throws IOException {
    try (ArrowStreamReader reader =
        new ArrowStreamReader(new ByteArrayInputStream(bytes(name + ".arrows")), allocator)) {
      List<List<Object>> rows = new ArrayList<>();
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      while (reader.loadNextBatch()) {
        rows.addAll(VectorValues.rows(root, reader));
      }
      return new Content(root.getSchema(), rows);
    }
  }

  static Content read(Path path, int batchRows, BufferAllocator allocator, Executor executor)
      throws IOException {
    try (FileChannel file = FileChannel.open(path)) {
      ParquetFooter footer = ParquetFooter.read(file);
      List<List<Object>> rows = new ArrayList<>();
      try (BatchReader reader =
          new BatchReader(
              file, footer, footer.all(), footer.rowGroups(), batchRows, allocator, executor)) {
        for (VectorSchemaRoot batch = reader.next(); batch != null; batch = reader.next()) {
          try (VectorSchemaRoot open = batch) {
            rows.addAll(VectorValues.rows(open, reader.dictionaries()));
          }
        }
      }
      return new Content(footer.schema(), rows);
    }
  }
}
