package dev.mallard.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.access.Caller;
import dev.mallard.access.Proof;
import dev.mallard.access.Role;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.testing.LeakCheckedAllocator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransactionsTest {
  @TempDir Path folder;

  private final FakeEngine engine = new FakeEngine();
  private LeakCheckedAllocator memory;
  private LiveFixture live;
  private Transactions transactions;

  @BeforeEach
  void open() throws Exception {
    memory = LeakCheckedAllocator.open();
    live = new LiveFixture(engine, folder, 1, 1 << 20, 1 << 20, memory.get());
    transactions = live.transactions;
  }

  @AfterEach
  void close() {
    transactions.close();
    assertThat(live.admission.admitted()).isZero();
    live.spool.close();
    memory.close();
  }

  @Test
  void anEndIsTheLast() {
    String id = transactions.begin(SessionOptions.NONE, new Cancellation());
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
    String idle = transactions.begin(SessionOptions.NONE, new Cancellation());
    live.clock.advance(Duration.ofMinutes(3));
    String used = transactions.begin(SessionOptions.NONE, new Cancellation());
    live.clock.advance(Duration.ofMinutes(3));
    transactions.rollBackIdle();
    assertThat(engine.log).containsExactly("begin", "begin", "rollback", "close");
    assertUnknown(() -> transactions.require(idle, Caller.ANONYMOUS));
    transactions.require(used, Caller.ANONYMOUS).exclusively(new Cancellation(), connection -> 1);
    live.clock.advance(Duration.ofMinutes(4));
    transactions.rollBackIdle();
    assertThat(transactions.size()).isEqualTo(1);
  }

  @Test
  void whatIsCancelledBeforeItBeginsDoesNotRun() {
    Transaction transaction =
        transactions.require(
            transactions.begin(SessionOptions.NONE, new Cancellation()), Caller.ANONYMOUS);
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
    String id = transactions.begin(session("s", "10.0.0.1:1"), new Cancellation());
    assertThat(transactions.only(session("s", "10.0.0.1:1"))).hasValue(id);
    assertThat(transactions.only(session("s", "10.0.0.1:2"))).isEmpty();
    assertThat(transactions.only(session("other", "10.0.0.1:1"))).isEmpty();
    assertThat(transactions.only(SessionOptions.NONE)).isEmpty();
    transactions.begin(session("s", "10.0.0.1:1"), new Cancellation());
    assertThat(transactions.only(session("s", "10.0.0.1:1"))).as("there are two").isEmpty();
  }

  @Test
  void nobodyJoinsOnceSomebodyElseIsSeenOnTheSameConnection() {
    SessionOptions client = session("s", "10.0.0.1:1");
    String id = transactions.begin(client, new Cancellation());
    transactions.sawOther(session("s", "10.0.0.1:2"));
    assertThat(transactions.only(client)).hasValue(id);
    transactions.sawOther(client);
    assertThat(transactions.only(client)).isEmpty();
    transactions.end(id, Caller.ANONYMOUS, true);
    assertThat(transactions.only(client)).isEmpty();
    String next = transactions.begin(client, new Cancellation());
    assertThat(transactions.only(client)).hasValue(next);
  }

  @Test
  void aPrivateOneIsNobodyElses() {
    SessionOptions client = session("s", "10.0.0.1:1");
    Transaction own = transactions.beginPrivate(client, new Cancellation());
    assertThat(transactions.only(client)).isEmpty();
    assertThat(transactions.size()).isZero();
    own.end(false);
    assertThat(engine.log).containsExactly("begin", "rollback", "close");
  }

  @Test
  void oneThatCannotBeRolledBackKeepsNoOtherFromIt() {
    transactions.begin(SessionOptions.NONE, new Cancellation());
    transactions.begin(SessionOptions.NONE, new Cancellation());
    engine.rollbackFailure = new IllegalStateException("a test's failure");
    transactions.close();
    assertThat(engine.log)
        .containsExactly("begin", "begin", "rollback", "close", "rollback", "close");
    assertThat(transactions.size()).isZero();
  }

  @Test
  void closingRollsBackWhatIsOpen() {
    transactions.begin(SessionOptions.NONE, new Cancellation());
    transactions.close();
    assertThat(engine.log).containsExactly("begin", "rollback", "close");
  }

  @Test
  void oneCallerHasATenthAtMostIfItsNameIsProved() {
    Caller ann = new Caller("ann", Role.FULL, new Proof.Password("1"));
    SessionOptions hers = SessionOptions.NONE.from(ann, null);
    String first = transactions.begin(hers, new Cancellation());
    for (int i = 1; i < 100; i++) {
      transactions.begin(hers, new Cancellation());
    }
    assertThatThrownBy(() -> transactions.begin(hers, new Cancellation()))
        .isInstanceOfSatisfying(
            MallardException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED))
        .hasMessageContaining("'ann' has 100 transactions");
    assertThat(transactions.size()).isEqualTo(100);
    for (int i = 0; i < 101; i++) {
      transactions.begin(SessionOptions.NONE, new Cancellation());
    }
    transactions.end(first, ann, false);
    transactions.begin(hers, new Cancellation());
  }
}
