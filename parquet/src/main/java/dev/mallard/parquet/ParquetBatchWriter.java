package dev.mallard.parquet;

import dev.mallard.arrow.BatchLoader;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.file.BatchWriter;
import dev.mallard.arrow.file.WrittenFile;
import dev.mallard.parquet.write.ParquetWriter;
import dev.mallard.parquet.write.WriterOptions;
import dev.mallard.parquet.write.WrittenParquet;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** Messages into a Parquet file. */
final class ParquetBatchWriter implements BatchWriter {
  private final BatchLoader loader;
  private final ParquetWriter writer;

  ParquetBatchWriter(
      WritableByteChannel target,
      Schema schema,
      WriterOptions options,
      BufferAllocator allocator,
      Executor executor)
      throws IOException {
    this.writer = new ParquetWriter(target, schema, options, allocator, executor);
    try {
      this.loader = new BatchLoader(schema, allocator);
    } catch (Throwable e) {
      writer.close();
      throw e;
    }
  }

  @Override
  public void write(IpcMessage message) throws IOException {
    try (message) {
      VectorSchemaRoot rows = loader.load(message);
      if (rows != null) {
        writer.write(rows, loader.dictionaries());
      }
    }
  }

  @Override
  public WrittenFile finish(Map<String, String> properties) throws IOException {
    WrittenParquet written = writer.finish(properties);
    return new WrittenFile(written.rows(), -1);
  }

  @Override
  public void close() {
    writer.close();
    loader.close();
  }
}
