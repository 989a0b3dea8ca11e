package dev.mallard.parquet.internal.read;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.Closer;
import java.io.Closeable;
import java.io.IOException;
import java.util.Deque;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A reader's batches as messages: first every dictionary, whole, then the rows. */
public final class MessageStream implements BatchStream {
  private final Closer closer = new Closer();
  private final BatchReader reader;
  private final Deque<ReadNode.Leaf> dictionaries;

  /** Takes the reader over, and what is to be closed after it. */
  public MessageStream(BatchReader reader, Closeable... alsoClosed) {
    for (Closeable resource : alsoClosed) {
      closer.add(resource);
    }
    this.reader = closer.add(reader);
    this.dictionaries = reader.dictionarySet().leaves();
  }

  @Override
  public Schema schema() {
    return reader.schema();
  }

  @Override
  public @Nullable IpcMessage next() throws IOException {
    ReadNode.Leaf dictionary = dictionaries.poll();
    if (dictionary != null) {
      return reader.dictionarySet().message(dictionary);
    }
    try (BatchParts parts = reader.nextParts()) {
      return parts == null ? null : parts.toMessage();
    } catch (OutOfMemoryException e) {
      throw DamagedFile.noMemory(e);
    }
  }

  @Override
  public void close() {
    closer.close();
  }
}
