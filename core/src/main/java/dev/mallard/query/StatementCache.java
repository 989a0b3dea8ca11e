package dev.mallard.query;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queries that stay prepared, each on a connection of its own, for a moment after they were planned
 * or run: most are run right after they were planned, and many again and again. Limited in number;
 * those used longest ago go first. Thread-safe.
 */
final class StatementCache implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatementCache.class);
  private static final int MOST = 64;
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final Clock clock;

  /** Guards all that follows; nothing is closed under it. */
  private final ReentrantLock lock = new ReentrantLock();

  /** Oldest first. */
  private final Deque<Ready> byAge = new ArrayDeque<>();

  private final Map<SqlRequest, Deque<Ready>> byRequest = new HashMap<>();
  private boolean closed;

  StatementCache(Clock clock) {
    this.clock = clock;
  }

  /** A prepared query and its connection, which are one's who has it. */
  static final class Ready implements AutoCloseable {
    private final SqlRequest request;
    private final SqlConnection connection;
    private final SqlStatement statement;
    private Instant since = Instant.EPOCH;

    Ready(SqlRequest request, SqlConnection connection, SqlStatement statement) {
      this.request = key(request);
      this.connection = connection;
      this.statement = statement;
    }

    SqlConnection connection() {
      return connection;
    }

    SqlStatement statement() {
      return statement;
    }

    /** Whether it would still mean what its text means now. */
    boolean isCurrent() {
      try {
        return connection.isUsable() && statement.isCurrent();
      } catch (RuntimeException e) {
        LOG.debug("a prepared statement cannot be used again", e);
        return false;
      }
    }

    @Override
    public void close() {
      try (SqlConnection last = connection) {
        statement.close();
      }
    }

    /** Closes what is nobody's any more: whatever goes wrong is of no concern to anybody. */
    void drop() {
      try {
        close();
      } catch (RuntimeException e) {
        LOG.warn("a prepared statement could not be closed", e);
      }
    }
  }

  /** One that can run, if it still means what the request means now: to be asked. */
  Optional<Ready> take(SqlRequest request) {
    while (true) {
      Ready ready = poll(request);
      if (ready == null) {
        return Optional.empty();
      }
      if (ready.connection.isUsable()) {
        return Optional.of(ready);
      }
      ready.drop();
    }
  }

  /** One that still means what the request means now. */
  Optional<Ready> takeCurrent(SqlRequest request) {
    while (true) {
      Optional<Ready> ready = take(request);
      if (ready.isEmpty() || ready.get().isCurrent()) {
        return ready;
      }
      ready.get().drop();
    }
  }

  /**
   * Those of one caller are good for all its clients and sessions that have set the same; whoever
   * has other rights is another caller.
   */
  private static SqlRequest key(SqlRequest request) {
    return new SqlRequest(request.sql(), request.transaction(), request.session().shared());
  }

  private @Nullable Ready poll(SqlRequest request) {
    lock.lock();
    try {
      Deque<Ready> same = byRequest.get(key(request));
      Ready ready = same == null ? null : same.pollLast();
      if (ready != null) {
        byAge.remove(ready);
        forget(ready);
      }
      return ready;
    } finally {
      lock.unlock();
    }
  }

  private void forget(Ready ready) {
    Deque<Ready> same = byRequest.get(ready.request);
    if (same != null) {
      same.remove(ready);
      if (same.isEmpty()) {
        byRequest.remove(ready.request);
      }
    }
  }

  /** Takes it over. */
  void put(Ready ready) {
    Ready surplus = add(ready);
    if (surplus != null) {
      surplus.drop();
    }
  }

  private @Nullable Ready add(Ready ready) {
    lock.lock();
    try {
      if (closed || !ready.connection.isUsable()) {
        return ready;
      }
      ready.since = clock.instant();
      byAge.add(ready);
      byRequest.computeIfAbsent(ready.request, request -> new ArrayDeque<>()).add(ready);
      if (byAge.size() <= MOST) {
        return null;
      }
      Ready oldest = byAge.remove();
      forget(oldest);
      return oldest;
    } finally {
      lock.unlock();
    }
  }

  /** Closes what nobody has taken for a while, and what cannot run any more. */
  void forgetOld() {
    Instant then = clock.instant().minus(LONGEST);
    closeAll(ready -> ready.since.isBefore(then) || !ready.connection.isUsable());
  }

  private void closeAll(Predicate<Ready> which) {
    Deque<Ready> old = new ArrayDeque<>();
    lock.lock();
    try {
      Iterator<Ready> all = byAge.iterator();
      while (all.hasNext()) {
        Ready ready = all.next();
        if (which.test(ready)) {
          all.remove();
          forget(ready);
          old.add(ready);
        }
      }
    } finally {
      lock.unlock();
    }
    old.forEach(Ready::drop);
  }

  /** Closes all that nobody has taken now. */
  void clear() {
    closeAll(ready -> true);
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    clear();
  }
}
