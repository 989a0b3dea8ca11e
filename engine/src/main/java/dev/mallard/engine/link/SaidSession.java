package dev.mallard.engine.link;

import dev.mallard.query.SessionOptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a session has set. */
public record SaidSession(
    @Nullable String id,
    @Nullable String catalog,
    @Nullable String schema,
    Map<String, String> settings,
    SaidCaller caller,
    boolean plainTypes) {
  public static SaidSession of(SessionOptions options) {
    return new SaidSession(
        options.id(),
        options.catalog(),
        options.schema(),
        options.settings(),
        SaidCaller.of(options.caller()),
        options.plainTypes());
  }

  public SessionOptions options() {
    return new SessionOptions(id, catalog, schema, settings, caller.caller(), null, plainTypes);
  }
}
