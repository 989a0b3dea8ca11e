package dev.mallard.query;

import dev.mallard.access.Caller;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open transactions, by id. Those that nobody uses for long are rolled back. Thread-safe. */
final class Transactions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
  private static final int MOST = 1_000;

  /** Of one caller, so that others have some left. */
  private static final int MOST_OF_ONE = MOST / 10;

  private final SqlEngine engine;
  private final Admission admission;
  private final LiveResults results;
  private final ResultSpool spool;
  private final Duration idle;
  private final Clock clock;
  private final OwnedMap<Transaction> open = new OwnedMap<>();

  Transactions(
      SqlEngine engine,
      Admission admission,
      LiveResults results,
      ResultSpool spool,
      Duration idle,
      Clock clock) {
    this.engine = engine;
    this.admission = admission;
    this.results = results;
    this.spool = spool;
    this.idle = idle;
    this.clock = clock;
  }

  String begin(SessionOptions session, Cancellation cancellation) {
    if (open.size() >= MOST) {
      throw new MallardException(
          ErrorCode.RESOURCE_EXHAUSTED, "there are " + MOST + " transactions open; end some first");
    }
    String id = UUID.randomUUID().toString();
    try (Closer onFailure = new Closer();
        Admission.Seat seat = admission.admit(session.caller(), cancellation)) {
      Transaction begun =
          onFailure.add(beginPrivate(session, cancellation), unwanted -> unwanted.end(false));
      if (!open.putWithin(MOST_OF_ONE, id, session.caller(), begun)) {
        throw new MallardException(
            ErrorCode.RESOURCE_EXHAUSTED,
            "'%s' has %d transactions open; end some first"
                .formatted(session.caller().name(), MOST_OF_ONE));
      }
      onFailure.release();
    }
    return id;
  }

  /** One that nobody else can name or join; whoever begins it is admitted, and ends it. */
  Transaction beginPrivate(SessionOptions session, Cancellation cancellation) {
    try (Closer onFailure = new Closer()) {
      SqlConnection connection = onFailure.add(engine.connect(session));
      try (Cancellation.Registration interrupt = cancellation.onCancel(connection::interrupt)) {
        connection.begin();
      }
      cancellation.check();
      onFailure.release();
      return new Transaction(connection, session, admission, results, spool, clock);
    } catch (RuntimeException e) {
      throw RunningResult.because(e, cancellation);
    }
  }

  /**
   * @throws MallardException NOT_FOUND if there is none, or if it is not this caller's
   */
  Transaction require(String id, Caller who) {
    Transaction transaction = open.find(id, who);
    if (transaction == null) {
      throw Transaction.ended();
    }
    return transaction;
  }

  boolean isOpen(String id, Caller who) {
    return open.find(id, who) != null;
  }

  /**
   * The transaction that a client means but does not say: ADBC's bulk ingest names no transaction,
   * and its statements go on naming the one that they were prepared in after the client has begun
   * the next. It is the only one of the same name that was begun over the same connection in the
   * same session, if no other client of that name seems to share that connection ({@link
   * #sawOther}).
   */
  Optional<String> only(SessionOptions session) {
    if (session.client() == null) {
      return Optional.empty();
    }
    Map<String, Transaction> ofClient = new HashMap<>();
    open.forEachOf(
        session.caller()::owns,
        (id, transaction) -> {
          if (isOfClient(transaction, session)) {
            ofClient.put(id, transaction);
          }
        });
    return ofClient.size() == 1
        ? ofClient.entrySet().stream()
            .filter(entry -> isCertain(entry.getValue(), session))
            .map(Map.Entry::getKey)
            .findFirst()
        : Optional.empty();
  }

  private static boolean isCertain(Transaction transaction, SessionOptions session) {
    return Objects.equals(transaction.session().id(), session.id()) && !transaction.isShared();
  }

  private static boolean isOfClient(Transaction transaction, SessionOptions session) {
    return session.client() != null && session.client().equals(transaction.session().client());
  }

  /**
   * A statement outside any transaction has come. A client that has one open names it in each of
   * its statements: this is another's, who comes over the same connection through a proxy.
   */
  void sawOther(SessionOptions session) {
    open.forEachOf(
        session.caller()::owns,
        (id, transaction) -> {
          if (isOfClient(transaction, session)) {
            transaction.markShared();
          }
        });
  }

  void end(String id, Caller who, boolean commit) {
    Transaction transaction = require(id, who);
    if (!open.remove(id, transaction)) {
      throw Transaction.ended();
    }
    transaction.end(commit);
  }

  /** Rolls back what was abandoned. */
  void rollBackIdle() {
    Instant then = clock.instant().minus(idle);
    rollBack(owner -> true, transaction -> transaction.isIdleSince(then));
  }

  /** Rolls back what a session has left open. */
  void endOfSession(String session) {
    rollBack(owner -> true, transaction -> session.equals(transaction.session().id()));
  }

  /** Rolls back those of some callers, and stops what runs in them. */
  void endWhere(Predicate<Caller> whose) {
    rollBack(
        whose,
        transaction -> {
          transaction.interrupt();
          return true;
        });
  }

  /** One that fails is over, too, and no reason to keep the others. */
  private void rollBack(Predicate<Caller> whose, Predicate<Transaction> which) {
    open.forEachOf(
        whose,
        (id, transaction) -> {
          if (which.test(transaction) && open.remove(id, transaction)) {
            try {
              transaction.end(false);
            } catch (RuntimeException e) {
              LOG.warn("a transaction could not be rolled back", e);
            }
          }
        });
  }

  int size() {
    return open.size();
  }

  @Override
  public void close() {
    rollBack(owner -> true, transaction -> true);
  }
}
