package dev.mallard.flight.info;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.List;
import org.apache.arrow.flight.impl.Flight.FlightEndpoint;
import org.apache.arrow.flight.impl.Flight.FlightInfo;
import org.apache.arrow.flight.impl.Flight.Location;
import org.apache.arrow.flight.impl.Flight.PollInfo;

/**
 * Says in every endpoint that leaves the server where to read it. No location means the service
 * that was asked; so does {@link #REUSE_CONNECTION}, for clients that insist on one. Thread-safe.
 */
public final class EndpointLocations implements ServerInterceptor {
  /**
   * @see <a href="https://arrow.apache.org/docs/format/Flight.html#connection-reuse">Connection
   *     reuse</a>
   */
  public static final String REUSE_CONNECTION = "arrow-flight-reuse-connection://?";

  private final List<Location> locations;

  public EndpointLocations(List<String> uris) {
    this.locations = uris.stream().map(uri -> Location.newBuilder().setUri(uri).build()).toList();
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return next.startCall(locations.isEmpty() ? call : new Located<>(call), headers);
  }

  private final class Located<Q, R> extends SimpleForwardingServerCall<Q, R> {
    Located(ServerCall<Q, R> call) {
      super(call);
    }

    @Override
    @SuppressWarnings("unchecked") // The same class as before.
    public void sendMessage(R message) {
      if (message instanceof FlightInfo info) {
        super.sendMessage((R) located(info));
      } else if (message instanceof PollInfo poll && poll.hasInfo()) {
        super.sendMessage((R) poll.toBuilder().setInfo(located(poll.getInfo())).build());
      } else {
        super.sendMessage(message);
      }
    }
  }

  private FlightInfo located(FlightInfo info) {
    FlightInfo.Builder builder = info.toBuilder();
    for (FlightEndpoint.Builder endpoint : builder.getEndpointBuilderList()) {
      endpoint.addAllLocation(locations);
    }
    return builder.build();
  }
}
