package dev.mallard.query;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Prepared statements by handle: their text, what is known of them, and what is bound. They hold no
 * connection. Those that nobody uses for long are forgotten. Thread-safe.
 */
final class PreparedStatements {
  private static final int MOST = 10_000;

  private final Duration idle;
  private final Clock clock;
  private final Map<String, Prepared> statements = new ConcurrentHashMap<>();

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

    SqlRequest request() {
      return request;
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
    statements.put(handle, new Prepared(request, info, clock.instant()));
    return info;
  }

  /**
   * @throws MallardException NOT_FOUND
   */
  Prepared require(String handle) {
    Prepared prepared = statements.get(handle);
    if (prepared == null) {
      throw MallardException.notFound(
          "there is no such prepared statement; it was closed, or not used for too long: prepare it again");
    }
    prepared.lastUse = clock.instant();
    return prepared;
  }

  void close(String handle) {
    statements.remove(handle);
  }

  void forgetIdle() {
    Instant then = clock.instant().minus(idle);
    statements.values().removeIf(prepared -> prepared.lastUse.isBefore(then));
  }

  int size() {
    return statements.size();
  }
}
