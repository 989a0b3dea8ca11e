package dev.mallard.flight.session;

import dev.mallard.access.Caller;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.OwnedMap;
import dev.mallard.query.SessionOptions;
import dev.mallard.query.SqlMetadata;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.apache.arrow.flight.impl.Flight.SessionOptionValue;
import org.apache.arrow.flight.impl.Flight.SetSessionOptionsResult;
import org.jspecify.annotations.Nullable;

/**
 * The sessions: what clients that keep a cookie have set. A client without one has the defaults,
 * and so has one whose session is not known (any more), or is another name's: its next {@link #set}
 * begins a new one.
 *
 * <p>A session that nobody uses for a while is forgotten. Thread-safe. {@link #set}, {@link #close}
 * and {@link #expire} may block while the engine is asked.
 */
public final class Sessions {
  private static final int ID_BYTES = 16;

  private final OptionRules rules;
  private final SessionLimits limits;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final OwnedMap<Session> sessions = new OwnedMap<>();

  /** Held while one is begun, so that there are not too many. */
  private final ReentrantLock beginning = new ReentrantLock();

  public Sessions(OptionRules rules, SessionLimits limits, Clock clock) {
    this.rules = rules;
    this.limits = limits;
    this.clock = clock;
  }

  /**
   * What changing options came to.
   *
   * @param id of the session
   * @param isNew whether the client has to be told the id
   * @param errors by name, of those options that were not set
   */
  public record Outcome(
      String id, boolean isNew, Map<String, SetSessionOptionsResult.ErrorValue> errors) {}

  /**
   * What a client has set; of one without a (known) session, nothing.
   *
   * @param connection over which it calls; null if that cannot be known
   */
  public SessionOptions options(@Nullable String id, Caller caller, @Nullable String connection) {
    Session session = find(id, caller);
    SessionOptions options = session == null ? SessionOptions.NONE : session.options();
    return options.from(caller, connection);
  }

  private @Nullable Session find(@Nullable String id, Caller caller) {
    Session session = id == null ? null : sessions.find(id, caller);
    if (session == null || isIdle(session)) {
      return null;
    }
    session.touch(clock.instant());
    return session;
  }

  private boolean isIdle(Session session) {
    return session.lastUsed().plus(limits.idle()).isBefore(clock.instant());
  }

  /**
   * Sets options, each by itself: one that is refused does not keep the others from being set.
   *
   * @throws MallardException RESOURCE_EXHAUSTED if there are too many sessions
   */
  public Outcome set(@Nullable String id, Caller caller, Map<String, SessionOptionValue> changes) {
    expire();
    Session known = find(id, caller);
    Session session = known == null ? begin(caller) : known;
    String found = Objects.requireNonNull(session.options().id());
    try {
      Map<String, SetSessionOptionsResult.ErrorValue> errors =
          session.change(
              options -> new OptionChanges(rules, options.from(caller, null)).apply(changes));
      return new Outcome(found, known == null, errors);
    } catch (RuntimeException e) {
      if (known == null) {
        close(found, caller); // The client will not learn its id.
      }
      throw e;
    }
  }

  private Session begin(Caller caller) {
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    String id = HexFormat.of().formatHex(bytes);
    Session session = new Session(new SessionOptions(id, null, null, Map.of()), clock.instant());
    beginning.lock();
    try {
      if (sessions.size() >= limits.sessions()) {
        throw new MallardException(
            ErrorCode.RESOURCE_EXHAUSTED,
            "there are "
                + limits.sessions()
                + " sessions already; close one, or go on without one");
      }
      if (!sessions.putWithin(limits.perCaller(), id, caller, session)) {
        throw new MallardException(
            ErrorCode.RESOURCE_EXHAUSTED,
            "'%s' has %d sessions already; close one, or go on without one (--max-sessions-per-caller)"
                .formatted(caller.name(), limits.perCaller()));
      }
    } finally {
      beginning.unlock();
    }
    return session;
  }

  /** The options as a client is shown them: with the defaults for what it has not set. */
  public Map<String, SessionOptionValue> shown(@Nullable String id, Caller caller) {
    SessionOptions options = options(id, caller, null);
    Map<String, SessionOptionValue> shown = new TreeMap<>();
    options.settings().forEach((name, value) -> shown.put(name, SessionValues.of(value)));
    String catalog = options.catalog();
    String schema = options.schema();
    shown.put(
        OptionChanges.CATALOG, SessionValues.of(catalog == null ? SqlMetadata.TABLES : catalog));
    shown.put(OptionChanges.SCHEMA, SessionValues.of(schema == null ? SqlMetadata.MAIN : schema));
    return shown;
  }

  /**
   * Ends a session, and what the engine kept for it.
   *
   * @return whether there was one
   */
  public boolean close(@Nullable String id, Caller caller) {
    if (id == null || sessions.take(id, caller) == null) {
      return false;
    }
    rules.end().accept(id);
    return true;
  }

  private void end(String id, Session session) {
    if (sessions.remove(id, session)) {
      rules.end().accept(id);
    }
  }

  /** Ends the sessions that nobody has used for long; to be called now and then. */
  public void expire() {
    sessions.forEach(
        (id, session) -> {
          if (isIdle(session)) {
            end(id, session);
          }
        });
  }

  /** Ends those of some callers. */
  public void endWhere(Predicate<Caller> whose) {
    sessions.forEachOf(whose, this::end);
  }

  /** How many there are. */
  public int count() {
    return sessions.size();
  }
}
