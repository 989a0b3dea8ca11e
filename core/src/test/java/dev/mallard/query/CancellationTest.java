package dev.mallard.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CancellationTest {
  private final Cancellation cancellation = new Cancellation();

  @Test
  void theActionIsDoneAgainUntilItIsClosed() throws Exception {
    CountDownLatch thrice = new CountDownLatch(3);
    try (var registration = cancellation.onCancel(thrice::countDown)) {
      cancellation.cancel();
      assertThat(thrice.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aClosedRegistrationIsNotToldAndALateOneIsToldAtOnce() {
    AtomicInteger early = new AtomicInteger();
    cancellation.onCancel(early::incrementAndGet).close();
    cancellation.cancel();
    assertThat(early).hasValue(0);
    AtomicInteger late = new AtomicInteger();
    try (var registration = cancellation.onCancel(late::incrementAndGet)) {
      assertThat(late.get()).isPositive();
    }
  }

  @Test
  void theFirstReasonCounts() {
    cancellation.check();
    cancellation.cancel(new MallardException(ErrorCode.DEADLINE_EXCEEDED, "too late"));
    cancellation.cancel();
    assertThatThrownBy(cancellation::check).hasMessage("too late");
  }
}
