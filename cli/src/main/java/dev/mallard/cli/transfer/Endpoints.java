package dev.mallard.cli.transfer;

import dev.mallard.arrow.BatchStream;
import dev.mallard.client.MallardClient;
import dev.mallard.client.ResultStream;
import java.util.List;
import org.apache.arrow.flight.FlightEndpoint;

/** The batches of several endpoints one after the other. */
public final class Endpoints extends ConsecutiveStreams<FlightEndpoint> {
  private final MallardClient client;
  private final int window;

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
    super(endpoints);
    this.client = client;
    this.window = window;
  }

  @Override
  BatchStream open(FlightEndpoint endpoint) {
    return client.open(endpoint.getTicket(), window);
  }
}
