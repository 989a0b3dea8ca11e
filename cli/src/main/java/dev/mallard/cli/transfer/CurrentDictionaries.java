package dev.mallard.cli.transfer;

import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.file.BatchWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The dictionaries of a stream as they are at the moment: what a file needs that begins in the
 * stream's middle. Holds their memory until it is closed. One thread at a time.
 */
final class CurrentDictionaries implements AutoCloseable {
  private final BufferAllocator allocator;

  /** Each as it came last, with its deltas; in the order in which they first came. */
  private final Map<Long, List<IpcMessage>> parts = new LinkedHashMap<>();

  CurrentDictionaries(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /** Looks at the next message of the stream, which stays its caller's. */
  void look(IpcMessage message) throws IOException {
    if (message.kind() != IpcMessage.Kind.DICTIONARY_BATCH) {
      return;
    }
    DictionaryBatch batch = (DictionaryBatch) message.flatbuffer().header(new DictionaryBatch());
    if (batch == null) {
      return;
    }
    List<IpcMessage> all = parts.computeIfAbsent(batch.id(), id -> new ArrayList<>());
    if (!batch.isDelta()) {
      all.forEach(IpcMessage::close);
      all.clear();
    }
    all.add(shared(message));
  }

  /** Writes all of them. */
  void writeTo(BatchWriter writer) throws IOException {
    for (List<IpcMessage> all : parts.values()) {
      for (IpcMessage part : all) {
        writer.write(shared(part));
      }
    }
  }

  /** The same with an owner of its own. */
  private IpcMessage shared(IpcMessage message) throws IOException {
    return new IpcMessage(
        message.header(),
        message.body().range(0, message.body().length(), allocator),
        message.appMetadata());
  }

  @Override
  public void close() {
    parts.values().forEach(all -> all.forEach(IpcMessage::close));
    parts.clear();
  }
}
