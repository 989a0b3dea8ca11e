package dev.mallard.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shell as a script uses it; on a terminal it is tested in interop. */
class ShellScriptTest {
  @TempDir private Path data;
  @TempDir private Path work;
  private Cli cli;

  @BeforeEach
  void start() {
    cli = Cli.serving(data);
    assertThat(cli.runWithInput("name,age\nAda,36\n", "put", "-", "people.feather").exitCode())
        .isZero();
  }

  @AfterEach
  void stop() throws Exception {
    cli.close();
    try (Stream<Path> left = Files.walk(work)) {
      assertThat(left.filter(path -> path.toString().contains(".part"))).isEmpty();
    }
  }

  private Cli.Run ok(String script) {
    Cli.Run run = cli.runWithInput(script, "shell");
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  @Test
  void aScriptRuns() {
    Cli.Run run =
        ok(
            """
            -- a comment is no statement that .list could be a part of
            .list
            .schema people
            .timing off
            .format csv
            SELECT name,
              ';' AS semicolon -- not the end;
            FROM people;
            SELECT 1 AS a; SELECT 2 AS b
            """);

    assertThat(run.out())
        .containsPattern("people.feather +1 +\\d+ B +2 +dataset +feather\n")
        .contains("age   int64   yes\n")
        .endsWith("name,semicolon\nAda,;\na\n1\nb\n2\n");
    assertThat(run.err()).isEqualTo("timing is off\nformat is csv\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {".tables", ".list", "\\dt", "\\d", ".tables peo*", "\\dt;", " \\d"})
  void tablesAreListed(String command) {
    assertThat(ok(command + "\n").out()).contains("NAME", "people.feather");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".schema people",
        "\\d people",
        "\\d+ people;",
        "\\d \"people\"",
        ".SCHEMA 'people'"
      })
  void columnsAreShown(String command) {
    assertThat(ok(command + "\n").out()).contains("age   int64   yes");
  }

  @ParameterizedTest
  @CsvSource({
    ".mode csv, format is csv",
    ".mode duckbox, format is display",
    ".timer off, timing is off",
    "\\timing, timing is off",
    ".maxrows 3, limit is 3"
  })
  void settingsGoByTheNamesOfOtherShells(String command, String said) {
    assertThat(ok(command + "\n").err()).isEqualTo(said + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {".quit", ".exit", "\\q", "quit", "exit;", "QUIT"})
  void theShellIsLeft(String command) {
    Cli.Run run = ok(command + "\nSELECT 'after';\n");
    assertThat(run.out() + run.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    ".help, .output",
    "\\?, .output",
    "help, .output",
  })
  void helpListsAllCommands(String command, String known) {
    assertThat(ok(command + "\n").out()).contains("COMMAND", known, "\\timing", ".once");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ".tabels|did you mean .tables?",
        ".mod csv|did you mean .mode?",
        "\\tming|did you mean \\timing?",
        "\\l|SHOW DATABASES",
        ".import x y|mallard put",
        ".explode|.help lists those that there are",
        "\\|.help lists those that there are",
        ".schema|.schema: say which",
        ".read|.read: say which",
        ".read none.sql|no file 'none.sql'",
        ".limit many|is not a number",
        ".timing perhaps|neither on nor off",
        ".mode pdf|expected one of: display",
        ".schema nothing|no dataset 'nothing'",
        "SELECT nothing;|nothing",
      })
  void aMistakeEndsAScriptAndSaysWhatToDo(String line, String said) {
    Cli.Run run = cli.runWithInput(line + "\nSELECT 'after';\n", "shell");

    assertThat(run.exitCode()).isIn(1, 3);
    assertThat(run.err()).startsWith("mallard shell: ").contains(said);
    assertThat(run.out()).doesNotContain("after");
  }

  @Test
  void aFormatForFilesIsSaidAndEndsNothing() {
    Cli.Run run = ok(".format parquet\nSELECT 'after' AS x;\n");

    assertThat(run.err()).startsWith("parquet is for files, as in: .once result.parquet\n");
    assertThat(run.out()).contains("│ after");
  }

  @Test
  void whatIsNoQueryIsSaidInALine() {
    Cli.Run run =
        ok(
            """
            .mode csv
            .timing off
            CREATE TABLE t (x INTEGER);
            INSERT INTO t VALUES (1), (2);
            SELECT count(*) AS n FROM t;
            """);

    assertThat(run.out()).isEqualTo("n\n2\n");
    assertThat(run.err()).endsWith("done\ndone, 2 rows changed\n");
  }

  @Test
  void resultsGoIntoFiles() throws Exception {
    Path csv = work.resolve("all.csv");
    Path parquet = work.resolve("one.parquet");
    Path script = work.resolve("inner.sql");
    Files.writeString(script, "SELECT 2 AS b;\n.mode csv\n");

    Cli.Run run =
        ok(
            """
            .output %s
            SELECT 1 AS a;
            .read '%s'
            .output
            .once %s
            SELECT name FROM people;
            SELECT 3 AS c;
            """
                .formatted(csv, script, parquet));

    assertThat(csv).hasContent("a\n1\nb\n2\n");
    assertThat(run.out()).isEqualTo("c\n3\n");
    assertThat(run.err()).contains("results are in " + csv, "results are in " + parquet);
    assertThat(cli.run("put", parquet.toString(), "again").exitCode()).isZero();
    assertThat(cli.run("get", "again").out()).isEqualTo("name\nAda\n");
  }

  @Test
  void aFailedScriptLeavesNoFile() {
    Path csv = work.resolve("all.csv");
    cli.runWithInput(".output " + csv + "\nSELECT 1 AS a;\nSELECT nothing;\n", "shell");
    assertThat(csv).doesNotExist();

    Path kept = work.resolve("kept.csv");
    ok(".output " + kept + "\nSELECT 1 AS a;\n.quit\n");
    assertThat(kept).hasContent("a\n1\n");
  }

  @Test
  void aScriptThatReadsItselfEnds() throws Exception {
    Path script = work.resolve("self.sql");
    Files.writeString(script, ".read " + script + "\n");

    assertThat(cli.runWithInput(".read " + script + "\n", "shell").err())
        .contains("is read by itself");
  }
}
