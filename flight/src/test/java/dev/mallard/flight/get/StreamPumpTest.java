package dev.mallard.flight.get;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Cancellation;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamPumpTest {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger ends = new AtomicInteger();

  @AfterEach
  void stop() throws InterruptedException {
    threads.shutdown();
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  private StreamPump pump(ScriptedStream stream, FakeClient client) {
    return new StreamPump(
        "dataset 'x'", stream, client, ends::incrementAndGet, new Cancellation(), threads::execute);
  }

  private void assertEndedOnce(ScriptedStream stream) throws InterruptedException {
    assertThat(stream.closed.await(10, TimeUnit.SECONDS)).isTrue();
    threads.shutdown();
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(stream.closes).hasValue(1);
    assertThat(ends).hasValue(1);
  }

  private static List<Status.Code> codes(FakeClient client) {
    return client.errors().stream().map(error -> Status.fromThrowable(error).getCode()).toList();
  }

  @Test
  void noMoreIsPulledThanTheClientHasRoomFor() throws Exception {
    ScriptedStream stream = ScriptedStream.of(5);
    FakeClient client = new FakeClient(0);
    StreamPump pump = pump(stream, client);
    pump.run();
    assertThat(client.kinds()).isEmpty();
    // The schema is the first of them.
    for (int room = 1; room <= 5; room++) {
      client.makeRoom(1);
      pump.run();
      assertThat(client.kinds()).hasSize(room);
      assertThat(stream.pulls).hasValue(room - 1);
      assertThat(stream.closes).hasValue(0);
    }
    client.makeRoom(100);
    pump.run();
    assertThat(client.kinds()).hasSize(6);
    assertThat(client.completed()).isEqualTo(1);
    assertEndedOnce(stream);
  }

  @Test
  void anErrorInTheMiddleIsTheLastThatTheClientHears() throws Exception {
    for (int at = 0; at <= 4; at++) {
      ends.set(0);
      int failing = at;
      ScriptedStream stream =
          new ScriptedStream(
              4,
              false,
              pull -> {
                if (pull == failing) {
                  throw new MallardException(ErrorCode.DATA_LOSS, "the file is damaged");
                }
              });
      FakeClient client = new FakeClient(100);
      StreamPump pump = pump(stream, client);
      pump.run();
      pump.run();
      pump.cancel();
      assertThat(client.kinds()).hasSize(1 + at);
      assertThat(codes(client)).containsExactly(Status.Code.DATA_LOSS);
      assertThat(client.completed()).isZero();
      assertThat(stream.closes).hasValue(1);
      assertThat(ends).hasValue(1);
    }
  }

  @Test
  void aCancelBetweenAnyTwoMessagesEndsItOnce() throws Exception {
    for (int sent = 0; sent <= 6; sent++) {
      ends.set(0);
      ScriptedStream stream = ScriptedStream.of(4);
      FakeClient client = new FakeClient(sent);
      // What is handed to other threads, done by hand.
      Queue<Runnable> handed = new ArrayDeque<>();
      StreamPump pump =
          new StreamPump(
              "dataset 'x'",
              stream,
              client,
              ends::incrementAndGet,
              new Cancellation(),
              handed::add);
      pump.run();
      int heard = client.kinds().size();
      pump.cancel();
      pump.cancel();
      boolean wasOver = sent == 6;
      assertThat(stream.closes).as("closed by whoever cancels").hasValue(wasOver ? 1 : 0);
      handed.forEach(Runnable::run);
      client.makeRoom(100);
      pump.run();
      assertThat(client.kinds()).hasSize(heard);
      assertThat(codes(client)).isEqualTo(wasOver ? List.of() : List.of(Status.Code.CANCELLED));
      assertThat(stream.closes).hasValue(1);
      assertThat(ends).hasValue(1);
    }
  }

  @Test
  void aCancelWakesAPullThatWaits() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    ScriptedStream stream =
        new ScriptedStream(
            3,
            true,
            pull -> {
              if (pull == 1) {
                waiting.countDown();
                stopped.await();
                throw new MallardException(ErrorCode.CANCELLED, "nobody waits any more");
              }
            },
            stopped);
    FakeClient client = new FakeClient(100);
    StreamPump pump = pump(stream, client);
    pump.run();
    assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
    pump.cancel();
    assertEndedOnce(stream);
    assertThat(codes(client)).containsExactly(Status.Code.CANCELLED);
    assertThat(client.kinds()).hasSize(2);
  }

  @Test
  void aClientThatIsGoneHearsNothing() throws Exception {
    ScriptedStream stream = ScriptedStream.of(4);
    FakeClient client = new FakeClient(2);
    StreamPump pump = pump(stream, client);
    pump.run();
    client.goAway();
    pump.cancel();
    assertEndedOnce(stream);
    assertThat(client.errors()).isEmpty();
  }

  @Test
  void whatMayWaitIsNeverPulledNorClosedByWhoeverCalls() throws Exception {
    ScriptedStream stream = new ScriptedStream(4, true, pull -> {});
    FakeClient client = new FakeClient(3);
    StreamPump pump = pump(stream, client);
    pump.run();
    pump.cancel();
    assertEndedOnce(stream);
    assertThat(stream.threads).doesNotContain(Thread.currentThread());
  }

  @Test
  void whatIsReadStraightFromDiskIsPulledByWhoeverCallsButClosedByOthersOnCancel()
      throws Exception {
    CountDownLatch mayClose = new CountDownLatch(1);
    ScriptedStream stream = ScriptedStream.of(4);
    FakeClient client = new FakeClient(3);
    StreamPump pump =
        new StreamPump(
            "dataset 'x'",
            stream,
            client,
            ends::incrementAndGet,
            new Cancellation(),
            task ->
                threads.execute(
                    () -> {
                      try {
                        mayClose.await();
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                      task.run();
                    }));
    pump.run();
    assertThat(stream.threads).containsExactly(Thread.currentThread());
    pump.cancel();
    assertThat(stream.closes).hasValue(0);
    mayClose.countDown();
    assertEndedOnce(stream);
  }

  @Test
  void manyThreadsThatCallAndCancelAtOnceEndItOnce() throws Exception {
    for (int seed = 0; seed < 300; seed++) {
      ends.set(0);
      Random random = new Random(seed);
      ScriptedStream stream = new ScriptedStream(20, random.nextBoolean(), pull -> {});
      FakeClient client = new FakeClient(random.nextInt(10));
      StreamPump pump = pump(stream, client);
      boolean cancels = random.nextBoolean();
      List<Future<?>> callers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        boolean canceller = cancels && i == 0;
        int room = 5 + random.nextInt(10);
        callers.add(
            threads.submit(
                () -> {
                  for (int call = 0; call < 3; call++) {
                    client.makeRoom(room);
                    pump.run();
                  }
                  if (canceller) {
                    pump.cancel();
                  }
                }));
      }
      for (Future<?> caller : callers) {
        caller.get(10, TimeUnit.SECONDS);
      }
      assertThat(stream.closed.await(10, TimeUnit.SECONDS)).as("seed %d", seed).isTrue();
      assertThat(stream.closes).as("seed %d", seed).hasValue(1);
      if (!cancels) {
        assertThat(stream.pulls).as("seed %d", seed).hasValue(21);
      }
    }
  }
}
