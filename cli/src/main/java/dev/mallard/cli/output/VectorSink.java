package dev.mallard.cli.output;

import dev.mallard.arrow.BatchLoader;
import dev.mallard.arrow.IpcMessage;
import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;

/** A sink that looks at values. The vectors are the same ones for all batches. */
abstract class VectorSink implements RowSink {
  private final BatchLoader loader;

  VectorSink(Schema schema, BufferAllocator allocator) {
    this.loader = new BatchLoader(schema, allocator);
  }

  final VectorSchemaRoot root() {
    return loader.root();
  }

  /** Of the vectors, which do not change either. */
  final DictionaryProvider dictionaries() {
    return loader.dictionaries();
  }

  @Override
  public final void write(IpcMessage message) throws IOException {
    try (message) {
      VectorSchemaRoot loaded = loader.load(message);
      if (loaded != null) {
        writeRows(loaded.getRowCount());
      }
    }
  }

  /** Writes the rows that the root has now. */
  abstract void writeRows(int rows) throws IOException;

  @Override
  public void close() {
    loader.close();
  }
}
