package dev.mallard.cli.transfer;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.cli.output.RowSink;
import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;

/** Downloads a stream of batches. Stateless. */
public final class Receiver {
  private Receiver() {}

  /** Is told of each batch that arrived. */
  @FunctionalInterface
  public interface Monitor {
    void received(long bytes, long rows);
  }

  /** Writes all of {@code rows} to {@code output}, which is then complete; closes {@code rows}. */
  public static void receive(
      BatchStream rows, Output output, BufferAllocator allocator, Monitor monitor)
      throws IOException {
    try (rows) {
      RowSink sink = output.begin(rows.schema(), allocator);
      IpcMessage message;
      while ((message = rows.next()) != null) {
        monitor.received(message.encodedBytes(), message.rows());
        sink.write(message);
      }
    }
  }
}
