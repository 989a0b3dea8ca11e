package dev.mallard.query;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a session has set. Immutable.
 *
 * @param id of the session; null for a client without one
 * @param catalog that names without one are looked up in first; null for the default
 * @param schema as {@code catalog}
 * @param settings of the engine, those that are safe to set, by name
 */
public record SessionOptions(
    @Nullable String id,
    @Nullable String catalog,
    @Nullable String schema,
    Map<String, String> settings) {

  /** Of a client that has no session. */
  public static final SessionOptions NONE = new SessionOptions(null, null, null, Map.of());

  public SessionOptions {
    settings = Map.copyOf(settings);
  }
}
