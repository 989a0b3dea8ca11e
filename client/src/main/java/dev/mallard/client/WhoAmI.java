package dev.mallard.client;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * Who a server takes a client for.
 *
 * @param name by which others see it
 * @param role what it may do: {@code read-only}, {@code full}, {@code admin}
 * @param proof by what it proved its name: {@code password}, {@code token}, {@code openid}, {@code
 *     certificate}; {@code unchecked} if nobody looked, {@code none} if it showed nothing
 * @param expires until when that is good, ISO 8601; null if it is not known, or for ever
 */
public record WhoAmI(
    String name, @Nullable String role, @Nullable String proof, @Nullable String expires) {
  static WhoAmI of(JsonNode answer) {
    String name = text(answer, "name");
    if (name == null) {
      throw Errors.protocol("the server does not say who you are");
    }
    return new WhoAmI(name, text(answer, "role"), text(answer, "proof"), text(answer, "expires"));
  }

  private static @Nullable String text(JsonNode answer, String key) {
    JsonNode value = answer.path(key);
    return value.isTextual() ? value.textValue() : null;
  }
}
