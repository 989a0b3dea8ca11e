package dev.mallard.query;

import dev.mallard.access.Caller;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Prepared statements by handle: their text, what is known of them, and what is bound. They hold no
 * connection. Those that nobody uses for long are forgotten. Thread-safe.
 */
final class PreparedStatements {
  private static final int MOST = 10_000;

  /** Of one caller, so that others have some left. */
  private static final int MOST_OF_ONE = MOST / 10;

  private final Duration idle;
  private final Clock clock;
  private final OwnedMap<Prepared> statements = new OwnedMap<>();

  PreparedStatements(Duration idle, Clock clock) {
    this.idle = idle;
    this.clock = clock;
  }

  /** One of them. Parameters that are bound hold for the runs that begin later. */
  static final class Prepared {
    private final SqlRequest request;
    private final PreparedInfo info;
    private volatile @Nullable StoredBatches parameters;
    private volatile Instant lastUse;

    private Prepared(SqlRequest request, PreparedInfo info, Instant now) {
      this.request = request;
      this.info = info;
      this.lastUse = now;
    }

    /** As it is when that caller has it run. */
    SqlRequest request(Caller who) {
      return request.from(who);
    }

    PreparedInfo info() {
      return info;
    }

    @Nullable StoredBatches parameters() {
      return parameters;
    }

    void bind(StoredBatches rows) {
      parameters = rows;
    }
  }

  PreparedInfo add(SqlRequest request, SqlStatement statement) {
    if (statements.size() >= MOST) {
      throw new MallardException(
          ErrorCode.RESOURCE_EXHAUSTED,
          "there are " + MOST + " prepared statements; close some first");
    }
    String handle = UUID.randomUUID().toString();
    PreparedInfo info =
        new PreparedInfo(handle, statement.isQuery(), statement.schema(), statement.parameters());
    Prepared added = new Prepared(request, info, clock.instant());
    if (!statements.putWithin(MOST_OF_ONE, handle, request.caller(), added)) {
      throw new MallardException(
          ErrorCode.RESOURCE_EXHAUSTED,
          "'%s' has %d prepared statements; close some first"
              .formatted(request.caller().name(), MOST_OF_ONE));
    }
    return info;
  }

  /**
   * @throws MallardException NOT_FOUND if there is none, or if it is not this caller's
   */
  Prepared require(String handle, Caller who) {
    Prepared prepared = statements.find(handle, who);
    if (prepared == null) {
      throw MallardException.notFound(
          "there is no such prepared statement; it was closed, or not used for too long: prepare it again");
    }
    prepared.lastUse = clock.instant();
    return prepared;
  }

  void close(String handle, Caller who) {
    statements.take(handle, who);
  }

  /** Closes those of some callers. */
  void endWhere(Predicate<Caller> whose) {
    statements.forEachOf(whose, statements::remove);
  }

  void forgetIdle() {
    Instant then = clock.instant().minus(idle);
    statements.forEach(
        (handle, prepared) -> {
          if (prepared.lastUse.isBefore(then)) {
            statements.remove(handle, prepared);
          }
        });
  }

  int size() {
    return statements.size();
  }
}
