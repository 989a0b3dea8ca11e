package dev.mallard.query;

import dev.mallard.access.Caller;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Where statements run, one at a time: the stream of one is closed before the next runs. One thread
 * at a time, but for {@link #interrupt}. Closing rolls back what was not committed.
 */
public interface SqlConnection extends AutoCloseable {
  /**
   * Checks that a caller may send the statement, resolves its names and types, runs nothing.
   *
   * @param caller who sends it: of the name that the connection is for, but it may do less
   * @throws dev.mallard.error.MallardException PERMISSION_DENIED or INVALID_ARGUMENT
   */
  SqlStatement prepare(String sql, Caller caller);

  /** From here on datasets and tables are seen as they are now, until the transaction ends. */
  void begin();

  void commit();

  void rollback();

  /**
   * Begins a bulk upload into a table; it is part of the transaction, or one by itself.
   *
   * @param schema of the upload, in message form
   */
  Ingest ingest(IngestTarget target, Schema schema);

  /** Makes what runs fail soon; nothing if nothing runs. Any thread. */
  void interrupt();

  /** How much of what runs is done, from 0 to 1; −1 if that is not known. Any thread. */
  double progress();

  /**
   * Whether anything can still run on it. Once false, false for ever: what it stood on is gone, its
   * transaction is rolled back (unless a commit was answered), and closing it is all that is left.
   * Asks nobody, waits for nothing. Any thread.
   */
  boolean isUsable();

  /** Also of what is not usable any more; then it does nothing but let go of what is here. */
  @Override
  void close();
}
