package dev.mallard.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private final Admission admission = new Admission(1, 2);

  private CompletableFuture<Admission.Permit> waiting(Cancellation cancellation) {
    int before = admission.waiting();
    CompletableFuture<Admission.Permit> permit =
        CompletableFuture.supplyAsync(
            () -> admission.admit(cancellation), task -> new Thread(task).start());
    while (admission.waiting() == before) {
      Thread.onSpinWait();
    }
    return permit;
  }

  @Test
  void soManyRunAndSoManyWaitAndTheNextIsTurnedAway() throws Exception {
    Admission.Permit running = admission.admit(new Cancellation());
    var first = waiting(new Cancellation());
    var second = waiting(new Cancellation());
    assertThatThrownBy(() -> admission.admit(new Cancellation()))
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE))
        .hasMessageContaining("1 statements run and 2 wait")
        .hasMessageContaining("again");
    running.close();
    first.get(10, TimeUnit.SECONDS).close();
    second.get(10, TimeUnit.SECONDS).close();
    assertThat(admission.running()).isZero();
    assertThat(admission.waiting()).isZero();
  }

  @Test
  void firstComeFirstServed() throws Exception {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    Admission.Permit running = admission.admit(new Cancellation());
    var first = waiting(new Cancellation()).thenAccept(permit -> served(order, "first", permit));
    var second = waiting(new Cancellation()).thenAccept(permit -> served(order, "second", permit));
    running.close();
    CompletableFuture.allOf(first, second).get(10, TimeUnit.SECONDS);
    assertThat(order).containsExactly("first", "second");
  }

  private static void served(List<String> order, String name, Admission.Permit permit) {
    order.add(name);
    permit.close();
  }

  @Test
  void whoeverIsCancelledLeavesTheQueue() {
    Cancellation cancellation = new Cancellation();
    try (Admission.Permit running = admission.admit(new Cancellation())) {
      var permit = waiting(cancellation);
      cancellation.cancel();
      assertThatThrownBy(() -> permit.get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(MallardException.class);
      assertThat(admission.waiting()).isZero();
      assertThat(admission.running()).isEqualTo(1);
    }
  }

  @Test
  void whoeverIsCancelledBeforeIsNotAdmitted() {
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    assertThatThrownBy(() -> admission.admit(cancellation)).hasMessageContaining("cancelled");
    assertThat(admission.running()).isZero();
  }

  @Test
  void aPermitIsGivenBackOnce() {
    Admission.Permit permit = admission.admit(new Cancellation());
    permit.close();
    permit.close();
    assertThat(admission.running()).isZero();
  }
}
