package dev.mallard.flight.ticket;

import com.google.protobuf.ByteString;
import java.util.Optional;

/**
 * Names the poll that a FlightInfo comes from, in its {@code app_metadata}, so that it can be
 * cancelled before it has an endpoint.
 */
public record PollTag(String poll) {
  /** Empty if there is none. */
  public static Optional<PollTag> decode(ByteString appMetadata) {
    if (!Json.looksLikeObject(appMetadata)) {
      return Optional.empty();
    }
    JsonFields json =
        new JsonFields(appMetadata, "app_metadata of the FlightInfo", "what PollFlightInfo gave");
    if (!json.has("poll")) {
      return Optional.empty();
    }
    return Optional.of(json.end(new PollTag(json.requiredText("poll"))));
  }

  public ByteString encode() {
    return ByteString.copyFrom(Json.write(this));
  }
}
