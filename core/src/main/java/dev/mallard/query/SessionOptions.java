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
 * @param client the network connection that the call came over, so that a client's calls can be
 *     told from other clients'; null if that cannot be known
 */
public record SessionOptions(
    @Nullable String id,
    @Nullable String catalog,
    @Nullable String schema,
    Map<String, String> settings,
    @Nullable String client,
    boolean plainTypes) {

  /** Of a client that has no session. */
  public static final SessionOptions NONE = new SessionOptions(null, null, null, Map.of());

  public SessionOptions {
    settings = Map.copyOf(settings);
  }

  /** Of a client that is not known. */
  public SessionOptions(
      @Nullable String id,
      @Nullable String catalog,
      @Nullable String schema,
      Map<String, String> settings) {
    this(id, catalog, schema, settings, null, false);
  }

  /** The same, over that connection. */
  public SessionOptions from(@Nullable String connection) {
    return new SessionOptions(id, catalog, schema, settings, connection, plainTypes);
  }

  /** The same, for a client that reads only plain types. */
  public SessionOptions withPlainTypes() {
    return new SessionOptions(id, catalog, schema, settings, client, true);
  }
}
