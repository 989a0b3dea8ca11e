package dev.mallard.store.derived;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Reads a form, and if that fails in the middle, or ends before it should, goes on from the source
 * at the same row, so that the reader loses nothing, gets nothing twice and need not know.
 */
final class FallbackStream implements BatchStream {
  private final ConversionSource source;
  private final long to;
  private final Form form;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private BatchStream current;

  private boolean closed;

  /** Only the pulling thread uses these. */
  private boolean direct;

  private long row;
  private long rowsToSkip;

  /** What the stream that is read first belongs to. */
  interface Form {
    /** It turned out to be unusable. */
    default void lost() {}

    /** Its stream has been closed; perhaps not for the first time. */
    default void left() {}
  }

  FallbackStream(BatchStream stream, Form form, ConversionSource source, RowRange rows) {
    long[] splits = source.splitPoints();
    this.current = stream;
    this.form = form;
    this.source = source;
    this.row = rows.from();
    this.to = Math.min(rows.to(), splits.length == 0 ? 0 : splits[splits.length - 1]);
  }

  @Override
  public Schema schema() {
    return source.schema();
  }

  @Override
  public @Nullable IpcMessage next() throws IOException {
    BatchStream stream = open();
    if (!direct) {
      try {
        IpcMessage message = stream.next();
        if (message != null || row >= to) {
          return count(message);
        }
      } catch (MallardException e) {
        if (e.code() == ErrorCode.CANCELLED) {
          throw e;
        }
      } catch (IOException e) {
        // Below the source is asked.
      }
      stream = switchToSource();
    }
    return nextDirect(stream);
  }

  @Override
  public boolean mayWait() {
    lock.lock();
    try {
      return current.mayWait();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void stopWaiting() {
    BatchStream stream;
    lock.lock();
    try {
      stream = current;
    } finally {
      lock.unlock();
    }
    stream.stopWaiting();
  }

  private @Nullable IpcMessage count(@Nullable IpcMessage message) {
    row += message == null ? 0 : message.rows();
    return message;
  }

  private @Nullable IpcMessage nextDirect(BatchStream stream) throws IOException {
    while (rowsToSkip > 0) {
      IpcMessage message = stream.next();
      if (message == null || message.kind() != IpcMessage.Kind.RECORD_BATCH) {
        return message;
      }
      long rows = message.rows();
      message.close();
      rowsToSkip -= rows;
    }
    if (rowsToSkip < 0) {
      throw new MallardException(
          ErrorCode.UNAVAILABLE, "The read could not be continued where it was; read again.");
    }
    return count(stream.next());
  }

  private BatchStream switchToSource() throws IOException {
    form.lost();
    open().close();
    form.left();
    direct = true;
    long[] splits = source.splitPoints();
    int found = Arrays.binarySearch(splits, row);
    long start = splits.length == 0 ? 0 : splits[found >= 0 ? found : Math.max(0, -found - 2)];
    rowsToSkip = row - start;
    BatchStream stream = source.open(new RowRange(start, Math.max(start, to)));
    lock.lock();
    try {
      if (!closed) {
        current = stream;
        return stream;
      }
    } finally {
      lock.unlock();
    }
    stream.close();
    throw cancelled();
  }

  private BatchStream open() {
    lock.lock();
    try {
      if (closed) {
        throw cancelled();
      }
      return current;
    } finally {
      lock.unlock();
    }
  }

  private static MallardException cancelled() {
    return new MallardException(ErrorCode.CANCELLED, "The read was cancelled.");
  }

  @Override
  public void close() {
    BatchStream stream;
    lock.lock();
    try {
      closed = true;
      stream = current;
    } finally {
      lock.unlock();
    }
    stream.close();
    form.left();
  }
}
