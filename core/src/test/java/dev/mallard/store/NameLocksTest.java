package dev.mallard.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class NameLocksTest {
  @Test
  void oneNameAtATimeAndNoOtherWaits() throws Exception {
    NameLocks locks = new NameLocks();
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      CountDownLatch held = new CountDownLatch(1);
      CountDownLatch free = new CountDownLatch(1);
      List<String> order = java.util.Collections.synchronizedList(new ArrayList<>());
      Future<Boolean> first =
          threads.submit(
              () ->
                  locks.locked(
                      "a",
                      () -> {
                        held.countDown();
                        await(free);
                        return order.add("first");
                      }));
      held.await();
      Future<Boolean> second = threads.submit(() -> locks.locked("a", () -> order.add("second")));
      // Ten thousand names, of which many share a hash: none waits for a.
      for (int i = 0; i < 10_000; i++) {
        String name = "n" + i;
        assertThat(threads.submit(() -> locks.locked(name, () -> name)).get()).isEqualTo(name);
      }
      assertThat(second.isDone()).isFalse();
      free.countDown();
      assertThat(first.get() && second.get()).isTrue();
      assertThat(order).containsExactly("first", "second");
      assertThat(locks.size()).isZero();
    } finally {
      threads.shutdown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
