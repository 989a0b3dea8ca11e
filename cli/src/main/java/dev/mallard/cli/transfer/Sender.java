package dev.mallard.cli.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.FittedStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.client.MallardClient;
import dev.mallard.client.MallardClient.PutMode;
import dev.mallard.client.Upload;
import java.io.IOException;

/** Uploads a stream of batches. Stateless. */
public final class Sender {
  /** Files may have batches of any size; servers take messages of some. */
  private static final long MAX_MESSAGE_BYTES = 16L << 20;

  private Sender() {}

  /** Is told of each batch that was sent. */
  @FunctionalInterface
  public interface Monitor {
    void sent(long bytes, long rows);
  }

  /**
   * Sends all of {@code rows}, closes it, and waits until the server has stored it.
   *
   * @return what the server says of it, or a missing node if it says nothing
   */
  public static JsonNode send(
      MallardClient client, String name, BatchStream rows, PutMode mode, Monitor monitor)
      throws IOException {
    try (BatchStream cut = FittedStream.cut(rows, MAX_MESSAGE_BYTES, client.allocator());
        Upload upload = client.upload(name, cut.schema(), mode)) {
      IpcMessage next;
      while ((next = cut.next()) != null) {
        try (IpcMessage message = next) {
          upload.send(message);
          monitor.sent(message.encodedBytes(), message.rows());
        }
      }
      return upload.finish();
    }
  }
}
