package dev.mallard.flight.info;

import com.google.protobuf.Timestamp;
import dev.mallard.flight.ticket.ReadTicket;
import dev.mallard.flight.ticket.TicketCodec;
import java.time.Instant;
import org.apache.arrow.flight.impl.Flight.FlightEndpoint;

/** The endpoints of a FlightInfo. None has a location: what they name is read from this service. */
public final class Endpoints {
  private Endpoints() {}

  static FlightEndpoint.Builder of(ReadTicket.Issued ticket) {
    return FlightEndpoint.newBuilder().setTicket(TicketCodec.encode(ticket));
  }

  static FlightEndpoint.Builder of(ReadTicket.Issued ticket, Instant until) {
    return of(ticket).setExpirationTime(timestamp(until));
  }

  /** The same endpoint, which is kept for longer. */
  public static FlightEndpoint renewed(FlightEndpoint endpoint, Instant until) {
    return endpoint.toBuilder().setExpirationTime(timestamp(until)).build();
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
