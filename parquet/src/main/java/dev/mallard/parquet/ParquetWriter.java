package dev.mallard.parquet;

import dev.mallard.arrow.BatchLoader;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.file.BatchWriter;
import dev.mallard.arrow.file.WrittenFile;
import dev.mallard.error.Closer;
import dev.mallard.parquet.internal.write.VectorWriter;
import dev.mallard.parquet.internal.write.WrittenParquet;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes batches, as vectors or as messages, to a Parquet file from which the same schema and
 * values come back.
 *
 * <p>One thread at a time. The channel stays the caller's and is only appended to: it may be a
 * file, which must be empty, or a pipe. While one row group is gathered, the one before it is
 * encoded on the executor; what goes wrong there is thrown by a later call. {@link #close()} must
 * be called, and lets go of all memory; without {@link #finish} before it the file is no Parquet
 * file.
 */
public final class ParquetWriter implements BatchWriter {
  private final VectorWriter writer;
  private final BatchLoader loader;

  /**
   * @param schema as it stands in a Schema message: value types for dictionary-encoded fields
   * @param allocator for pages and compressed columns
   * @param executor encodes columns; may be shared, bounded, or {@code Runnable::run}
   * @throws dev.mallard.error.MallardException INVALID_ARGUMENT for a type that Parquet cannot hold
   */
  public ParquetWriter(
      WritableByteChannel target,
      Schema schema,
      WriterOptions options,
      BufferAllocator allocator,
      Executor executor)
      throws IOException {
    try (Closer onFailure = new Closer()) {
      this.writer =
          onFailure.add(new VectorWriter(target, schema, options.settings(), allocator, executor));
      this.loader = new BatchLoader(schema, allocator);
      onFailure.release();
    }
  }

  /**
   * Adds a batch. Does not take it over, but keeps references to its buffers and to those of its
   * dictionaries: the caller may clear or close them at once and replace dictionaries, but must not
   * write new values into the same buffers.
   *
   * @param batch vectors as they are in memory: indices for dictionary-encoded fields
   * @throws dev.mallard.error.MallardException INVALID_ARGUMENT if this or an earlier batch does
   *     not fit the schema or has a value that Parquet cannot hold
   */
  public void write(VectorSchemaRoot batch, DictionaryProvider dictionaries) throws IOException {
    writer.write(batch, dictionaries);
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

  /**
   * Writes the last row group and the footer. Does not sync.
   *
   * @param properties entries for the footer's key-value metadata, whose keys begin with {@code
   *     mallard:}
   */
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
