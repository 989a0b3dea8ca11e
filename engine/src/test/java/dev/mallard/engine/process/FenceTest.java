package dev.mallard.engine.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel refuses to a process of the engine, whatever that tries. */
class FenceTest {
  @TempDir Path root;

  private Path links;
  private Path version;
  private Path database;
  private Path work;
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeEach
  void makeFolders() throws IOException {
    root = root.toRealPath();
    links = Files.createDirectories(root.resolve("links"));
    database = Files.createDirectories(root.resolve("tables"));
    work = Files.createDirectories(root.resolve("work"));
    Path stored = Files.writeString(root.resolve("sales.parquet"), "rows");
    version = Files.createLink(links.resolve("000000.parquet"), stored);
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  private ChildProcess start(Fence fence) throws IOException {
    EngineSettings settings =
        new EngineSettings(work, 256L << 20, List.of(database), List.of(links), false);
    EngineLauncher launcher = new EngineLauncher(TestCommand.of(settings), Clock.systemUTC());
    ChildProcess child = launcher.launch(fence);
    open.add(() -> child.killAndWait(EngineEnd.Cause.CLOSED, "the test is over"));
    open.add(launcher);
    assumeTrue(child.fence() != Fence.NONE, "this kernel has no Landlock");
    assertThat(child.fence()).isEqualTo(fence);
    return child;
  }

  private static void assertRefused(String answer) {
    assertThat(answer).startsWith("failed ").containsAnyOf("AccessDenied", "Permission denied");
  }

  @Test
  void aVersionsFileCanBeReadAndNotChangedByAnyMeans() throws IOException {
    ChildProcess child = start(Fence.WRITES);
    String file = version.toString();
    String inside = work.resolve("mine").toString();

    assertThat(Told.to(child, "read", file)).isEqualTo("ok rows");
    assertRefused(Told.to(child, "write", file));
    assertRefused(Told.to(child, "append", file));
    assertRefused(Told.to(child, "truncate", file));
    assertRefused(Told.to(child, "delete", file));
    assertRefused(Told.to(child, "rename", file, links.resolve("other").toString()));
    assertThat(Told.to(child, "rename", file, inside)).startsWith("failed ");
    // A name of its own in a folder that may be written to would be a way around.
    assertThat(Told.to(child, "link", file, inside)).startsWith("failed ");
    assertThat(Told.to(child, "symlink", file, inside)).isEqualTo("ok ");
    assertRefused(Told.to(child, "write", inside));
    assertRefused(Told.to(child, "thread", "write", file).substring("ok ".length()));
    assertRefused(Told.to(child, "write", "/proc/self/cwd/../../sales.parquet"));

    assertThat(version).hasContent("rows");
    assertThat(root.resolve("sales.parquet")).hasContent("rows");
  }

  @Test
  void nothingIsMadeOutsideOfItsFolders() throws IOException {
    ChildProcess child = start(Fence.WRITES);

    assertRefused(Told.to(child, "write", root.resolve("new").toString()));
    assertRefused(Told.to(child, "mkdir", root.resolve("new").toString()));
    assertRefused(Told.to(child, "symlink", "/etc", root.resolve("new").toString()));
    assertRefused(Told.to(child, "write", links.resolve("new.db").toString()));
    assertRefused(Told.to(child, "write", Path.of("/tmp", root.getFileName() + "-new").toString()));
    assertThat(root.resolve("new")).doesNotExist();
  }

  @Test
  void itsOwnFoldersCanBeWrittenTo() throws IOException {
    ChildProcess child = start(Fence.READS);

    assertThat(Told.to(child, "write", database.resolve("t").toString())).isEqualTo("ok ");
    assertThat(Told.to(child, "truncate", database.resolve("t").toString())).isEqualTo("ok ");
    assertThat(Told.to(child, "delete", database.resolve("t").toString())).isEqualTo("ok ");
    assertThat(Told.to(child, "mkdir", work.resolve("d").toString())).isEqualTo("ok ");
    assertThat(Told.to(child, "write", work.resolve("d/x").toString())).isEqualTo("ok ");
  }

  @Test
  void itHasNoNetwork() throws IOException {
    ChildProcess child = start(Fence.WRITES);
    assumeTrue(Told.to(child, "bind").startsWith("failed"), "Landlock knows the network since 6.7");

    try (ServerSocket somebody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertRefused(Told.to(child, "connect", Integer.toString(somebody.getLocalPort())));
    }
  }

  @Test
  void itReadsNothingButWhatItNeeds() throws IOException {
    ChildProcess child = start(Fence.READS);
    Path secret = Files.writeString(root.resolve("secret"), "secret");

    assertThat(Told.to(child, "read", version.toString())).isEqualTo("ok rows");
    assertRefused(Told.to(child, "read", secret.toString()));
    assertRefused(Told.to(child, "read", "/etc/passwd"));
    assertRefused(Told.to(child, "list", "/"));
    assertRefused(Told.to(child, "list", root.toString()));
    long server = ProcessHandle.current().pid();
    assertRefused(Told.to(child, "read", "/proc/" + server + "/environ"));
    assertRefused(Told.to(child, "execute", "/bin/true"));
    assertThat(Told.to(child, "read", "/proc/self/oom_score_adj")).isEqualTo("ok 500");
  }

  @Test
  void itsEnvironmentHoldsNothingOfTheServers() throws IOException {
    ChildProcess child = start(Fence.READS);

    assertThat(Told.to(child, "environment").replaceAll("[\\[\\],]", " ").strip().split(" +"))
        .isSubsetOf(
            "ok",
            "PATH",
            "LANG",
            "LC_ALL",
            "LC_CTYPE",
            "TZ",
            "LD_LIBRARY_PATH",
            "MALLARD_LOG",
            "DUCKDB_JE_MALLOC_CONF");
  }
}
