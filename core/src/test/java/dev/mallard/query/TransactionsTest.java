package dev.mallard.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.access.Caller;
import dev.mallard.access.Proof;
import dev.mallard.access.Role;
import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.store.DiskBudget;
import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransactionsTest {
  private static final Duration IDLE = Duration.ofMinutes(5);

  @TempDir Path folder;

  private final FakeEngine engine = new FakeEngine();
  private final SettableClock clock = new SettableClock();
  private LeakCheckedAllocator memory;
  private ResultSpool spool;
  private Transactions transactions;

  @BeforeEach
  void open() throws Exception {
    memory = LeakCheckedAllocator.open();
    spool =
        new ResultSpool(
            folder,
            new DiskBudget(1 << 20),
            1 << 20,
            IDLE,
            clock,
            new FeatherFormat(),
            memory.get());
    transactions = new Transactions(engine, spool, IDLE, clock);
  }

  @AfterEach
  void close() {
    transactions.close();
    spool.close();
    memory.close();
  }

  @Test
  void anEndIsTheLast() {
    String id = transactions.begin(SessionOptions.NONE);
    transactions.end(id, Caller.ANONYMOUS, true);
    assertThat(engine.log).containsExactly("begin", "commit", "close");
    assertUnknown(() -> transactions.end(id, Caller.ANONYMOUS, true));
    assertUnknown(() -> transactions.require(id, Caller.ANONYMOUS));
    assertThat(transactions.size()).isZero();
  }

  private static void assertUnknown(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
  }

  @Test
  void onlyWhatNobodyUsesIsRolledBack() {
    String idle = transactions.begin(SessionOptions.NONE);
    clock.advance(Duration.ofMinutes(3));
    String used = transactions.begin(SessionOptions.NONE);
    clock.advance(Duration.ofMinutes(3));
    transactions.rollBackIdle();
    assertThat(engine.log).containsExactly("begin", "begin", "rollback", "close");
    assertUnknown(() -> transactions.require(idle, Caller.ANONYMOUS));
    transactions.require(used, Caller.ANONYMOUS).exclusively(new Cancellation(), connection -> 1);
    clock.advance(Duration.ofMinutes(4));
    transactions.rollBackIdle();
    assertThat(transactions.size()).isEqualTo(1);
  }

  @Test
  void whatIsCancelledBeforeItBeginsDoesNotRun() {
    Transaction transaction =
        transactions.require(transactions.begin(SessionOptions.NONE), Caller.ANONYMOUS);
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    assertThatThrownBy(
            () ->
                transaction.exclusively(
                    cancellation,
                    connection -> {
                      throw new AssertionError("it ran");
                    }))
        .hasMessageContaining("cancelled");
  }

  private static SessionOptions session(String id, String connection) {
    return new SessionOptions(id, null, null, Map.of()).from(Caller.ANONYMOUS, connection);
  }

  @Test
  void whatNamesNoTransactionJoinsOnlyThatOfTheSameClientAndSession() {
    String id = transactions.begin(session("s", "10.0.0.1:1"));
    assertThat(transactions.only(session("s", "10.0.0.1:1"))).hasValue(id);
    assertThat(transactions.only(session("s", "10.0.0.1:2"))).isEmpty();
    assertThat(transactions.only(session("other", "10.0.0.1:1"))).isEmpty();
    assertThat(transactions.only(SessionOptions.NONE)).isEmpty();
    transactions.begin(session("s", "10.0.0.1:1"));
    assertThat(transactions.only(session("s", "10.0.0.1:1"))).as("there are two").isEmpty();
  }

  @Test
  void nobodyJoinsOnceSomebodyElseIsSeenOnTheSameConnection() {
    SessionOptions client = session("s", "10.0.0.1:1");
    String id = transactions.begin(client);
    transactions.sawOther(session("s", "10.0.0.1:2"));
    assertThat(transactions.only(client)).hasValue(id);
    transactions.sawOther(client);
    assertThat(transactions.only(client)).isEmpty();
    transactions.end(id, Caller.ANONYMOUS, true);
    assertThat(transactions.only(client)).isEmpty();
    String next = transactions.begin(client);
    assertThat(transactions.only(client)).hasValue(next);
  }

  @Test
  void aPrivateOneIsNobodyElses() {
    SessionOptions client = session("s", "10.0.0.1:1");
    Transaction own = transactions.beginPrivate(client);
    assertThat(transactions.only(client)).isEmpty();
    assertThat(transactions.size()).isZero();
    own.end(false);
    assertThat(engine.log).containsExactly("begin", "rollback", "close");
  }

  @Test
  void oneThatCannotBeRolledBackKeepsNoOtherFromIt() {
    transactions.begin(SessionOptions.NONE);
    transactions.begin(SessionOptions.NONE);
    engine.rollbackFailure = new IllegalStateException("a test's failure");
    transactions.close();
    assertThat(engine.log)
        .containsExactly("begin", "begin", "rollback", "close", "rollback", "close");
    assertThat(transactions.size()).isZero();
  }

  @Test
  void closingRollsBackWhatIsOpen() {
    transactions.begin(SessionOptions.NONE);
    transactions.close();
    assertThat(engine.log).containsExactly("begin", "rollback", "close");
  }

  @Test
  void oneCallerHasATenthAtMostIfItsNameIsProved() {
    Caller ann = new Caller("ann", Role.FULL, new Proof.Password("1"));
    SessionOptions hers = SessionOptions.NONE.from(ann, null);
    String first = transactions.begin(hers);
    for (int i = 1; i < 100; i++) {
      transactions.begin(hers);
    }
    assertThatThrownBy(() -> transactions.begin(hers))
        .isInstanceOfSatisfying(
            MallardException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED))
        .hasMessageContaining("'ann' has 100 transactions");
    assertThat(transactions.size()).isEqualTo(100);
    for (int i = 0; i < 101; i++) {
      transactions.begin(SessionOptions.NONE);
    }
    transactions.end(first, ann, false);
    transactions.begin(hers);
  }
}
