package dev.mallard.duckdb;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBResultSet;
import org.jspecify.annotations.Nullable;

/**
 * A running DuckDB statement's result as messages: batches are computed and converted when they are
 * asked for, and passed on without a copy. Whatever fails in between spoils the connection. May be
 * closed by another thread than that which reads.
 */
final class DuckStream implements BatchStream {
  private final DuckDBResultSet rows;
  private final DuckConnection connection;
  private final Function<Throwable, MallardException> errors;
  private final ArrowReader reader;
  private final Schema schema;

  /** Held while something is read or closed; guards all that follows. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Deque<IpcMessage> waiting = new ArrayDeque<>();
  private boolean dictionariesSent;
  private boolean closed;

  /**
   * @param rows closed with it, also if this throws: until then the connection is taken
   * @param errors puts DuckDB's into our words
   */
  DuckStream(
      DuckDBResultSet rows,
      DuckConnection connection,
      int batchRows,
      Function<Throwable, MallardException> errors)
      throws SQLException, IOException {
    this.rows = rows;
    this.connection = connection;
    this.errors = errors;
    try (Closer onFailure = new Closer()) {
      onFailure.add(connection::spoil);
      onFailure.add(rows);
      this.reader =
          onFailure.add((ArrowReader) rows.arrowExportStream(connection.allocator(), batchRows));
      this.schema =
          BatchEncoder.messageSchema(reader.getVectorSchemaRoot().getSchema(), dictionaries());
      onFailure.release();
    }
    connection.opened(this);
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public @Nullable IpcMessage next() {
    lock.lock();
    try {
      if (closed) {
        throw new MallardException(ErrorCode.CANCELLED, "the result was closed");
      }
      return waiting.isEmpty() ? load() : waiting.pop();
    } catch (IOException | RuntimeException | Error e) {
      connection.spoil();
      throw errors.apply(e);
    } finally {
      lock.unlock();
    }
  }

  private @Nullable IpcMessage load() throws IOException {
    // DuckDB forgets an interrupt that comes between two batches.
    connection.checkCancelled();
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
    if (!lock.tryLock()) {
      connection.interrupt(); // Somebody reads.
      lock.lock();
    }
    try {
      if (!closed) {
        closed = true;
        closeAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void closeAll() {
    connection.closed(this);
    try (Closer all = new Closer()) {
      all.add(rows);
      all.add(reader);
      waiting.forEach(all::add);
    } catch (RuntimeException | Error e) {
      connection.spoil();
      throw errors.apply(
          e instanceof IllegalStateException && e.getCause() != null ? e.getCause() : e);
    }
  }
}
