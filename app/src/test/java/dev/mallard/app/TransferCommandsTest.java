package dev.mallard.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes up comes down, in every format. */
class TransferCommandsTest {
  private static final String PEOPLE =
      """
      name,age,height,born,seen,active,note
      Ada,36,1.65,1815-12-10,2024-01-02 03:04:05.5,true,"says ""hi"", often"
      Grace,85,1.5E-10,1906-12-09,2024-01-02 03:04:05,false,""
      ,,,,,,
      "Zoë
      Ω",-1,-0.25,1970-01-01,1969-12-31 23:59:59.000001,true,plain
      """;

  @TempDir private Path data;
  @TempDir private Path work;
  private Cli cli;

  @BeforeEach
  void start() throws Exception {
    cli = Cli.serving(data);
    Files.writeString(work.resolve("people.csv"), PEOPLE);
  }

  @AfterEach
  void stop() throws Exception {
    cli.close();
    try (Stream<Path> left = Files.walk(work)) {
      assertThat(left.filter(path -> path.toString().contains(".part"))).isEmpty();
    }
  }

  private Path file(String name) {
    return work.resolve(name);
  }

  private void ok(String... arguments) {
    Cli.Run run = cli.run(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  @Test
  void csvKeepsValuesNullsAndQuotesOnTheWayThereAndBack() {
    ok("put", file("people.csv").toString(), "people");

    assertThat(cli.run("get", "people").out()).isEqualTo(PEOPLE);
    assertThat(cli.run("schema", "people").out())
        .contains("age     int64", "height  float64", "born    date32")
        .contains("seen    timestamp[us]", "active  bool", "note    string");
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "feather", "arrow", "ipc", "arrows", "csv", "tsv", "jsonl"})
  void aFileOfEachFormatComesBackAsItWas(String extension) throws Exception {
    ok("put", file("people.csv").toString(), "people");
    String copy = file("copy." + extension).toString();

    ok("get", "people", "-o", copy);
    Cli.Run put = cli.run("put", copy, "copy.feather");

    assertThat(put.exitCode()).as(put.err()).isZero();
    assertThat(put.err()).contains("stored copy.feather: 4 rows");
    assertThat(cli.run("get", "copy.feather").out()).isEqualTo(PEOPLE);
  }

  @Test
  void jsonKeepsTypes() {
    ok("put", file("people.csv").toString(), "people");

    assertThat(cli.run("get", "people", "--output-format", "json").out().lines())
        .startsWith(
            "[",
            "{\"name\":\"Ada\",\"age\":36,\"height\":1.65,\"born\":\"1815-12-10\","
                + "\"seen\":\"2024-01-02T03:04:05.5\",\"active\":true,"
                + "\"note\":\"says \\\"hi\\\", often\"},")
        .endsWith("]");
  }

  @Test
  void appendAddsAndReplaceReplaces() {
    ok("put", file("people.csv").toString(), "people");
    Cli.Run appended = cli.run("put", file("people.csv").toString(), "people", "--append");
    assertThat(appended.err()).contains("appended to people");
    assertThat(cli.run("info", "people").out()).containsPattern("rows: +8\n");

    ok("put", file("people.csv").toString(), "people");
    assertThat(cli.run("info", "people").out()).containsPattern("rows: +4\n");
  }

  @Test
  void standardInputIsWhateverItBeginsWith() {
    assertThat(cli.runWithInput("a,b\n1,x\n", "put", "-", "one").exitCode()).isZero();
    assertThat(
            cli.runWithInput("{\"a\":1,\"b\":[1]}\n{\"b\":null}\n", "put", "-", "two").exitCode())
        .isZero();
    assertThat(
            cli.runWithInput(
                    "a;b\n1;N/A\n", "put", "-", "three", "--delimiter", ";", "--null", "N/A")
                .exitCode())
        .isZero();
    assertThat(cli.runWithInput("1,x\n", "put", "-", "four", "--no-header", "--text").exitCode())
        .isZero();

    assertThat(cli.run("get", "one").out()).isEqualTo("a,b\n1,x\n");
    assertThat(cli.run("get", "two").out()).isEqualTo("a,b\n1,[1]\n,\n");
    assertThat(cli.run("get", "three").out()).isEqualTo("a,b\n1,\n");
    assertThat(cli.run("schema", "four").out()).contains("column1  string", "column2  string");
    assertThat(cli.runWithInput("a\n1\n", "put", "-").exitCode()).isEqualTo(2);
  }

  @Test
  void aFolderIsSentFileByFile() throws Exception {
    Files.createDirectories(file("exports/old"));
    Files.writeString(file("exports/a.csv"), "x\n1\n");
    Files.writeString(file("exports/old/b.csv"), "x\n2\n");
    Files.writeString(file("exports/readme.txt"), "not data");

    ok("put", file("exports").toString());
    ok("put", file("exports").toString(), "archive/2024");

    assertThat(cli.run("list").out())
        .contains("exports/a", "exports/old/b", "archive/2024/a", "archive/2024/old/b")
        .doesNotContain("readme");
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "feather", "arrows", "jsonl", "csv"})
  void aFileThatIsNotWhatItSaysIsNotSent(String extension) throws Exception {
    Path file = file("fake." + extension);
    Files.write(file, new byte[] {'a', ',', 'b', '\n', (byte) 0xff, (byte) 0xfe, 0, 1, 2, 3, 4, 5});

    Cli.Run run = cli.run("put", file.toString(), "fake");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("'fake." + extension + "'").hasLineCount(1);
    assertThat(cli.run("list").out()).hasLineCount(1);
  }

  @Test
  void rowsOfDifferentLengthsAreNamed() throws Exception {
    Files.writeString(file("bad.csv"), "a,b\n1,2\n3\n");

    assertThat(cli.run("put", file("bad.csv").toString()).err())
        .contains("row 2 has 1 field, the first line has 2")
        .hasLineCount(1);
  }

  @Test
  void severalEndpointsGiveTheRowsInTheirOrder() {
    ok("generate", "-n", "300000", "-o", file("sample.parquet").toString());
    ok("put", file("sample.parquet").toString(), "sample.feather");

    ok("get", "sample.feather", "-o", file("one.csv").toString());
    ok("get", "sample.feather", "-o", file("four.csv").toString(), "--endpoints", "4");

    assertThat(file("four.csv")).hasSameTextualContentAs(file("one.csv"));
  }

  @Test
  void anOlderFileIsReplacedOnlyByACompleteOne() throws Exception {
    Files.writeString(file("out.csv"), "old");

    assertThat(cli.run("get", "nothing", "-o", file("out.csv").toString()).exitCode()).isEqualTo(3);
    assertThat(file("out.csv")).hasContent("old");

    ok("put", file("people.csv").toString(), "people");
    ok("get", "people", "-o", file("out.csv").toString());
    assertThat(file("out.csv")).hasContent(PEOPLE);
  }

  @Test
  void binaryFormatsGoToStandardOutputToo() {
    ok("put", file("people.csv").toString(), "people");

    for (String format : List.of("parquet", "feather", "arrow")) {
      byte[] bytes = cli.run("get", "people", "--output-format", format).bytes();
      String start = new String(bytes, 0, 6, StandardCharsets.ISO_8859_1);
      assertThat(start)
          .startsWith(
              switch (format) {
                case "parquet" -> "PAR1";
                case "feather" -> "ARROW1";
                default -> "\u00ff\u00ff\u00ff\u00ff";
              });
    }
  }

  @Test
  void generatedDataIsTheSameForASeed() throws Exception {
    for (String name : List.of("a.csv", "b.csv")) {
      Cli.Run run =
          Cli.run(java.util.Map.of(), "", "generate", "-n", "1000", "-o", file(name).toString());
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).contains("1,000 rows");
    }
    ok("generate", "-n", "1000", "--seed", "7", "-o", file("c.csv").toString());

    assertThat(Files.readString(file("a.csv")))
        .isEqualTo(Files.readString(file("b.csv")))
        .isNotEqualTo(Files.readString(file("c.csv")))
        .startsWith("id,date,category,value1,value2,active,text\n1,2020-01-01,");
  }

  @Test
  void everyKindIsWritten() {
    for (String kind : List.of("feather-demo", "mixed", "batch")) {
      for (String extension : List.of("parquet", "feather", "csv")) {
        ok("generate", "--kind", kind, "-n", "100", "-o", file(kind + "." + extension).toString());
        assertThat(file(kind + "." + extension)).isNotEmptyFile();
      }
    }
    ok("generate", "--kind", "tpch", "--scale", "0.01", "-o", file("tpch").toString());
    assertThat(file("tpch").toFile().list())
        .containsExactlyInAnyOrder(
            "customer.parquet",
            "lineitem.parquet",
            "nation.parquet",
            "orders.parquet",
            "part.parquet",
            "partsupp.parquet",
            "region.parquet",
            "supplier.parquet");
    ok("generate", "--kind", "demo", "-o", file("demo").toString());
    assertThat(file("demo/my_app/user_sessions.parquet")).exists();
  }

  @Test
  void theDemoShowsWhatAServerDoesAndStops() {
    Cli.Run run = Cli.run(java.util.Map.of(), "", "demo", "--once");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains(
            "$ mallard list",
            "sales.parquet",
            "$ mallard query \"SELECT",
            "│ A        │",
            "$ mallard get large_table",
            "All of it worked");
  }
}
