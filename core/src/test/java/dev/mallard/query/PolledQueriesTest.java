package dev.mallard.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.access.Caller;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PolledQueriesTest {
  private static final QueryPlan.Spooled RESULT =
      new QueryPlan.Spooled("result", 1, 8, List.of(), Instant.EPOCH);

  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final SettableClock clock = new SettableClock();
  private final PolledQueries queries = new PolledQueries(executor, Duration.ofMinutes(10), clock);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final CountDownLatch cancelled = new CountDownLatch(1);

  @AfterEach
  void everyQueryEnds() throws InterruptedException {
    queries.close();
    executor.shutdown();
    assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  /** Runs until it may end or is cancelled. */
  private QueryPlan.Spooled run(Cancellation cancellation) {
    try (Cancellation.Registration wake =
        cancellation.onCancel(
            () -> {
              cancelled.countDown();
              mayEnd.countDown();
            })) {
      mayEnd.await();
      cancellation.check();
      return RESULT;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private QueryService.Progress start(PolledQueries.Work work) {
    return queries.start(FakeStatement.SCHEMA, Caller.ANONYMOUS, () -> 1.5, work);
  }

  private void assertUnknown(String id) {
    assertThatThrownBy(() -> queries.progress(id, Caller.ANONYMOUS))
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
        .hasMessageContaining("start it again");
    assertThat(queries.cancel(id, Caller.ANONYMOUS)).isFalse();
  }

  @Test
  void itIsNotDoneBeforeItsResultIsThereWhateverTheEngineSays() {
    QueryService.Progress running = start(this::run);
    assertThat(running.result()).isNull();
    assertThat(running.fraction()).isLessThan(1);
    mayEnd.countDown();
    QueryService.Progress done = running;
    while (done.result() == null) {
      done = queries.progress(running.id(), Caller.ANONYMOUS);
    }
    assertThat(done)
        .isEqualTo(new QueryService.Progress(running.id(), FakeStatement.SCHEMA, 1, RESULT));
    assertThat(queries.progress(running.id(), Caller.ANONYMOUS)).as("asked again").isEqualTo(done);
    assertThat(queries.cancel(running.id(), Caller.ANONYMOUS))
        .as("there is nothing to cancel")
        .isFalse();
  }

  @Test
  void aFailureIsToldOnceAsItIs() {
    MallardException failure = new MallardException(ErrorCode.DATA_LOSS, "a test's failure");
    QueryService.Progress running =
        start(
            cancellation -> {
              run(cancellation);
              throw failure;
            });
    mayEnd.countDown();
    assertThatThrownBy(
            () -> {
              while (queries.progress(running.id(), Caller.ANONYMOUS).result() == null) {
                Thread.onSpinWait();
              }
            })
        .isSameAs(failure);
    assertUnknown(running.id());
  }

  @Test
  void whoeverCancelsStopsIt() throws InterruptedException {
    QueryService.Progress running = start(this::run);
    assertThat(queries.cancel(running.id(), Caller.ANONYMOUS)).isTrue();
    assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    assertUnknown(running.id());
  }

  @Test
  void onlyWhatNobodyAsksForIsStopped() throws InterruptedException {
    QueryService.Progress running = start(this::run);
    clock.advance(Duration.ofMinutes(9));
    queries.progress(running.id(), Caller.ANONYMOUS);
    clock.advance(Duration.ofMinutes(9));
    queries.forgetIdle();
    assertThat(queries.progress(running.id(), Caller.ANONYMOUS).id()).isEqualTo(running.id());
    clock.advance(Duration.ofMinutes(11));
    queries.forgetIdle();
    assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    assertUnknown(running.id());
  }

  @Test
  void theEndStopsWhatRuns() throws InterruptedException {
    QueryService.Progress running = start(this::run);
    queries.close();
    assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    assertUnknown(running.id());
  }
}
