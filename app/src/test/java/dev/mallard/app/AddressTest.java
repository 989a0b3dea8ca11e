package dev.mallard.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which server the commands talk to: options, then the environment, and a URI before its parts. */
class AddressTest {
  @TempDir private Path data;
  private Cli cli;
  private String port = "";

  @BeforeEach
  void start() {
    cli = Cli.serving(data);
    port = String.valueOf(cli.port());
  }

  @AfterEach
  void stop() {
    cli.close();
  }

  private static int list(Map<String, String> environment, String... options) {
    String[] arguments = new String[options.length + 1];
    arguments[0] = "list";
    System.arraycopy(options, 0, arguments, 1, options.length);
    return Cli.run(environment, "", arguments).exitCode();
  }

  @Test
  void theEnvironmentNamesTheServer() {
    assertThat(list(Map.of("MALLARD_URI", cli.uri()))).isZero();
    assertThat(list(Map.of("MALLARD_PORT", port))).isZero();
    assertThat(list(Map.of("MALLARD_PORT", port, "MALLARD_HOST", "127.0.0.1"))).isZero();
    assertThat(list(Map.of("MALLARD_PORT", port, "MALLARD_HOST", "nowhere.invalid"))).isEqualTo(1);
  }

  @Test
  void theUriGoesBeforeHostAndPort() {
    assertThat(
            list(
                Map.of(
                    "MALLARD_URI",
                    cli.uri(),
                    "MALLARD_HOST",
                    "nowhere.invalid",
                    "MALLARD_PORT",
                    "1")))
        .isZero();
  }

  @Test
  void optionsGoBeforeTheEnvironment() {
    Map<String, String> elsewhere =
        Map.of(
            "MALLARD_URI",
            "grpc://nowhere.invalid:1",
            "MALLARD_HOST",
            "127.0.0.1",
            "MALLARD_PORT",
            "1");

    assertThat(list(elsewhere, "--uri", cli.uri())).isZero();
    assertThat(list(elsewhere, "--port", port)).isZero();
    assertThat(list(Map.of("MALLARD_PORT", port), "--host", "127.0.0.1")).isZero();
  }

  @Test
  void aPasswordIsSentAndNeverShown() {
    String uri = "grpc://somebody:s3cret%40@127.0.0.1:" + port;

    for (String command : new String[] {"list", "doctor", "bench get --datasets 1 --rows 1"}) {
      Cli.Run run = Cli.run(Map.of("MALLARD_URI", uri), "", command.split(" "));
      assertThat(run.exitCode()).as(run.err() + run.out()).isZero();
      assertThat(run.out() + run.err()).doesNotContain("s3cret");
    }
    Cli.Run nowhere = Cli.run(Map.of(), "", "list", "--uri", "grpc://a:s3cret@127.0.0.1:1");
    assertThat(nowhere.err()).contains("cannot reach grpc://127.0.0.1:1").doesNotContain("s3cret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "grpc://a:s3cret@ho st",
        "http://a:s3cret@host",
        "a:s3cret@host",
        "grpc://a:s3cret@",
        "grpc://a:s3c@ret@host:8815",
        "grpc://a:s3cret@host:port"
      })
  void aPasswordIsNotShownByAnErrorEither(String wrong) {
    Cli.Run run = Cli.run(Map.of(), "", "list", "--uri", wrong);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("server address: ").doesNotContain("s3c").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65536", "many"})
  void aPortThatIsNoneIsNamedWithWhereItCameFrom(String wrong) {
    Cli.Run run = Cli.run(Map.of("MALLARD_PORT", wrong), "", "list");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("MALLARD_PORT: " + wrong, "expected: 1 to 65535")
        .hasLineCount(1);
  }
}
