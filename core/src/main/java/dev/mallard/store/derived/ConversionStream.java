package dev.mallard.store.derived;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.feather.BlockReader;
import dev.mallard.arrow.feather.DictionaryParts;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.store.DiskBudget;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One reader of a running conversion. Has a descriptor of its own, because an interrupted thread
 * closes the channel that it reads from, and lives on when the file is renamed or deleted.
 */
final class ConversionStream implements BatchStream {
  private final SharedConversion conversion;
  private final FileChannel file;
  private final DiskBudget.Hold hold;
  private final RowRange rows;
  private final Schema schema;
  private final BlockReader reader;
  private final DictionaryParts dictionaries;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean stopped;
  private int nextEntry;

  /** Counted as a reader of {@code conversion} already; takes over file and hold. */
  ConversionStream(
      SharedConversion conversion,
      FileChannel file,
      DiskBudget.Hold hold,
      RowRange rows,
      Schema schema,
      BufferAllocator allocator) {
    this.conversion = conversion;
    this.file = file;
    this.hold = hold;
    this.rows = rows;
    this.schema = schema;
    this.reader = new BlockReader(file, schema);
    this.dictionaries = new DictionaryParts(reader, schema, allocator);
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public @Nullable IpcMessage next() throws IOException {
    try {
      while (true) {
        MessageLog.Entry entry = conversion.await(nextEntry, this);
        if (entry == null || entry.start() >= rows.to()) {
          return dictionaries.nextChanged();
        }
        if (entry.isBatch() && entry.start() >= rows.from()) {
          IpcMessage dictionary = dictionaries.nextChanged();
          return dictionary != null ? dictionary : batch(entry);
        }
        skip(entry);
      }
    } catch (ClosedChannelException e) {
      if (isClosed() || Thread.currentThread().isInterrupted()) {
        throw SharedConversion.cancelled(e);
      }
      throw e;
    }
  }

  private IpcMessage batch(MessageLog.Entry entry) throws IOException {
    if (entry.end() > rows.to()) {
      throw new FormLostException("the range ends within a batch");
    }
    nextEntry++;
    return reader.read(entry.block(), IpcMessage.Kind.RECORD_BATCH);
  }

  private void skip(MessageLog.Entry entry) throws IOException {
    nextEntry++;
    if (!entry.isBatch()) {
      dictionaries.add(entry.block());
    } else if (entry.end() > rows.from()) {
      throw new FormLostException("the range begins within a batch");
    }
  }

  private boolean isClosed() {
    return closed.get();
  }

  /** Whether nobody waits for its rows any more. */
  boolean isUnwanted() {
    return stopped || isClosed();
  }

  @Override
  public void stopWaiting() {
    stopped = true;
    conversion.wake();
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    conversion.leave();
    ArrowForms.close(file);
    hold.close();
  }
}
