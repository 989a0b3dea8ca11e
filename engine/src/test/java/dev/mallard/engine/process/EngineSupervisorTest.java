package dev.mallard.engine.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineSupervisorTest {
  @TempDir Path root;

  private final Activations activations = new Activations();
  private final BlockingQueue<EngineEnd> ends = new LinkedBlockingQueue<>();
  private EngineSupervisor supervisor;
  private Path work;

  @BeforeEach
  void open() throws IOException {
    work = Files.createDirectories(root.resolve("work"));
    Files.createDirectories(work.resolve("p7/tmp"));
    Files.writeString(work.resolve("p7/tmp/left"), "by a server that was killed");
    supervisor = supervise(ObedientChild.class);
  }

  @AfterEach
  void close() throws IOException {
    supervisor.close();
    try (Stream<Path> left = Files.list(work)) {
      assertThat(left).isEmpty();
    }
  }

  private EngineSupervisor supervise(Class<?> main) throws IOException {
    EngineSettings settings = new EngineSettings(work, 256L << 20, List.of(), false);
    return new EngineSupervisor(
        new EngineCommand(settings, EngineBudget.of(256L << 20), main.getName()),
        activations,
        new EngineListener() {
          @Override
          public void ended(EngineEnd end) {
            ends.add(end);
          }
        },
        TestMachine.BUSY,
        Clock.systemUTC());
  }

  @Test
  void theSameProcessServesUntilItEnds() throws IOException {
    EngineProcess first = supervisor.require();

    assertThat(supervisor.require()).isSameAs(first);
    assertThat(activations.activated).containsExactly(first);
    assertThat(Told.to(first, "property", "java.io.tmpdir")).startsWith("ok " + work);
    assertThat(work.resolve("p7")).doesNotExist();
  }

  @Test
  void anotherComesWhenOneHasEnded() throws Exception {
    EngineProcess first = supervisor.require();
    Told.to(first, "write", work.resolve("p1/tmp/left").toString());

    Told.to(first, "exit", "42");

    EngineEnd end = ends.take();
    assertThat(end.cause()).isEqualTo(EngineEnd.Cause.DIED);
    assertThat(end.why()).isEqualTo("it ended with code 42");
    EngineProcess second = supervisor.require();
    assertThat(second.pid()).isNotEqualTo(first.pid());
    assertThat(Told.to(second, "list", ".")).startsWith("ok ");
    assertThat(first.isAlive()).isFalse();
    assertThat(supervisor.status().restarts()).isEqualTo(1);
    assertThat(supervisor.status().lastEnd()).contains(end);
    try (Stream<Path> folders = Files.list(work)) {
      assertThat(folders).containsExactly(work.resolve("p2"));
    }
  }

  @Test
  void theFirstReasonOfAKillIsTold() throws Exception {
    EngineProcess process = supervisor.require();

    process.kill(EngineEnd.Cause.STUCK, "it did not stop");
    process.kill(EngineEnd.Cause.MEMORY, "too late");

    EngineEnd end = process.end().toCompletableFuture().get();
    assertThat(end.cause()).isEqualTo(EngineEnd.Cause.STUCK);
    assertThat(end.why()).isEqualTo("it did not stop");
    assertThat(ends.take()).isEqualTo(end);
  }

  @Test
  void whatIsKilledFromOutsideIsToldByItsSignal() throws Exception {
    EngineProcess process = supervisor.require();

    ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly();

    assertThat(ends.take().why()).contains("SIGKILL");
  }

  @Test
  void aDatabaseThatCannotBeOpenedIsToldAndTriedAgain() {
    activations.failure =
        new MallardException(ErrorCode.FAILED_PRECONDITION, "another server has it");

    assertThatThrownBy(supervisor::require).hasMessage("another server has it");
    assertThatThrownBy(supervisor::require).hasMessage("another server has it");

    activations.failure = null;
    Await.until("served", this::isServed);
  }

  private boolean isServed() {
    try {
      supervisor.require();
      return true;
    } catch (MallardException e) {
      return false;
    }
  }

  @Test
  void afterTheEndThereIsNone() {
    EngineProcess process = supervisor.require();

    supervisor.close();

    assertThat(process.isAlive()).isFalse();
    assertThatThrownBy(supervisor::require)
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE))
        .hasMessageContaining("shuts down");
  }

  @Test
  void aPathThatIsTooLongForASocketIsNone() throws IOException {
    supervisor.close();
    Path usual = work;
    work = Files.createDirectories(root.resolve("x".repeat(120)));
    supervisor = supervise(ObedientChild.class);

    assertThat(Told.to(supervisor.require(), "list", ".")).startsWith("ok ");
    assertThat(usual).isEmptyDirectory();
  }
}
