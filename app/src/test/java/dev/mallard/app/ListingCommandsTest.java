package dev.mallard.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * list, info, versions and schema: rounded for people, exact for programs, of all kinds of tables.
 */
class ListingCommandsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path data;
  @TempDir private Path work;
  private Cli cli;

  @BeforeEach
  void start() {
    cli = Cli.serving(data);
    assertThat(cli.runWithInput("a,b\n1,x\n2,\n", "put", "-", "s/one.feather").exitCode()).isZero();
    assertThat(cli.runWithInput("a,b\n1,x\n2,\n", "put", "-", "two").exitCode()).isZero();
    assertThat(cli.run("query", "CREATE TABLE t AS SELECT 42 AS x, 'y' AS y").exitCode()).isZero();
    assertThat(cli.run("query", "CREATE VIEW v AS SELECT * FROM t").exitCode()).isZero();
  }

  @AfterEach
  void stop() {
    cli.close();
  }

  private JsonNode json(String... arguments) throws Exception {
    Cli.Run run = cli.run(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return JSON.readTree(run.bytes());
  }

  @Test
  void aListingHasExactValuesForPrograms() throws Exception {
    JsonNode rows = json("list", "--output-format", "json");

    assertThat(rows.findValuesAsText("name")).containsExactly("s/one.feather", "two", "t", "v");
    assertThat(rows.findValuesAsText("kind"))
        .containsExactly("dataset", "dataset", "table", "view");
    assertThat(rows.get(0).get("format").asText()).isEqualTo("feather");
    assertThat(rows.get(0).get("rows").asLong()).isEqualTo(2);
    assertThat(rows.get(1).get("size").asLong()).isEqualTo(Files.size(data.resolve("two.parquet")));
    // Nobody counts a table's rows for a listing.
    assertThat(rows.get(2).get("rows").isNull()).isTrue();
    assertThat(rows.get(2).get("size").isNull()).isTrue();
    assertThat(cli.run("list").out()).containsPattern("t +- +- +2 +table +-\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "info two", "versions two", "schema two"})
  void eachIsWrittenAsQueryWritesItsResults(String command) throws Exception {
    for (String format : List.of("csv", "tsv", "json", "jsonl", "markdown")) {
      Cli.Run run = cli.run((command + " --output-format " + format).split(" "));
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.err()).isEmpty();
      assertThat(run.out()).as(format).isNotEmpty();
    }
    JsonNode rows = json((command + " --output-format json").split(" "));
    List<String> header =
        cli.run((command + " --output-format csv").split(" ")).out().lines().toList();
    assertThat(header).hasSize(rows.size() + 1);
    assertThat(rows.get(0).fieldNames()).toIterable().containsExactly(header.get(0).split(","));

    Path file = work.resolve("out.parquet");
    assertThat(cli.run((command + " -o " + file).split(" ")).exitCode()).isZero();
    assertThat(cli.run("put", file.toString(), "again").exitCode()).isZero();
    assertThat(JSON.readTree(cli.run("get", "again", "--output-format", "json").bytes()))
        .isEqualTo(rows);
    assertThat(cli.run((command + " --output-format pdf").split(" ")).exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"t, table", "v, view"})
  void whatIsListedCanBeAskedFor(String name, String kind) {
    Cli.Run info = cli.run("info", name);

    assertThat(info.exitCode()).as(info.err()).isZero();
    assertThat(info.err()).isEmpty();
    assertThat(info.out())
        .containsPattern("kind: +" + kind + "\n")
        .containsPattern("x +int32 +yes\n")
        .doesNotContain("versions:", "format:", "unknown");
    assertThat(cli.run("schema", name).exitCode()).isZero();
    assertThat(cli.run("get", name).out()).isEqualTo("x,y\n42,y\n");
  }

  @Test
  void sizesAreRoundedForPeopleAlone() throws Exception {
    Path file = work.resolve("sample.parquet");
    Cli.run(Map.of(), "", "generate", "-n", "50000", "-o", file.toString());
    assertThat(cli.run("put", file.toString(), "large").exitCode()).isZero();

    assertThat(cli.run("list", "large").out())
        .containsPattern("large +50,000 +[\\d.]+ [kM]B +7 +dataset +parquet\n");
    assertThat(cli.run("list", "large", "--output-format", "csv").out())
        .containsPattern("large,50000," + Files.size(data.resolve("large.parquet")) + ",7,");
    assertThat(cli.run("versions", "large").out()).containsPattern("50,000 +[\\d.]+ [kM]B +yes\n");
  }
}
