package dev.mallard.flight.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class SerialTasksTest {
  private final List<String> done = new ArrayList<>();

  @Test
  void tasksRunInOrderOnOneThreadAtATime() {
    Deque<Runnable> threads = new ArrayDeque<>();
    SerialTasks tasks = new SerialTasks(threads::add);

    tasks.execute(
        () -> {
          tasks.execute(() -> done.add("second"));
          done.add("first");
        });
    tasks.execute(() -> done.add("between"));
    assertThat(threads).hasSize(1);
    threads.remove().run();

    assertThat(done).containsExactly("first", "between", "second");
    tasks.execute(() -> done.add("later"));
    threads.remove().run();
    assertThat(done).endsWith("later");
  }

  @Test
  void aTaskRunsEvenIfThereAreNoThreadsLeft() {
    SerialTasks tasks =
        new SerialTasks(
            task -> {
              throw new RejectedExecutionException();
            });

    tasks.execute(() -> done.add("done"));

    assertThat(done).containsExactly("done");
  }
}
