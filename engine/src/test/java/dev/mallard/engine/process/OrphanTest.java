package dev.mallard.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.testing.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No engine outlives its server, however that ends. */
class OrphanTest {
  private static final int KILLS = Integer.getInteger("mallard.test.kills", 3);

  @TempDir Path root;

  /** A server that does nothing but to have an engine. */
  static final class Server {
    private Server() {}

    public static void main(String[] args) throws Exception {
      EngineSupervisor supervisor =
          new EngineSupervisor(
              TestCommand.of(new EngineSettings(Path.of(args[0]), 256L << 20, List.of(), false)),
              new Activations(),
              EngineListener.NONE,
              TestMachine.BUSY,
              Clock.systemUTC());
      System.out.println(supervisor.require().pid());
      if (args[1].equals("kills")) {
        Runtime.getRuntime().halt(1);
      }
      Thread.currentThread().join();
    }
  }

  @Test
  void anEngineEndsWithAServerThatIsKilled() throws Exception {
    for (int i = 0; i < KILLS; i++) {
      Process server = start("stays");
      ProcessHandle engine = engine(server);

      server.destroyForcibly();

      Await.until("the engine to end", () -> !engine.isAlive());
      server.waitFor();
    }
    assertNothingIsLeftOutside();
  }

  @Test
  void anEngineEndsWithAServerThatEnds() throws Exception {
    Process server = start("kills");
    ProcessHandle engine = engine(server);

    Await.until("the engine to end", () -> !engine.isAlive());
  }

  @Test
  void anEngineThatHangsEndsWithItsServerNevertheless() throws Exception {
    Process server = start("stays");
    ProcessHandle engine = engine(server);
    new ProcessBuilder("kill", "-STOP", Long.toString(engine.pid())).start().waitFor();

    server.destroyForcibly();

    Await.until("the engine to end", () -> !engine.isAlive());
  }

  private Process start(String what) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Djava.io.tmpdir=" + Files.createDirectories(root.resolve("tmp")),
            "-cp",
            System.getProperty("java.class.path"),
            Server.class.getName(),
            root.resolve("work").toString(),
            what)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static ProcessHandle engine(Process server) throws IOException {
    String line =
        new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))
            .readLine();
    assertThat(line).isNotNull();
    return ProcessHandle.of(Long.parseLong(line.strip()))
        .orElseThrow(() -> new AssertionError("it has ended before its server"));
  }

  /** What the last one left in its own folder, the next one deletes. */
  private void assertNothingIsLeftOutside() throws IOException {
    assertThat(root.resolve("tmp")).isEmptyDirectory();
    try (Stream<Path> left = Files.list(root.resolve("work"))) {
      assertThat(left.toList().size()).isLessThanOrEqualTo(1);
    }
  }
}
