package dev.mallard.flight.ticket;

import com.google.protobuf.ByteString;
import java.util.Optional;

/**
 * Names the poll that a FlightInfo comes from, in its {@code app_metadata}, so that it can be
 * cancelled before it has an endpoint.
 */
public record PollTag(String poll) {
  private static final String WHAT = "app_metadata of the FlightInfo";
  private static final String EXPECTED = "what PollFlightInfo gave";

  /** Empty if there is none. */
  public static Optional<PollTag> decode(ByteString appMetadata) {
    if (!Json.looksLikeObject(appMetadata)) {
      return Optional.empty();
    }
    return Optional.of(Json.read(appMetadata.toByteArray(), PollTag.class, WHAT, EXPECTED))
        .filter(tag -> tag.poll != null);
  }

  public ByteString encode() {
    return ByteString.copyFrom(Json.write(this));
  }
}
