package dev.mallard.flight.session;

import dev.mallard.query.SessionOptions;
import java.time.Instant;
import java.util.function.Function;

/** One session. Thread-safe. */
final class Session {
  private volatile SessionOptions options;
  private volatile Instant lastUsed;

  Session(SessionOptions options, Instant now) {
    this.options = options;
    this.lastUsed = now;
  }

  SessionOptions options() {
    return options;
  }

  Instant lastUsed() {
    return lastUsed;
  }

  void touch(Instant now) {
    lastUsed = now;
  }

  /** Changes of one session come one after the other. */
  synchronized <R> R change(Function<SessionOptions, OptionChanges.Changed<R>> change) {
    OptionChanges.Changed<R> changed = change.apply(options);
    options = changed.options();
    return changed.result();
  }
}
