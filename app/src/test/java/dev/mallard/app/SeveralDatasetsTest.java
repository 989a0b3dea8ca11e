package dev.mallard.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.cli.io.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** get, put and drop of several datasets at once. */
class SeveralDatasetsTest {
  private static final Terminal PERSON = new Terminal(true, false, true, 80);

  @TempDir private Path data;
  @TempDir private Path work;
  private Cli cli;

  @BeforeEach
  void start() {
    cli = Cli.serving(data);
    for (String name : new String[] {"tmp/a.feather", "tmp/deep/b", "kept"}) {
      assertThat(cli.runWithInput("x\n1\n", "put", "-", name).exitCode()).isZero();
    }
    assertThat(cli.run("query", "CREATE TABLE tmp_table AS SELECT 1 AS x").exitCode()).isZero();
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

  private String names() {
    return cli.run("list", "--output-format", "csv").out();
  }

  @Test
  void aGlobIsDownloadedIntoAFolder() {
    Cli.Run run = cli.run("get", "tmp*", "-o", work + "/copies/");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(file("copies/tmp/a.feather")).isNotEmptyFile();
    assertThat(file("copies/tmp/deep/b.parquet")).isNotEmptyFile();
    assertThat(file("copies/tmp_table.parquet")).isNotEmptyFile();
    assertThat(file("copies/kept.parquet")).doesNotExist();
    assertThat(run.err().lines()).hasSize(3).allMatch(line -> line.contains(" is in "));

    assertThat(cli.run("get", "tmp/*", "--output-format", "csv", "-o", work.toString()).exitCode())
        .isZero();
    assertThat(file("tmp/a.csv")).hasContent("x\n1\n");
    assertThat(cli.run("get", "kept", "-o", work.toString()).exitCode()).isZero();
    assertThat(file("kept.parquet")).isNotEmptyFile();
  }

  @Test
  void oneThatFailsDoesNotKeepTheOthersFromComing() {
    Cli.Run run = cli.run("get", "nothing", "kept", "neither", "-o", work + "/");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("no dataset 'nothing'", "kept is in ")
        .endsWith("mallard get: 2 of 3 failed: nothing, neither\n");
    assertThat(file("kept.parquet")).isNotEmptyFile();
  }

  @ParameterizedTest
  @CsvSource({
    "get tmp/*, 2, name a folder",
    "get kept nothing, 2, name a folder",
    "get none* -o /tmp, 3, no dataset matches 'none*'",
    "drop none*, 3, no dataset matches 'none*'",
    "drop tmp/*, 2, 2 datasets would be dropped: add --yes",
    "drop kep?, 2, 1 dataset would be dropped: add --yes",
  })
  void whatIsNotClearIsRefused(String arguments, int exitCode, String said) {
    Cli.Run run = cli.run(arguments.split(" "));

    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    assertThat(run.err()).contains(said);
    assertThat(names()).contains("tmp/a", "tmp/deep/b", "kept");
  }

  @Test
  void aGlobIsDroppedWhenThatIsMeant() {
    assertThat(cli.run("drop", "tmp*", "--yes").err())
        .contains("dropped tmp/a.feather\n", "dropped tmp/deep/b");
    assertThat(names()).contains("kept", "tmp_table").doesNotContain("tmp/");
  }

  @Test
  void aPersonIsAsked() {
    Cli.Run no = cli.runOn(PERSON, "\n", "drop", "tmp/*");
    assertThat(no.exitCode()).isEqualTo(1);
    assertThat(no.err())
        .contains("  tmp/a.feather\n  tmp/deep/b", "drop 2 datasets? [y/N] ")
        .endsWith("nothing was dropped\n");

    assertThat(cli.runOn(PERSON, "y\n", "drop", "tmp/*").exitCode()).isZero();
    assertThat(names()).contains("kept").doesNotContain("tmp/");
    // Who names it means it.
    assertThat(cli.runOn(PERSON, "", "drop", "kept").exitCode()).isZero();
  }

  @Test
  void filesAreUploadedUnderTheirOwnNames() throws Exception {
    Files.writeString(file("one.csv"), "x\n1\n");
    Files.writeString(file("two.csv"), "x\n2\n");
    Files.writeString(file("three.csv"), "x\n3\n");
    String[] files = {file("one.csv").toString(), file("two.csv").toString()};

    Cli.Run run = cli.run("put", files[0], files[1], file("three.csv").toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err().lines()).hasSize(3).allMatch(line -> line.startsWith("stored "));
    assertThat(cli.run("put", files[0], files[1], "--into", "in/side").exitCode()).isZero();
    assertThat(cli.run("put", files[0], "--as", "four").exitCode()).isZero();
    assertThat(names()).contains("one", "two", "three", "in/side/one", "in/side/two", "four");
    assertThat(cli.run("get", "in/side/two").out()).isEqualTo("x\n2\n");
  }

  @Test
  void twoFilesAreNeverTakenForAFileAndItsName() throws Exception {
    Files.writeString(file("one.csv"), "x\n1\n");
    Files.writeString(file("two.csv"), "x\n2\n");
    String[] files = {file("one.csv").toString(), file("two.csv").toString()};

    Cli.Run run = cli.run("put", files[0], files[1]);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--into /", "--as '" + files[1] + "'");
    assertThat(cli.run("put", files[0], "tow.csv").err()).contains("no file 'tow.csv'");

    assertThat(cli.run("put", files[0], files[1], "--into", "/").exitCode()).isZero();
    assertThat(names()).contains("one", "two");
  }

  @Test
  void filesThatWouldBeOneDatasetAreNotSent() throws Exception {
    Files.createDirectories(file("other"));
    Files.writeString(file("one.csv"), "x\n1\n");
    Files.writeString(file("other/one.csv"), "x\n2\n");

    Cli.Run run =
        cli.run("put", file("one.csv").toString(), file("other/one.csv").toString(), "--into", "/");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("would both be dataset 'one'");
    assertThat(names()).doesNotContain("one");
  }

  @Test
  void aFileThatFailsIsNamedAtTheEnd() throws Exception {
    Files.writeString(file("good.csv"), "x\n1\n");
    Files.writeString(file("bad.parquet"), "no Parquet");

    Cli.Run run =
        cli.run("put", file("bad.parquet").toString(), file("good.csv").toString(), "--into", "/");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("stored good")
        .endsWith("mallard put: 1 of 2 failed: " + file("bad.parquet") + "\n");
  }
}
