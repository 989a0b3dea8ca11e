package dev.mallard.engine.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mallard.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryWatchTest {
  private static final long MIB = 1L << 20;

  @TempDir Path root;

  @Test
  void aProcessThatUsesTooMuchIsKilledForIt() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "only Linux tells");
    EngineBudget budget = new EngineBudget(256 * MIB, 128 * MIB, 0);
    try (EngineSupervisor supervisor = supervise(budget)) {
      EngineProcess process = supervisor.require();

      assertThat(Told.to(process, "allocate", "" + 100 * MIB)).startsWith("ok");
      Told.to(process, "allocate", "" + 400 * MIB);

      EngineEnd end = process.end().toCompletableFuture().get();
      assertThat(end.cause()).isEqualTo(EngineEnd.Cause.MEMORY);
      assertThat(end.why()).matches("it used \\d+ MiB of memory, of 256 MiB that it may");
    }
  }

  @Test
  void anAllocationThatIsTooLargeFailsAtTheKernel() throws Exception {
    EngineBudget budget = new EngineBudget(1 << 30, 128 * MIB, 500 * MIB);
    try (EngineSupervisor supervisor = supervise(budget)) {
      EngineProcess process = supervisor.require();
      assumeTrue(Files.exists(Path.of("/proc/self/status")), "only Linux has this limit");

      assertThat(Told.to(process, "allocate", "" + 100 * MIB)).startsWith("ok");
      assertThat(Told.to(process, "allocate", "" + 450 * MIB)).startsWith("failed OutOfMemory");
      assertThat(Told.to(process, "allocate", "" + 10 * MIB)).startsWith("ok");
    }
  }

  @Test
  void stacksDoNotCountAsMemoryThatIsUsed() throws Exception {
    EngineBudget budget = new EngineBudget(1 << 30, 128 * MIB, 500 * MIB);
    try (EngineSupervisor supervisor = supervise(budget)) {
      EngineProcess process = supervisor.require();

      assertThat(Told.to(process, "threads", "100")).isEqualTo("ok ");

      Await.until("the room is gone with them", () -> isTooMuch(process, 900 * MIB));
    }
  }

  /** The limit moves when threads come and go. */
  private static boolean isTooMuch(EngineProcess process, long bytes) {
    try {
      Told.to(process, "threads", "1");
      return Told.to(process, "allocate", "" + bytes).startsWith("failed OutOfMemory");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private EngineSupervisor supervise(EngineBudget budget) throws IOException {
    EngineSettings settings = new EngineSettings(root, budget.total(), List.of(), false);
    return new EngineSupervisor(
        new EngineCommand(settings, budget, ObedientChild.class.getName()),
        new Activations(),
        EngineListener.NONE,
        TestMachine.BUSY,
        Clock.systemUTC());
  }
}
