package dev.mallard.cli.transfer;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.client.MallardClient;
import dev.mallard.client.ResultStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The batches of several endpoints one after the other, each opened when its turn comes. */
public final class Endpoints implements BatchStream {
  private final MallardClient client;
  private final int window;
  private final Deque<FlightEndpoint> waiting;
  private @Nullable BatchStream current;
  private @Nullable Schema schema;

  /**
   * @param endpoints at least one
   */
  public Endpoints(MallardClient client, List<FlightEndpoint> endpoints) {
    this(client, endpoints, ResultStream.WINDOW);
  }

  /**
   * @param endpoints at least one
   * @param window messages that may be under way; 0 asks for each only when it is wanted
   */
  public Endpoints(MallardClient client, List<FlightEndpoint> endpoints, int window) {
    this.client = client;
    this.window = window;
    this.waiting = new ArrayDeque<>(endpoints);
  }

  @Override
  public Schema schema() {
    if (schema == null) {
      schema = open().schema();
    }
    return schema;
  }

  private BatchStream open() {
    if (current == null) {
      current = client.open(waiting.remove().getTicket(), window);
    }
    return current;
  }

  @Override
  public @Nullable IpcMessage next() throws IOException {
    schema();
    IpcMessage message = open().next();
    while (message == null && !waiting.isEmpty()) {
      close();
      message = open().next();
    }
    return message;
  }

  @Override
  public void close() {
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
