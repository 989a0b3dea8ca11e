package dev.mallard.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.testing.Await;
import dev.mallard.testing.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpareTest {
  private static final long GIB = 1L << 30;

  @TempDir Path root;

  private final Activations activations = new Activations();
  private final TestMachine machine = new TestMachine();
  private final SettableClock clock = new SettableClock();
  private EngineSupervisor supervisor;

  @BeforeEach
  void open() throws IOException {
    EngineSettings settings = new EngineSettings(root, GIB, List.of(), false);
    supervisor =
        new EngineSupervisor(
            TestCommand.of(settings), activations, EngineListener.NONE, machine, clock);
    machine.quiet = true;
  }

  @AfterEach
  void close() throws IOException {
    supervisor.close();
    try (Stream<Path> left = Files.list(root)) {
      assertThat(left).isEmpty();
    }
  }

  private void awaitSpare() {
    supervisor.require();
    clock.advance(Duration.ofSeconds(6));
    Await.until("a spare", () -> supervisor.status().spare());
  }

  @Test
  void aSpareTakesThePlaceOfWhatEnds() throws Exception {
    awaitSpare();
    EngineProcess first = supervisor.require();
    assertThat(root.resolve("p2")).isDirectory();
    assertThat(activations.activated).containsExactly(first);

    first.kill(EngineEnd.Cause.STUCK, "it did not stop");
    first.end().toCompletableFuture().get();

    EngineProcess second = supervisor.require();
    assertThat(Told.to(second, "property", "java.io.tmpdir"))
        .isEqualTo("ok " + root.resolve("p2/tmp"));
    assertThat(activations.activated).containsExactly(first, second);
    assertThat(supervisor.status().spare()).isFalse();
    awaitSpare();
  }

  @Test
  void aSpareThatEndedIsNotUsed() throws Exception {
    awaitSpare();
    ProcessHandle.current()
        .children()
        .filter(child -> child.pid() != supervisor.require().pid())
        .forEach(ProcessHandle::destroyForcibly);
    Await.until("its end", () -> !supervisor.status().spare());

    EngineProcess first = supervisor.require();
    first.kill(EngineEnd.Cause.STUCK, "it did not stop");
    first.end().toCompletableFuture().get();

    assertThat(Told.to(supervisor.require(), "list", ".")).startsWith("ok");
  }

  @Test
  void aSpareGoesWhereMemoryRunsOut() {
    awaitSpare();

    machine.available = 1 << 20;

    Await.until("its end", () -> !supervisor.status().spare());
    assertThat(supervisor.status().working()).isTrue();
  }

  @Test
  void thereIsNoneWhereMemoryIsScarceOrTheMachineBusy() {
    Spare spare = new Spare(EngineBudget.of(GIB), machine, clock);
    Spare.Start never =
        () -> {
          throw new AssertionError("it is not wanted");
        };
    spare.engineIsReady();
    spare.tend(never);
    clock.advance(Duration.ofSeconds(6));
    machine.quiet = false;
    spare.tend(never);
    machine.quiet = true;
    machine.available = GIB;
    spare.tend(never);
    assertThat(spare.isThere()).isFalse();
  }
}
