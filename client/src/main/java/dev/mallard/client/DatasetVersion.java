package dev.mallard.client;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A version of a dataset that the server keeps.
 *
 * @param rows or −1 if unknown
 * @param fileBytes or −1 if unknown
 */
public record DatasetVersion(
    String id, boolean current, String modified, long rows, long fileBytes) {
  static DatasetVersion of(JsonNode json) {
    return new DatasetVersion(
        json.path("version").asText(),
        json.path("current").asBoolean(),
        json.path("modified").asText(),
        json.path("rows").asLong(-1),
        json.path("file_bytes").asLong(-1));
  }
}
