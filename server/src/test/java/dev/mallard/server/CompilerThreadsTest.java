package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a server's really give way is tested in interop. */
class CompilerThreadsTest {
  @TempDir private Path tasks;

  private void thread(String id, String name) throws Exception {
    Files.writeString(Files.createDirectory(tasks.resolve(id)).resolve("comm"), name + "\n");
  }

  @Test
  void onlyTheOptimizingCompilersThreadsAreFound() throws Exception {
    thread("101", "C1 CompilerThre");
    thread("102", "C2 CompilerThre");
    thread("103", "grpc-worker-1");
    thread("104", "C2 CompilerThre");
    Files.createDirectory(tasks.resolve("105"));

    assertThat(CompilerThreads.optimizing(tasks)).containsExactlyInAnyOrder("102", "104");
  }

  @Test
  void whereThreadsAreNotFilesNoneIsFound() throws Exception {
    assertThat(CompilerThreads.optimizing(tasks.resolve("none"))).isEmpty();
  }

  @Test
  void allOfThemAreToldAtOnce() {
    assertThat(CompilerThreads.command(10, List.of("102", "104")))
        .containsExactly("renice", "-n", "10", "-p", "102", "104");
  }
}
