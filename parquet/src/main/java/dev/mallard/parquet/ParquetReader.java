package dev.mallard.parquet;

import dev.mallard.parquet.internal.read.BatchReader;
import java.io.IOException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a Parquet file as vectors. While the caller uses one batch the next one is being decoded.
 *
 * <p>One thread at a time pulls; {@link #close} may be called by any thread that is not inside
 * {@link #next}, and drops what is being decoded.
 */
public final class ParquetReader implements AutoCloseable {
  private final BatchReader reader;
  private long skip;
  private long left;

  ParquetReader(BatchReader reader, long skip, long take) {
    this.reader = reader;
    this.skip = skip;
    this.left = take;
  }

  /** Of what is read, in the form of a Schema message. */
  public Schema schema() {
    return reader.schema();
  }

  /**
   * The dictionaries of the fields of {@link #next}, complete from the start. They belong to the
   * reader and live until it is closed.
   */
  public DictionaryProvider dictionaries() {
    return reader.dictionaries();
  }

  /**
   * The next batch, or null at the end: vectors as they are in memory, indices for
   * dictionary-encoded fields. The caller closes it.
   *
   * @throws dev.mallard.error.MallardException DATA_LOSS naming the column if the file is damaged;
   *     RESOURCE_EXHAUSTED if the allocator refuses
   */
  public @Nullable VectorSchemaRoot next() throws IOException {
    while (left > 0) {
      VectorSchemaRoot batch = reader.next();
      if (batch == null) {
        return null;
      }
      int rows = batch.getRowCount();
      int from = (int) Math.min(skip, rows);
      int to = (int) Math.min(rows, from + left);
      skip -= from;
      left -= to - from;
      if (from == 0 && to == rows) {
        return batch;
      }
      try (batch) {
        if (from < to) {
          return batch.slice(from, to - from);
        }
      }
    }
    return null;
  }

  @Override
  public void close() {
    reader.close();
  }
}
