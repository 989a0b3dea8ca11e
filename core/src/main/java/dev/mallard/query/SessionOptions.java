package dev.mallard.query;

import dev.mallard.access.Caller;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whose session it is, and what that has set. Immutable.
 *
 * @param id of the session; null for a client without one
 * @param catalog that names without one are looked up in first; null for the default
 * @param schema as {@code catalog}
 * @param settings of the engine, those that are safe to set, by name
 * @param caller who calls; what is kept of its calls is its name's alone
 * @param client the network connection that the call came over, so that a client's calls can be
 *     told from other clients'; null if that cannot be known
 */
public record SessionOptions(
    @Nullable String id,
    @Nullable String catalog,
    @Nullable String schema,
    Map<String, String> settings,
    Caller caller,
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
    this(id, catalog, schema, settings, Caller.ANONYMOUS, null, false);
  }

  /** The same, of that caller, over that connection. */
  public SessionOptions from(Caller who, @Nullable String connection) {
    return new SessionOptions(id, catalog, schema, settings, who, connection, plainTypes);
  }

  /** The same, where other names are looked up first. */
  public SessionOptions in(@Nullable String otherCatalog, @Nullable String otherSchema) {
    return new SessionOptions(id, otherCatalog, otherSchema, settings, caller, client, plainTypes);
  }

  /** The same, with other settings. */
  public SessionOptions with(Map<String, String> otherSettings) {
    return new SessionOptions(id, catalog, schema, otherSettings, caller, client, plainTypes);
  }

  /** Whether nothing is set that an engine might refuse. */
  public boolean isPlain() {
    return catalog == null && schema == null && settings.isEmpty();
  }

  /**
   * The same for all clients and sessions in which a caller's statement means the same: those of a
   * transaction apart.
   */
  SessionOptions shared() {
    return new SessionOptions(null, catalog, schema, settings, caller, null, plainTypes);
  }

  /** The same, for a client that reads only plain types. */
  public SessionOptions withPlainTypes() {
    return new SessionOptions(id, catalog, schema, settings, caller, client, true);
  }
}
