package dev.mallard.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** consume, bench and doctor. */
class MeasuringCommandsTest {
  @TempDir private Path data;
  @TempDir private Path work;
  private Cli cli;

  @BeforeEach
  void start() {
    cli = Cli.serving(data);
  }

  @AfterEach
  void stop() {
    cli.close();
  }

  private void putFeatherDemo() {
    String file = work.resolve("sql_data.feather").toString();
    assertThat(cli.run("generate", "--kind", "feather-demo", "-n", "200000", "-o", file).exitCode())
        .isZero();
    assertThat(cli.run("put", file, "large_table.feather").exitCode()).isZero();
  }

  @Test
  void bothModesComputeTheSame() {
    putFeatherDemo();

    Cli.Run sequential = cli.run("consume", "large_table", "--pause-every", "4", "--pause", "1ms");
    Cli.Run pipeline = cli.run("consume", "large_table", "--mode", "pipeline", "--queue", "2");

    assertThat(sequential.exitCode()).as(sequential.err()).isZero();
    assertThat(pipeline.exitCode()).as(pipeline.err()).isZero();
    assertThat(pipeline.out()).isEqualTo(sequential.out());
    assertThat(sequential.out())
        .startsWith("batch 1: ")
        .containsPattern("id +0 +0 +199999")
        .containsPattern("is_active +\\d\\d,\\d{3}")
        .containsPattern("name +0 +user_0 +user_99999");
    assertThat(sequential.err()).contains("pausing for 1 ms", "sequential: 200,000 rows");
    assertThat(pipeline.err())
        .contains("STAGE", "network", "compute", "sink", "compute and sink were busy for")
        .contains("pipeline: 200,000 rows")
        // What arrives by itself is never busy; its rate is what came in the time that it took.
        .containsPattern("network +\\d+ +(-|[\\d.]+ [kMG]?B/s) +- +\\d");
  }

  @Test
  void consumeOfNothingIsNotFound() {
    assertThat(cli.run("consume", "nothing").exitCode()).isEqualTo(3);
    assertThat(cli.run("consume", "nothing", "--mode", "other").exitCode()).isEqualTo(2);
    assertThat(cli.run("consume", "nothing", "--pause", "soon").err())
        .contains("'soon' is not a time");
  }

  @Test
  void aBenchmarkPrintsASummaryAndCleansUp() throws Exception {
    Cli.Run run =
        cli.run(
            "bench", "--datasets", "3", "--rows", "1000", "--clients", "2", "--warm-up", "20ms");
    assertThat(run.exitCode()).as(run.err() + run.out()).isZero();
    assertThat(run.out().lines().map(line -> line.split(" ")[0]))
        .containsExactly("PHASE", "put", "list", "get", "query");
    Matcher put = Pattern.compile("put +3 +0 ").matcher(run.out());
    assertThat(put.find()).isTrue();
    assertThat(cli.run("list").out()).hasLineCount(1);

    JsonNode json =
        new ObjectMapper()
            .readTree(
                cli.run("bench", "get", "--datasets", "2", "--rows", "64", "--output", "json")
                    .bytes());
    assertThat(json.path("phases").get(1).path("phase").asText()).isEqualTo("get");
    assertThat(json.path("phases").get(1).path("rows").asLong()).isEqualTo(128);
    assertThat(json.path("phases").get(1).path("p99_ms").asDouble()).isPositive();
  }

  @Test
  void theDoctorFindsAHealthyServer() {
    putFeatherDemo();
    Cli.Run run = cli.run("doctor", data.toString());

    assertThat(run.exitCode()).as(run.out()).isZero();
    assertThat(run.out())
        .contains("ok    java: Java ", "ok    native zstd: works", "ok    native lz4_frame: works")
        .contains("can be read and written", "ok    connection: " + cli.uri(), "round trip: ")
        .contains("ok    version: Mallard ", "answers, with 1 dataset\n")
        .contains("warn  sign-in: none: the server accepts any name and password")
        .contains("throughput: ")
        .doesNotContain("FAIL");
  }

  @Test
  void theDoctorSaysWhatToDo() {
    Cli.Run run =
        Cli.run(
            Map.of(), "", "doctor", data.resolve("none").toString(), "--uri", "grpc://127.0.0.1:1");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out())
        .contains("FAIL  folder ", "is not there; make it with: mkdir -p")
        .contains("FAIL  connection: cannot reach grpc://127.0.0.1:1", "mallard serve");
  }
}
