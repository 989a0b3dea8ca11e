package dev.mallard.duckdb;

import dev.mallard.arrow.BatchLoader;
import dev.mallard.arrow.IpcMessage;
import java.io.IOException;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Messages as the stream of vectors that the C data interface exports. Empties the queue. */
final class MessageReader extends ArrowReader {
  private final BatchLoader loader;
  private final Deque<IpcMessage> messages;
  private @Nullable Exception failure;

  /**
   * @param loader lives on after it
   */
  MessageReader(BufferAllocator allocator, BatchLoader loader, Deque<IpcMessage> messages) {
    super(allocator);
    this.loader = loader;
    this.messages = messages;
  }

  @Override
  public VectorSchemaRoot getVectorSchemaRoot() {
    return loader.root();
  }

  @Override
  public Map<Long, Dictionary> getDictionaryVectors() {
    Map<Long, Dictionary> dictionaries = new HashMap<>();
    for (long id : loader.dictionaries().getDictionaryIds()) {
      dictionaries.put(id, loader.dictionaries().lookup(id));
    }
    return dictionaries;
  }

  @Override
  public Dictionary lookup(long id) {
    return loader.dictionaries().lookup(id);
  }

  @Override
  public Set<Long> getDictionaryIds() {
    return loader.dictionaries().getDictionaryIds();
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    try {
      while (!messages.isEmpty()) {
        try (IpcMessage message = messages.remove()) {
          if (loader.load(message) != null) {
            return true;
          }
        }
      }
      return false;
    } catch (IOException | RuntimeException e) {
      failure = e;
      throw e;
    }
  }

  /** Fails as a batch did; the engine may have told it in other words. */
  void check() throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
  }

  @Override
  public long bytesRead() {
    return 0;
  }

  @Override
  protected void closeReadSource() {}

  @Override
  protected Schema readSchema() {
    return loader.root().getSchema();
  }
}
