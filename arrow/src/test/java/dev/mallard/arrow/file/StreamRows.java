package dev.mallard.arrow.file;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.BatchLoader;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.testing.SampleBatch;
import dev.mallard.testing.VectorValues;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** Writes samples and reads streams in tests. */
public final class StreamRows {
  private StreamRows() {}

  /** Writes a sample as a client sends it: its dictionaries, then its rows. */
  public static void write(BatchWriter writer, SampleBatch sample, byte @Nullable [] appMetadata)
      throws IOException {
    List<IpcMessage> messages =
        new ArrayList<>(
            BatchEncoder.encodeDictionaries(sample.root().getSchema(), sample.dictionaries()));
    IpcMessage batch = BatchEncoder.encode(sample.root());
    messages.add(new IpcMessage(batch.header(), batch.body(), appMetadata));
    int done = 0;
    try {
      for (IpcMessage message : messages) {
        done++;
        writer.write(message);
      }
    } finally {
      messages.subList(done, messages.size()).forEach(IpcMessage::close);
    }
  }

  /** All rows of a stream as Java values; closes the stream. */
  public static List<List<Object>> rows(BatchStream stream, BufferAllocator allocator)
      throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    try (stream;
        BatchLoader loader = new BatchLoader(stream.schema(), allocator)) {
      for (IpcMessage next = stream.next(); next != null; next = stream.next()) {
        try (IpcMessage message = next) {
          VectorSchemaRoot root = loader.load(message);
          if (root != null) {
            rows.addAll(VectorValues.rows(root, loader.dictionaries()));
          }
        }
      }
    }
    return rows;
  }

  /**
   * Reads a stream to its end as a server does, which only copies the messages.
   *
   * @return bytes of all messages
   */
  public static long drain(BatchStream stream) throws IOException {
    long bytes = 0;
    try (stream) {
      for (IpcMessage next = stream.next(); next != null; next = stream.next()) {
        try (IpcMessage message = next) {
          message.body().writeTo(OutputStream.nullOutputStream());
          bytes += message.encodedBytes();
        }
      }
    }
    return bytes;
  }
}
