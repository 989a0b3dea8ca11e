package dev.mallard.query;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The open transactions, by id. Those that nobody uses for long are rolled back. Thread-safe. */
final class Transactions implements AutoCloseable {
  private static final int MOST = 1_000;

  private final SqlEngine engine;
  private final ResultSpool spool;
  private final Duration idle;
  private final Clock clock;
  private final Map<String, Transaction> open = new ConcurrentHashMap<>();

  Transactions(SqlEngine engine, ResultSpool spool, Duration idle, Clock clock) {
    this.engine = engine;
    this.spool = spool;
    this.idle = idle;
    this.clock = clock;
  }

  String begin(SessionOptions session) {
    if (open.size() >= MOST) {
      throw new MallardException(
          ErrorCode.RESOURCE_EXHAUSTED, "there are " + MOST + " transactions open; end some first");
    }
    SqlConnection connection = engine.connect(session);
    boolean begun = false;
    try {
      connection.begin();
      begun = true;
    } finally {
      if (!begun) {
        connection.close();
      }
    }
    String id = UUID.randomUUID().toString();
    open.put(id, new Transaction(connection, session, spool, clock));
    return id;
  }

  /**
   * @throws MallardException NOT_FOUND
   */
  Transaction require(String id) {
    Transaction transaction = open.get(id);
    if (transaction == null) {
      throw Transaction.ended();
    }
    return transaction;
  }

  boolean isOpen(String id) {
    return open.containsKey(id);
  }

  /**
   * The transaction that a client has open on its connection, if it is the only one: what stock
   * clients mean but do not say. ADBC's bulk ingest names no transaction, and its statements go on
   * naming the one that they were prepared in after the client has begun the next.
   */
  Optional<String> only(@Nullable String client) {
    if (client == null) {
      return Optional.empty();
    }
    List<String> ofClient =
        open.entrySet().stream()
            .filter(entry -> client.equals(entry.getValue().session().client()))
            .map(Map.Entry::getKey)
            .toList();
    return ofClient.size() == 1 ? Optional.of(ofClient.get(0)) : Optional.empty();
  }

  void end(String id, boolean commit) {
    Transaction transaction = open.remove(id);
    if (transaction == null) {
      throw Transaction.ended();
    }
    transaction.end(commit, new Cancellation());
  }

  /** Rolls back what was abandoned. */
  void rollBackIdle() {
    Instant then = clock.instant().minus(idle);
    open.forEach(
        (id, transaction) -> {
          if (transaction.isIdleSince(then) && open.remove(id, transaction)) {
            transaction.end(false, new Cancellation());
          }
        });
  }

  /** Rolls back what a session has left open. */
  void endOfSession(String session) {
    open.forEach(
        (id, transaction) -> {
          if (session.equals(transaction.session().id()) && open.remove(id, transaction)) {
            transaction.end(false, new Cancellation());
          }
        });
  }

  int size() {
    return open.size();
  }

  @Override
  public void close() {
    for (String id : List.copyOf(open.keySet())) {
      end(id, false);
    }
  }
}
