package dev.mallard.arrow.feather;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a Feather file, bodies by reference. Holds a file descriptor and no memory.
 *
 * <p>Closing is closing the channel, which also ends a read that another thread is in.
 */
final class FeatherStream implements BatchStream {
  private final FileChannel file;
  private final FeatherFooter footer;
  private final BlockReader reader;
  private final DictionaryParts dictionaries;
  private boolean dictionariesListed;
  private final int end;
  private int nextBatch;
  private volatile boolean closed;

  /** Takes over {@code file}, also when it throws. */
  FeatherStream(FileChannel file, FeatherFooter footer, RowRange rows, BufferAllocator allocator) {
    this.file = file;
    this.footer = footer;
    this.reader = new BlockReader(file, footer.schema(), footer.mapping());
    this.dictionaries = new DictionaryParts(reader, footer.schema(), allocator);
    try (Closer onFailure = new Closer()) {
      onFailure.add(file);
      BatchSpan span = BatchSpan.of(footer, rows);
      this.nextBatch = span.from();
      this.end = span.to();
      onFailure.release();
    }
  }

  @Override
  public Schema schema() {
    return footer.schema();
  }

  @Override
  public boolean mayWait() {
    return false;
  }

  @Override
  public @Nullable IpcMessage next() throws IOException {
    try {
      listDictionaries();
      IpcMessage dictionary = dictionaries.nextChanged();
      if (dictionary != null) {
        return dictionary;
      }
      return nextBatch < end ? batch(nextBatch++) : null;
    } catch (ClosedChannelException e) {
      if (closed || Thread.currentThread().isInterrupted()) {
        throw new MallardException(ErrorCode.CANCELLED, "The read was cancelled.", e);
      }
      throw e;
    }
  }

  private void listDictionaries() throws IOException {
    if (dictionariesListed) {
      return;
    }
    dictionariesListed = true;
    for (int i = 0; i < footer.dictionaries().size(); i++) {
      dictionaries.add(footer.dictionaries().get(i));
    }
  }

  private IpcMessage batch(int index) throws IOException {
    IpcMessage message = reader.read(footer.batches().get(index), IpcMessage.Kind.RECORD_BATCH);
    return Damage.guard(
        "a record batch",
        () -> {
          RecordBatch batch = (RecordBatch) message.flatbuffer().header(new RecordBatch());
          if (batch == null || batch.length() != footer.rows(index)) {
            throw Damage.of("a record batch has not the rows that the footer says");
          }
          return message;
        });
  }

  @Override
  public void close() {
    closed = true;
    try {
      file.close();
    } catch (IOException e) {
      // Nothing was written through it, so nothing can be lost.
    }
  }
}
