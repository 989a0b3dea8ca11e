package dev.mallard.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands that look at datasets and change them: exit code, standard output, errors. */
class DatasetCommandsTest {
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

  private void putPeople(String name, String... lines) throws Exception {
    Path file = work.resolve("people.csv");
    Files.writeString(file, String.join("\n", lines) + "\n");
    assertThat(cli.run("put", file.toString(), name).exitCode()).isZero();
  }

  @Test
  void listShowsNamesAndSizesOnStandardOutput() throws Exception {
    putPeople("staff/people.feather", "name,age", "Ada,36", "Grace,85");
    putPeople("guests.feather", "name,age", "Ada,36");

    assertThat(cli.run("list"))
        .satisfies(
            run -> {
              assertThat(run.exitCode()).isZero();
              assertThat(run.out().lines().map(String::strip))
                  .satisfiesExactly(
                      line -> assertThat(line).matches("NAME +ROWS +SIZE +COLUMNS +KIND +FORMAT"),
                      line ->
                          assertThat(line)
                              .matches("guests.feather +1 +\\d+ B +2 +dataset +feather"),
                      line ->
                          assertThat(line)
                              .matches("staff/people.feather +2 +\\d+ B +2 +dataset +feather"));
              assertThat(run.err()).isEmpty();
            });
    assertThat(cli.run("list", "staff/*").out()).contains("people").doesNotContain("guests");
    assertThat(cli.run("list", "none").out()).hasLineCount(1);
  }

  @Test
  void infoAndSchemaSayWhatADatasetIs() throws Exception {
    putPeople("people", "name,age,born", "Ada,36,1815-12-10", "Grace,85,1906-12-09");

    assertThat(cli.run("info", "people").out())
        .containsPattern("name: +people\n")
        .containsPattern("kind: +dataset\nformat: +parquet\nrows: +2\nfiles: +1\n")
        .containsPattern("file size: +\\d+ B\narrow size: +\\d+ B\nmodified: +20\\S+Z\n")
        .containsPattern("versions: +1\nendpoints: +1\ncolumns: +3\n\nNAME");
    assertThat(cli.run("schema", "people").out())
        .isEqualTo(
            """
            NAME  TYPE    NULLS
            name  string  yes
            age   int64   yes
            born  date32  yes
            """);
  }

  @Test
  void aPreviousVersionIsListedAndRestored() throws Exception {
    putPeople("people", "name", "Ada");
    putPeople("people", "name", "Ada", "Grace");

    String[] versions = cli.run("versions", "people").out().split("\n");
    assertThat(versions).hasSize(3);
    assertThat(versions[1]).matches("\\S+ +\\S+ +2 +\\d+ B  yes");
    assertThat(versions[2]).matches("\\S+ +\\S+ +1 +\\d+ B  no");

    Cli.Run restored = cli.run("restore", "people", versions[2].split(" ")[0]);

    assertThat(restored.exitCode()).isZero();
    assertThat(restored.err()).startsWith("restored people to version ");
    assertThat(cli.run("get", "people").out()).isEqualTo("name\nAda\n");
    assertThat(cli.run("restore", "people", "20200101T000000.000000Z-1").exitCode()).isEqualTo(3);
  }

  @Test
  void aDroppedDatasetIsGone() throws Exception {
    putPeople("people", "name", "Ada");

    assertThat(cli.run("drop", "people").exitCode()).isZero();
    assertThat(cli.run("drop", "people"))
        .satisfies(
            run -> {
              assertThat(run.exitCode()).isEqualTo(3);
              assertThat(run.out()).isEmpty();
              assertThat(run.err())
                  .startsWith("mallard drop: ")
                  .contains("no dataset 'people'")
                  .hasLineCount(1);
            });
  }

  @Test
  void aServerThatIsNotThereIsOneLineThatSaysWhatToDo() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Cli.Run run = Cli.run(Map.of(), "", "list", "--port", String.valueOf(port));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err().strip())
        .isEqualTo(
            "mallard list: cannot reach grpc://localhost:"
                + port
                + ": connection refused; is the server running? start it with: mallard serve");
    assertThat(Cli.run(Map.of(), "", "list", "--host", "::1", "--port", "1").err())
        .contains("cannot reach grpc://[::1]:1: ");
    assertThat(Cli.run(Map.of(), "", "list", "--host", "no-such-host.invalid").err())
        .contains("unknown host")
        .hasLineCount(1);
  }

  @Test
  void theCommandLineGoesBeforeTheEnvironment() {
    String port = String.valueOf(cli.port());

    assertThat(
            Cli.run(
                    Map.of("MALLARD_URI", "grpc://nowhere.invalid:1"),
                    "",
                    "list",
                    "--uri",
                    cli.uri())
                .exitCode())
        .isZero();
    assertThat(
            Cli.run(Map.of("MALLARD_URI", "grpc://nowhere.invalid:1"), "", "list", "--port", port)
                .exitCode())
        .isZero();
    assertThat(Cli.run(Map.of("MALLARD_URI", cli.uri()), "", "list").exitCode()).isZero();
  }

  @Test
  void aServerWithoutTlsIsNamedAsSuch() {
    Cli.Run run = Cli.run(Map.of(), "", "list", "--uri", "grpc+tls://127.0.0.1:" + cli.port());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).startsWith("mallard list: cannot reach grpc+tls://").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({
    "list --uri http://x, 2, expected: grpc://HOST:PORT",
    "list --uri grpc://x --port 1, 2, --uri says it all",
    "list --port 0, 2, expected: 1 to 65535",
    "list --port many, 2, 'many'",
    "explode, 2, Unmatched argument",
    "get, 2, Missing required parameter",
    "get x --endpoints 0, 2, expected: 1 to 1024",
    "get x --resume, 2, needs a file",
    "get x -o x.pdf, 2, names no format",
    "get nothing, 3, no dataset 'nothing'",
    "info nothing, 3, no dataset 'nothing'",
    "schema nothing, 3, no dataset 'nothing'",
    "versions nothing, 3, no dataset 'nothing'",
    "put none.parquet, 3, no file 'none.parquet'",
    "put, 2, Missing required parameter",
    "drop ../x, 1, begins with a dot",
    "query SELECT --output-format pdf, 2, expected one of: display",
    "query SELECT --limit -1, 2, expected: 0 or more",
    "query --query a --file b, 2, more than one statement",
    "generate --kind none, 2, expected one of: sample",
    "generate --num-records -1, 2, expected: >= 0",
    "generate -o x.pdf, 2, names no format",
    "generate -o /no/such/folder/x.parquet, 1, there is no such folder",
  })
  void errorsAreOneLineAndAnExitCode(String arguments, int exitCode, String said) {
    Cli.Run run = cli.run(arguments.split(" "));

    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    assertThat(run.err()).contains(said).doesNotContain("Exception", "\tat ");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void helpVersionAndCompletionAreOnStandardOutput() {
    assertThat(cli.run("--version").out()).startsWith("mallard ").hasLineCount(1);
    assertThat(cli.run("generate-completion").out()).startsWith("#!").contains("_complete_mallard");
    assertThat(cli.run("--help").out()).contains("query", "Exit codes");
    for (String command :
        new String[] {"list", "info", "schema", "query", "get", "put", "generate", "drop"}) {
      assertThat(cli.run(command, "--help"))
          .satisfies(
              run -> {
                assertThat(run.exitCode()).isZero();
                assertThat(run.out()).contains("Usage: mallard " + command, "mallard " + command);
                assertThat(run.out()).containsPattern("Examples?:");
                assertThat(run.err()).isEmpty();
              });
    }
  }
}
