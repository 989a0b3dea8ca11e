package dev.mallard.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.access.Caller;
import dev.mallard.access.Proof;
import dev.mallard.access.Role;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {
  private final Admission admission = new Admission(1, 2, 0);

  private CompletableFuture<Admission.Permit> waiting(Cancellation cancellation) {
    return waiting(admission, Caller.ANONYMOUS, cancellation);
  }

  private static CompletableFuture<Admission.Permit> waiting(
      Admission admission, Caller caller, Cancellation cancellation) {
    int before = admission.of(caller.name());
    CompletableFuture<Admission.Permit> permit =
        CompletableFuture.supplyAsync(
            () -> admission.admit(caller, cancellation), task -> new Thread(task).start());
    while (admission.of(caller.name()) == before) {
      Thread.onSpinWait();
    }
    return permit;
  }

  private static Caller caller(String name) {
    return new Caller(name, Role.FULL, new Proof.Password("1"));
  }

  @Test
  void soManyRunAndSoManyWaitAndTheNextIsTurnedAway() throws Exception {
    Admission.Permit running = admission.admit(Caller.ANONYMOUS, new Cancellation());
    var first = waiting(new Cancellation());
    var second = waiting(new Cancellation());
    assertThatThrownBy(() -> admission.admit(Caller.ANONYMOUS, new Cancellation()))
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
    Admission.Permit running = admission.admit(Caller.ANONYMOUS, new Cancellation());
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
    try (Admission.Permit running = admission.admit(Caller.ANONYMOUS, new Cancellation())) {
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
    assertThatThrownBy(() -> admission.admit(Caller.ANONYMOUS, cancellation))
        .hasMessageContaining("cancelled");
    assertThat(admission.running()).isZero();
  }

  @Test
  void aPermitIsGivenBackOnce() {
    Admission.Permit permit = admission.admit(Caller.ANONYMOUS, new Cancellation());
    permit.close();
    permit.close();
    assertThat(admission.running()).isZero();
  }

  @Test
  void callersHaveTheirTurnsOneAfterTheOther() throws Exception {
    Admission busy = new Admission(1, 1_000, 0);
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    List<CompletableFuture<Void>> all = new ArrayList<>();
    Admission.Permit running = busy.admit(caller("ann"), new Cancellation());
    for (String name : List.of("ann", "ann", "ann", "ann", "bob", "cat", "bob")) {
      all.add(
          waiting(busy, caller(name), new Cancellation())
              .thenAccept(permit -> served(order, name, permit)));
    }
    running.close();
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
    assertThat(order).containsExactly("ann", "bob", "cat", "ann", "bob", "ann", "ann");
    assertThat(busy.of(null)).isZero();
  }

  @Test
  void aFullQueueTakesOneOfACallerWithFewerAndTurnsTheYoungestOfTheOthersAway() throws Exception {
    Admission.Permit running = admission.admit(caller("ann"), new Cancellation());
    var first = waiting(admission, caller("ann"), new Cancellation());
    var second = waiting(admission, caller("ann"), new Cancellation());
    var other = waiting(admission, caller("bob"), new Cancellation());
    assertThatThrownBy(() -> second.get(10, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    assertThatThrownBy(() -> admission.admit(caller("ann"), new Cancellation()))
        .hasMessageContaining("again");
    running.close();
    first.get(10, TimeUnit.SECONDS).close();
    other.get(10, TimeUnit.SECONDS).close();
    assertThat(admission.running()).isZero();
    assertThat(admission.of(null)).isZero();
  }

  @Test
  void soManyAreOneCallersRunningAndWaiting() throws Exception {
    Admission limited = new Admission(1, 10, 2);
    Admission.Permit running = limited.admit(caller("ann"), new Cancellation());
    var second = waiting(limited, caller("ann"), new Cancellation());
    assertThatThrownBy(() -> limited.admit(caller("ann"), new Cancellation()))
        .isInstanceOfSatisfying(
            MallardException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED))
        .hasMessageContaining("2 statements of 'ann'")
        .hasMessageContaining("--max-statements-per-caller");
    var other = waiting(limited, caller("bob"), new Cancellation());
    running.close();
    second.get(10, TimeUnit.SECONDS).close();
    other.get(10, TimeUnit.SECONDS).close();
    limited.admit(caller("ann"), new Cancellation()).close();
    assertThat(limited.of(null)).isZero();
  }

  @Test
  void anOpenServersCallersAreNotLimitedByTheirNames() {
    Admission limited = new Admission(2, 0, 1);
    try (var first = limited.admit(Caller.ANONYMOUS, new Cancellation());
        var second = limited.admit(Caller.ANONYMOUS, new Cancellation())) {
      assertThat(limited.running()).isEqualTo(2);
    }
  }

  /** However they end, in whatever order: nothing is left, and no slot is used twice or lost. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whateverHappensAllIsGivenBack(long seed) throws Exception {
    Random random = new Random(seed);
    Admission busy = new Admission(3, 12, 8);
    AtomicInteger running = new AtomicInteger();
    ExecutorService threads = Executors.newCachedThreadPool();
    List<Cancellation> cancellations = Collections.synchronizedList(new ArrayList<>());
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      Cancellation cancellation = new Cancellation();
      cancellations.add(cancellation);
      Caller caller = caller(List.of("ann", "ann", "bob", "cat").get(random.nextInt(4)));
      all.add(
          threads.submit(
              () -> {
                try (Admission.Permit permit = busy.admit(caller, cancellation)) {
                  assertThat(running.incrementAndGet()).isBetween(1, 3);
                  Thread.yield();
                  running.decrementAndGet();
                } catch (MallardException refused) {
                  assertThat(refused.code())
                      .isIn(
                          ErrorCode.UNAVAILABLE, ErrorCode.RESOURCE_EXHAUSTED, ErrorCode.CANCELLED);
                }
                return null;
              }));
      if (random.nextInt(3) == 0) {
        cancellations.get(random.nextInt(cancellations.size())).cancel();
      }
      if (random.nextInt(5) == 0) {
        all.get(random.nextInt(all.size())).cancel(true);
      }
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    for (Future<?> one : all) {
      if (!one.isCancelled()) {
        one.get();
      }
    }
    assertThat(busy.running()).isZero();
    assertThat(busy.waiting()).isZero();
    assertThat(busy.of(null)).isZero();
  }
}
