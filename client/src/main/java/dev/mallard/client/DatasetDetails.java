package dev.mallard.client;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.arrow.flight.FlightInfo;
import org.jspecify.annotations.Nullable;

/**
 * What a Mallard server says of a dataset beyond Flight's own fields, as JSON in the FlightInfo's
 * {@code app_metadata}. Of another server's datasets nothing is known.
 *
 * @param kind {@code dataset}, {@code table} or {@code view}
 * @param format of its files
 * @param files how many
 * @param fileBytes what they take on disk
 * @param modified when this version was committed, as ISO 8601
 */
public record DatasetDetails(
    @Nullable String kind,
    @Nullable String format,
    @Nullable Long files,
    @Nullable Long fileBytes,
    @Nullable String modified) {

  public static DatasetDetails of(FlightInfo info) {
    byte[] metadata = info.getAppMetadata();
    JsonNode json = Json.readOrMissing(metadata == null ? new byte[0] : metadata);
    return new DatasetDetails(
        text(json.path("kind")),
        text(json.path("format")),
        number(json.path("files")),
        number(json.path("file_bytes")),
        text(json.path("modified")));
  }

  private static @Nullable String text(JsonNode node) {
    return node.isTextual() ? node.asText() : null;
  }

  private static @Nullable Long number(JsonNode node) {
    return node.isIntegralNumber() ? node.asLong() : null;
  }

  /** Whether it is the SQL engine's own, not a file: it has no versions, and SQL drops it. */
  public boolean isSqlTable() {
    return "table".equals(kind) || "view".equals(kind);
  }
}
