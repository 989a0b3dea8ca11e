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
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger wanted = new AtomicInteger();
  private final Admission admission = admission(1, 2, 0);

  private Admission admission(int slots, int places, int most) {
    return new Admission(slots, places, most, nanos::get, wanted::incrementAndGet);
  }

  private CompletableFuture<Admission.Seat> waiting(Cancellation cancellation) {
    return waiting(admission, Caller.ANONYMOUS, cancellation);
  }

  private static CompletableFuture<Admission.Seat> waiting(
      Admission admission, Caller caller, Cancellation cancellation) {
    int before = admission.of(caller.name());
    CompletableFuture<Admission.Seat> seat =
        CompletableFuture.supplyAsync(
            () -> admission.admit(caller, cancellation), task -> new Thread(task).start());
    while (admission.of(caller.name()) == before) {
      Thread.onSpinWait();
    }
    return seat;
  }

  private static Caller caller(String name) {
    return new Caller(name, Role.FULL, new Proof.Password("1"));
  }

  @Test
  void soManyRunAndSoManyWaitAndTheNextIsTurnedAway() throws Exception {
    Admission.Seat running = admission.admit(Caller.ANONYMOUS, new Cancellation());
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
    Admission.Seat running = admission.admit(Caller.ANONYMOUS, new Cancellation());
    var first = waiting(new Cancellation()).thenAccept(seat -> served(order, "first", seat));
    var second = waiting(new Cancellation()).thenAccept(seat -> served(order, "second", seat));
    running.close();
    CompletableFuture.allOf(first, second).get(10, TimeUnit.SECONDS);
    assertThat(order).containsExactly("first", "second");
  }

  private static void served(List<String> order, String name, Admission.Seat seat) {
    order.add(name);
    seat.close();
  }

  @Test
  void whoeverIsCancelledLeavesTheQueue() {
    Cancellation cancellation = new Cancellation();
    try (Admission.Seat running = admission.admit(Caller.ANONYMOUS, new Cancellation())) {
      var seat = waiting(cancellation);
      cancellation.cancel();
      assertThatThrownBy(() -> seat.get(10, TimeUnit.SECONDS))
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
  void aSeatIsGivenBackOnce() {
    Admission.Seat seat = admission.admit(Caller.ANONYMOUS, new Cancellation());
    seat.close();
    seat.close();
    assertThat(admission.running()).isZero();
  }

  private void aWhilePasses() {
    nanos.addAndGet(Admission.SHORTEST_REST.toNanos());
  }

  @Test
  void whatRestsKeepsItsPlaceUntilSomebodyWantsIt() throws Exception {
    Admission.Seat resting = admission.admit(Caller.ANONYMOUS, new Cancellation());
    resting.rest();
    aWhilePasses();
    admission.takeBack();
    resting.work(new Cancellation());
    resting.rest();
    var other = waiting(new Cancellation());
    assertThat(wanted).hasValue(1);
    admission.takeBack();
    assertThat(resting.hasPlace()).as("it rests for less than a moment").isTrue();
    aWhilePasses();
    admission.takeBack();
    other.get(10, TimeUnit.SECONDS).close();
    assertThat(resting.hasPlace()).isFalse();
    assertThat(admission.running()).isZero();
    assertThat(admission.of(null)).isEqualTo(1);
    resting.work(new Cancellation());
    assertThat(admission.running()).isEqualTo(1);
    resting.close();
    assertThat(admission.running()).isZero();
    assertThat(admission.of(null)).isZero();
  }

  @Test
  void whoComesTakesThePlaceOfWhatRestsAtOnce() {
    List<Admission.Seat> resting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Admission.Seat seat = admission.admit(Caller.ANONYMOUS, new Cancellation());
      seat.rest();
      aWhilePasses();
      resting.add(seat);
    }
    assertThat(wanted).hasValue(99);
    assertThat(admission.running()).isEqualTo(1);
    resting.forEach(Admission.Seat::close);
    assertThat(admission.running()).isZero();
    assertThat(admission.of(null)).isZero();
  }

  @Test
  void whatWorksOnWaitsForItsTurnAndIsNeverTurnedAway() throws Exception {
    Admission small = admission(1, 0, 0);
    Admission.Seat first = small.admit(caller("ann"), new Cancellation());
    first.rest();
    Admission.Seat second = small.admit(caller("bob"), new Cancellation());
    assertThat(first.hasPlace()).as("rather than turning anybody away").isFalse();
    CompletableFuture<Void> works =
        CompletableFuture.runAsync(
            () -> first.work(new Cancellation()), task -> new Thread(task).start());
    while (small.waiting() == 0) {
      Thread.onSpinWait();
    }
    assertThatThrownBy(() -> small.admit(caller("cat"), new Cancellation()))
        .hasMessageContaining("again");
    assertThat(works).isNotDone();
    second.close();
    works.get(10, TimeUnit.SECONDS);
    assertThat(small.running()).isEqualTo(1);
    first.close();
    assertThat(small.running()).isZero();
  }

  @Test
  void whatIsCancelledWhileItWaitsToWorkOnHasNoPlace() {
    Admission.Seat first = admission.admit(Caller.ANONYMOUS, new Cancellation());
    first.rest();
    aWhilePasses();
    Admission.Seat second = admission.admit(Caller.ANONYMOUS, new Cancellation());
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    assertThatThrownBy(() -> first.work(cancellation)).hasMessageContaining("cancelled");
    first.rest();
    first.close();
    assertThat(admission.running()).isEqualTo(1);
    second.close();
    assertThat(admission.running()).isZero();
  }

  @Test
  void whatCannotWaitWorksBesideTheOthersAndLeavesNoPlaceTooMany() throws Exception {
    Admission.Seat first = admission.admit(Caller.ANONYMOUS, new Cancellation());
    first.rest();
    aWhilePasses();
    Admission.Seat second = admission.admit(Caller.ANONYMOUS, new Cancellation());
    first.workNow();
    assertThat(admission.running()).isEqualTo(2);
    var third = waiting(new Cancellation());
    second.close();
    assertThat(third).isNotDone();
    first.rest();
    aWhilePasses();
    admission.takeBack();
    third.get(10, TimeUnit.SECONDS).close();
    first.close();
    assertThat(admission.running()).isZero();
  }

  @Test
  void callersHaveTheirTurnsOneAfterTheOther() throws Exception {
    Admission busy = admission(1, 1_000, 0);
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    List<CompletableFuture<Void>> all = new ArrayList<>();
    Admission.Seat running = busy.admit(caller("ann"), new Cancellation());
    for (String name : List.of("ann", "ann", "ann", "ann", "bob", "cat", "bob")) {
      all.add(
          waiting(busy, caller(name), new Cancellation())
              .thenAccept(seat -> served(order, name, seat)));
    }
    running.close();
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
    assertThat(order).containsExactly("ann", "bob", "cat", "ann", "bob", "ann", "ann");
    assertThat(busy.of(null)).isZero();
  }

  @Test
  void aFullQueueTakesOneOfACallerWithFewerAndTurnsTheYoungestOfTheOthersAway() throws Exception {
    Admission.Seat running = admission.admit(caller("ann"), new Cancellation());
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
    Admission limited = admission(1, 10, 2);
    Admission.Seat running = limited.admit(caller("ann"), new Cancellation());
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
    Admission limited = admission(2, 0, 1);
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
    Admission busy = admission(3, 12, 8);
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
                try (Admission.Seat seat = busy.admit(caller, cancellation)) {
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
