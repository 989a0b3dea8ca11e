package dev.mallard.duckdb;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBResultSet;
import org.jspecify.annotations.Nullable;

/**
 * A running DuckDB statement's result as messages: batches are computed and converted when they are
 * asked for, and passed on without a copy.
 */
final class DuckStream implements BatchStream {
  private final DuckDBResultSet rows;
  private final ArrowReader reader;
  private final Function<Throwable, MallardException> errors;
  private final Schema schema;
  private final Deque<IpcMessage> waiting = new ArrayDeque<>();
  private boolean dictionariesSent;
  private boolean closed;

  /**
   * @param rows closed with it: until then the connection is taken
   * @param errors puts DuckDB's into our words
   */
  DuckStream(
      DuckDBResultSet rows,
      BufferAllocator allocator,
      int batchRows,
      Function<Throwable, MallardException> errors)
      throws SQLException, IOException {
    this.rows = rows;
    this.errors = errors;
    this.reader = (ArrowReader) rows.arrowExportStream(allocator, batchRows);
    this.schema =
        BatchEncoder.messageSchema(reader.getVectorSchemaRoot().getSchema(), dictionaries());
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public @Nullable IpcMessage next() {
    if (!waiting.isEmpty()) {
      return waiting.pop();
    }
    try {
      if (!reader.loadNextBatch()) {
        return null;
      }
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      if (!dictionariesSent) {
        // An enumeration's values are the same in all batches.
        dictionariesSent = true;
        List<IpcMessage> dictionaries =
            BatchEncoder.encodeDictionaries(root.getSchema(), dictionaries());
        waiting.addAll(dictionaries);
      }
      waiting.add(BatchEncoder.encode(root));
      return waiting.pop();
    } catch (IOException | RuntimeException e) {
      throw errors.apply(e);
    }
  }

  private DictionaryProvider dictionaries() throws IOException {
    DictionaryProvider.MapDictionaryProvider provider =
        new DictionaryProvider.MapDictionaryProvider();
    for (Dictionary dictionary : reader.getDictionaryVectors().values()) {
      provider.put(dictionary);
    }
    return provider;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    waiting.forEach(IpcMessage::close);
    try {
      try {
        reader.close();
      } finally {
        rows.close();
      }
    } catch (SQLException | IOException e) {
      throw errors.apply(e);
    }
  }
}
