package dev.mallard.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SQL from the command line. */
class QueryCommandTest {
  private static final String EVERYTHING =
      """
      SELECT 42 AS i, 'a,"b"' AS t, '' AS e, NULL::INTEGER AS n, 1.50::DECIMAL(10,2) AS d,
        TIMESTAMPTZ '2024-07-01 12:00:00+00' AT TIME ZONE 'UTC' AS ts, DATE '2024-02-29' AS day,
        [1, 2] AS l, {'x': 1, 'y': 'z'} AS s, TIME '01:02:03.5' AS tm, 'ab'::BLOB AS b
      """;

  @TempDir private Path data;
  @TempDir private Path work;
  private Cli cli;

  @BeforeEach
  void start() {
    cli = Cli.serving(data);
  }

  @AfterEach
  void stop() throws Exception {
    cli.close();
    try (Stream<Path> left = Files.walk(work)) {
      assertThat(left.filter(path -> path.toString().contains(".part"))).isEmpty();
    }
  }

  @Test
  void aResultIsATableWithTypesOnStandardOutputAndItsTimeOnStandardError() {
    Cli.Run run =
        cli.run("query", "SELECT 1 AS n, 'x' AS t UNION ALL SELECT NULL, 'yy' ORDER BY 2");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
            ┌───────┬────────┐
            │     n │ t      │
            │ int32 │ string │
            ├───────┼────────┤
            │     1 │ x      │
            │  NULL │ yy     │
            └───────┴────────┘
            """);
    assertThat(run.err()).matches("2 rows in \\d.*\\n");
  }

  @Test
  void theStatementComesFromAnyOfFourPlaces() throws Exception {
    Path file = work.resolve("q.sql");
    Files.writeString(file, "SELECT 7 AS x");
    String csv = "x\n7\n";

    for (String[] arguments :
        new String[][] {
          {"SELECT 7 AS x"}, {"--query", "SELECT 7 AS x"}, {"--file", file.toString()}
        }) {
      String[] all =
          Stream.of(
                  Stream.of("query"),
                  Stream.of(arguments),
                  Stream.of("--output-format", "csv", "-o", "-"))
              .flatMap(s -> s)
              .toArray(String[]::new);
      assertThat(cli.run(all).out()).isEqualTo(csv);
    }
    assertThat(
            cli.runWithInput("SELECT 7 AS x", "query", "--output-format", "csv", "-o", "-").out())
        .isEqualTo(csv);
    assertThat(cli.runWithInput(" ", "query").exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "csv|i,t,e,n,d,ts,day,l,s,tm,b",
        "csv|42,\"a,\"\"b\"\"\",\"\",,1.50,2024-07-01 12:00:00,2024-02-29,\"[1,2]\",\"{\"\"x\"\":1,\"\"y\"\":\"\"z\"\"}\",01:02:03.5,\\x6162",
        "tsv|42\ta,\"b\"\t\t\\N\t1.50\t2024-07-01 12:00:00\t2024-02-29\t[1,2]\t{\"x\":1,\"y\":\"z\"}\t01:02:03.5\t\\\\x6162",
        "jsonl|{\"i\":42,\"t\":\"a,\\\"b\\\"\",\"e\":\"\",\"n\":null,\"d\":1.50,\"ts\":\"2024-07-01T12:00:00\",\"day\":\"2024-02-29\",\"l\":[1,2],\"s\":{\"x\":1,\"y\":\"z\"},\"tm\":\"01:02:03.5\",\"b\":\"YWI=\"}",
        "markdown|42 ",
      })
  void valuesKeepTheirMeaning(String format, String line) {
    Cli.Run run = cli.run("query", EVERYTHING, "--output-format", format, "-o", "-");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains(line.strip());
  }

  @ParameterizedTest
  @CsvSource({"parquet", "feather", "arrows", "csv", "json"})
  void theFilesExtensionNamesTheFormat(String extension) {
    Path file = work.resolve("result." + extension);
    Cli.Run run =
        cli.run("query", "SELECT range AS x FROM range(100000)", "--output-path", file.toString());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("100,000 rows in " + file);
    assertThat(file).isNotEmptyFile();
  }

  @Test
  void displayShowsTheFirstRowsAndCountsAll() {
    Cli.Run run = cli.run("query", "SELECT range AS x FROM range(1000)", "--limit", "3");

    assertThat(run.out()).hasLineCount(3 + 5).contains("│     2 │").doesNotContain("│     3 │");
    assertThat(run.err()).startsWith("1,000 rows (3 shown; --limit 0 shows all) in ");
    assertThat(cli.run("query", "SELECT range AS x FROM range(1000)", "--limit", "0").out())
        .hasLineCount(1005);
  }

  @Test
  void parametersAreBound() {
    Cli.Run run =
        cli.run(
            "query",
            "SELECT ?::BIGINT + 1 AS a, ? AS b, ? IS NULL AS c, ? AS d",
            "--output-format",
            "csv",
            "-o",
            "-",
            "--params",
            "41",
            "it's",
            "null",
            "'7'");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo("a,b,c,d\n42,it's,true,7\n");
  }

  @Test
  void datasetsAreTables() throws Exception {
    cli.runWithInput("name,age\nAda,36\nGrace,85\n", "put", "-", "staff/people");

    assertThat(
            cli.run(
                    "query",
                    "SELECT sum(age) AS s FROM \"staff/people\"",
                    "--output-format",
                    "csv",
                    "-o",
                    "-")
                .out())
        .isEqualTo("s\n121\n");
  }

  @Test
  void aMistakeInSqlIsTheEnginesTextAndExitCodeOne() {
    Cli.Run run = cli.run("query", "SELECT nothing FROM nowhere");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("mallard query: ").contains("nowhere").doesNotContain("\tat ");
  }

  @Test
  void aFailedQueryLeavesTheOldFile() throws Exception {
    Path file = work.resolve("old.csv");
    Files.writeString(file, "old");

    Cli.Run run =
        cli.run(
            "query",
            "SELECT CASE WHEN range = 900000 THEN error('boom') ELSE range::VARCHAR END AS x FROM range(1000000)",
            "-o",
            file.toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("boom");
    assertThat(file).hasContent("old");
  }

  @Test
  void jsonIsOneArray() throws Exception {
    JsonNode rows =
        new ObjectMapper()
            .readTree(
                cli.run(
                        "query",
                        "SELECT range AS x FROM range(5000)",
                        "--output-format",
                        "json",
                        "-o",
                        "-")
                    .bytes());

    assertThat(rows.size()).isEqualTo(5000);
    assertThat(rows.get(4999).get("x").asInt()).isEqualTo(4999);
  }

  @Test
  void severalStatementsRunOneAfterTheOther() throws Exception {
    Path file = work.resolve("script.sql");
    Files.writeString(
        file,
        """
        -- tables first; then rows
        CREATE TABLE t (x INTEGER, y VARCHAR);
        INSERT INTO t VALUES (1, 'a;b'), (2, $$c;d$$);
        SELECT * FROM t ORDER BY x; -- the end
        """);

    Cli.Run run = cli.run("query", "-f", file.toString(), "--output-format", "tsv", "-o", "-");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo("x\ty\n1\ta;b\n2\tc;d\n");
    assertThat(run.err())
        .matches("done in .* s\\ndone, 2 rows changed in .* s\\n2 rows in .* s\\n");
    assertThat(cli.run("query", "SELECT 1 AS a; SELECT 2 AS b", "--output-format", "jsonl").out())
        .isEqualTo("{\"a\":1}\n{\"b\":2}\n");
    assertThat(cli.runWithInput("/* ; */ SELECT 3 AS c;;\n--", "query").out()).contains("3");
  }

  @Test
  void aFileGetsTheLastStatementsResult() {
    Path file = work.resolve("last.csv");
    Cli.Run run =
        cli.run(
            "query", "CREATE TABLE l AS SELECT 1 AS x; SELECT 7; FROM l", "-o", file.toString());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(file).hasContent("x\n1\n");
  }

  @Test
  void theFirstErrorEndsAScript() {
    Cli.Run run = cli.run("query", "CREATE TABLE e (x INTEGER); SELECT nothing; SELECT 'after'");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).doesNotContain("after");
    assertThat(run.err()).contains("nothing");
    assertThat(cli.run("schema", "e").exitCode()).isZero();
    assertThat(cli.run("query", "SELECT ?; SELECT ?", "--params", "1").exitCode()).isEqualTo(2);
    assertThat(cli.run("query", " ; -- nothing").exitCode()).isEqualTo(2);
  }

  @Test
  void whatIsNoQueryIsSaidInALine() {
    Cli.Run created = cli.run("query", "CREATE TABLE c AS SELECT range AS x FROM range(5)");
    assertThat(created.out()).isEmpty();
    assertThat(created.err()).matches("done.* in .* s\\n");
    assertThat(cli.run("query", "DELETE FROM c WHERE x < 2").err())
        .startsWith("done, 2 rows changed");
    // Who asks for a format asks for the number.
    assertThat(cli.run("query", "DELETE FROM c", "--output-format", "jsonl").out())
        .isEqualTo("{\"Count\":3}\n");
    // A query's column may be called so.
    assertThat(cli.run("query", "SELECT 5::BIGINT AS \"Count\"").out()).contains("│     5 │");
  }
}
