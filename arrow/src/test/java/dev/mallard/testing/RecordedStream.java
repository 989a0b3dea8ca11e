package dev.mallard.testing;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.BatchLoader;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A stream of messages that were made beforehand; owns those that it has not given away. */
public final class RecordedStream implements BatchStream {
  private final Schema schema;
  private final Deque<IpcMessage> messages;
  private boolean closed;

  public RecordedStream(Schema schema, List<IpcMessage> messages) {
    this.schema = schema;
    this.messages = new ArrayDeque<>(messages);
  }

  /** Dictionaries and rows of a sample, which may be closed afterwards. */
  public static RecordedStream of(SampleBatch sample) {
    return new RecordedStream(sample.schema(), messages(sample));
  }

  /** The messages of a sample, dictionaries first; the caller closes them. */
  public static List<IpcMessage> messages(SampleBatch sample) {
    List<IpcMessage> messages =
        new ArrayList<>(
            BatchEncoder.encodeDictionaries(sample.root().getSchema(), sample.dictionaries()));
    messages.add(BatchEncoder.encode(sample.root()));
    return messages;
  }

  /** All rows that a stream gives, as Java values; closes the stream. */
  public static List<List<Object>> rows(BatchStream stream, BufferAllocator allocator)
      throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    try (stream;
        BatchLoader loader = new BatchLoader(stream.schema(), allocator)) {
      while (true) {
        try (IpcMessage message = stream.next()) {
          if (message == null) {
            return rows;
          }
          if (loader.load(message) != null) {
            rows.addAll(VectorValues.rows(loader.root(), loader.dictionaries()));
          }
        }
      }
    }
  }

  public boolean isClosed() {
    return closed;
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public @Nullable IpcMessage next() {
    return messages.poll();
  }

  @Override
  public void close() {
    closed = true;
    messages.forEach(IpcMessage::close);
    messages.clear();
  }
}
