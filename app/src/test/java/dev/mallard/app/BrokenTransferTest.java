package dev.mallard.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transfers that break half-way. */
class BrokenTransferTest {
  @TempDir private Path data;
  @TempDir private Path work;
  private Cli cli;

  @BeforeEach
  void start() {
    cli = Cli.serving(data);
    String file = work.resolve("sample.feather").toString();
    assertThat(cli.run("generate", "-n", "400000", "-o", file).exitCode()).isZero();
    assertThat(cli.run("put", file, "sample.feather").exitCode()).isZero();
    assertThat(
            cli.run("get", "sample.feather", "-o", work.resolve("whole.csv").toString()).exitCode())
        .isZero();
  }

  @AfterEach
  void stop() {
    cli.close();
  }

  private static Cli.Run through(CuttingProxy wire, String... arguments) {
    return Cli.run(Map.of("MALLARD_URI", "grpc://127.0.0.1:" + wire.port()), "", arguments);
  }

  private Stream<String> hidden() throws Exception {
    try (Stream<Path> files = Files.list(work)) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith("."))
          .toList()
          .stream();
    }
  }

  @Test
  void aBrokenTransferLeavesNoFile() throws Exception {
    try (CuttingProxy wire = new CuttingProxy(cli.port(), 5_000_000)) {
      Cli.Run run =
          through(wire, "get", "sample.feather", "-o", work.resolve("part.csv").toString());

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("mallard get: ").hasLineCount(1);
      assertThat(work.resolve("part.csv")).doesNotExist();
      assertThat(hidden()).isEmpty();
    }
  }

  @Test
  void aBrokenTransferIsResumedWhereItBroke() throws Exception {
    String target = work.resolve("part.csv").toString();
    try (CuttingProxy wire = new CuttingProxy(cli.port(), 9_000_000)) {
      Cli.Run broken = through(wire, "get", "sample.feather", "-o", target, "--resume");
      assertThat(broken.exitCode()).as(broken.err()).isEqualTo(1);
      assertThat(hidden()).containsExactly(".part.csv.resume");

      Cli.Run resumed = through(wire, "get", "sample.feather", "-o", target, "--resume");

      assertThat(resumed.exitCode()).as(resumed.err()).isZero();
      assertThat(resumed.err())
          .containsPattern("resuming after [1-9]\\d* rows")
          .contains("400,000 rows");
      assertThat(Path.of(target)).hasSameTextualContentAs(work.resolve("whole.csv"));
      assertThat(hidden()).isEmpty();
    }
  }

  @Test
  void aDatasetThatHasChangedIsFetchedAnew() throws Exception {
    String target = work.resolve("part.csv").toString();
    try (CuttingProxy wire = new CuttingProxy(cli.port(), 9_000_000)) {
      assertThat(through(wire, "get", "sample.feather", "-o", target, "--resume").exitCode())
          .isEqualTo(1);
      assertThat(cli.run("drop", "sample.feather").exitCode()).isZero();
      cli.runWithInput("x\n1\n", "put", "-", "sample.feather");

      Cli.Run resumed = through(wire, "get", "sample.feather", "-o", target, "--resume");

      assertThat(resumed.exitCode()).as(resumed.err()).isZero();
      assertThat(resumed.err()).contains("has changed since");
      assertThat(Path.of(target)).hasContent("x\n1\n");
    }
  }

  @Test
  void aBrokenUploadLeavesTheOldVersion() throws Exception {
    // The server's replies are few; the wire breaks with the first of them.
    try (CuttingProxy wire = new CuttingProxy(cli.port(), 1)) {
      Cli.Run run = through(wire, "put", work.resolve("whole.csv").toString(), "sample.feather");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(cli.run("versions", "sample.feather").out()).hasLineCount(2);
    }
  }
}
