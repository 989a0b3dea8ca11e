package dev.mallard.client;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * How that is what runs SQL on a server.
 *
 * @param working whether it takes statements
 * @param ownProcess whether it is a process of its own
 * @param restarts since the server started
 * @param lastEnd why it was started again last; null if it has not been
 * @param fence what the kernel keeps it from: {@code none}, {@code writes}, {@code reads}
 * @param spare whether another process waits to take its place
 */
public record SqlStatus(
    boolean working,
    boolean ownProcess,
    long restarts,
    @Nullable String lastEnd,
    String fence,
    boolean spare) {
  static SqlStatus of(JsonNode answer) {
    JsonNode lastEnd = answer.path("last_end");
    return new SqlStatus(
        answer.path("working").asBoolean(),
        answer.path("own_process").asBoolean(),
        answer.path("restarts").asLong(),
        lastEnd.isTextual() ? lastEnd.textValue() : null,
        answer.path("fence").asText("none"),
        answer.path("spare").asBoolean());
  }
}
