package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.catalog.DatasetName;
import dev.mallard.catalog.Mount;
import dev.mallard.server.security.SecurityConfig;
import dev.mallard.server.security.TlsConfig;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Settings from everywhere, and starts that fail. */
class ServeCommandTest {
  @TempDir private Path folder;

  private record Run(int exitCode, String out, String err) {}

  private static Run run(Map<String, String> environment, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        new CommandLine(new ServeCommand(environment))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new Run(exitCode, out.toString(), err.toString());
  }

  private static ServerConfig config(Map<String, String> environment, String... arguments)
      throws Exception {
    ServeCommand command = new ServeCommand(environment);
    CommandLine line = new CommandLine(command);
    line.parseArgs(arguments);
    return command.effectiveOptions(line).toConfig();
  }

  @Test
  void everyDefaultIsWhatTheDocumentationSays() throws Exception {
    ServerConfig config = config(Map.of(), "data");

    long heap = Runtime.getRuntime().maxMemory();
    assertThat(config)
        .isEqualTo(
            new ServerConfig(
                Optional.of(Path.of("data")),
                "127.0.0.1",
                8815,
                List.of(),
                false,
                1,
                3840L << 10,
                Math.min(1L << 30, Math.max(16L << 20, heap / 4)),
                Optional.empty(),
                16L << 30,
                heap,
                PlatformDependent.maxDirectMemory() / 2,
                List.of(),
                Duration.ofSeconds(30),
                Duration.ofMinutes(10),
                SqlConfig.defaults(),
                SecurityConfig.OPEN));
    assertThat(config(Map.of()).folder()).contains(Path.of("").toAbsolutePath());
    assertThat(config(Map.of(), "--dataset", "a=b.parquet").folder()).isEmpty();
  }

  @Test
  void everyOptionIsAlsoReadFromTheEnvironmentAndFromAFile() throws Exception {
    ServerConfig fromLine =
        config(
            Map.of(),
            "data",
            "--host=0.0.0.0",
            "--port=99",
            "--dataset=a=b.parquet",
            "--parquet-path=c.parquet",
            "--read-only",
            "--keep-versions=3",
            "--max-message-size=3MiB",
            "--max-upload-message-size=20MiB",
            "--cache-size=1G",
            "--cache-dir=cache",
            "--memory=100m",
            "--receive-memory=50m",
            "--endpoint-location=reuse",
            "--grace=7");
    Map<String, String> environment =
        Map.ofEntries(
            Map.entry("MALLARD_DIR", "data"),
            Map.entry("MALLARD_HOST", "0.0.0.0"),
            Map.entry("MALLARD_PORT", "99"),
            Map.entry("MALLARD_DATASET", "a=b.parquet"),
            Map.entry("MALLARD_PARQUET_PATH", "c.parquet"),
            Map.entry("MALLARD_READ_ONLY", "true"),
            Map.entry("MALLARD_KEEP_VERSIONS", "3"),
            Map.entry("MALLARD_MAX_MESSAGE_SIZE", "3MiB"),
            Map.entry("MALLARD_MAX_UPLOAD_MESSAGE_SIZE", "20MiB"),
            Map.entry("MALLARD_CACHE_SIZE", "1G"),
            Map.entry("MALLARD_CACHE_DIR", "cache"),
            Map.entry("MALLARD_MEMORY", "100m"),
            Map.entry("MALLARD_RECEIVE_MEMORY", "50m"),
            Map.entry("MALLARD_ENDPOINT_LOCATION", "reuse"),
            Map.entry("MALLARD_GRACE", "7"),
            Map.entry("PATH", "/bin"));
    Path file = folder.resolve("mallard.yaml");
    Files.writeString(
        file,
        """
        dir: data
        host: 0.0.0.0
        port: 99
        dataset: {a: b.parquet}
        parquet-path: c.parquet
        read-only: true
        keep-versions: 3
        max-message-size: 3MiB
        max-upload-message-size: 20MiB
        cache-size: 1G
        cache-dir: cache
        memory: 100m
        receive-memory: 50m
        endpoint-location: reuse
        grace: 7
        """);

    assertThat(fromLine)
        .isEqualTo(
            new ServerConfig(
                Optional.of(Path.of("data")),
                "0.0.0.0",
                99,
                List.of(
                    new Mount(DatasetName.parse("a"), "b.parquet"),
                    new Mount(DatasetName.parse("dataset"), "c.parquet")),
                true,
                3,
                3 << 20,
                20 << 20,
                Optional.of(Path.of("cache")),
                1L << 30,
                100L << 20,
                50L << 20,
                List.of("arrow-flight-reuse-connection://?"),
                Duration.ofSeconds(7),
                Duration.ofMinutes(10),
                SqlConfig.defaults(),
                SecurityConfig.OPEN));
    assertThat(config(environment)).isEqualTo(fromLine);
    assertThat(config(Map.of(), "--config", file.toString())).isEqualTo(fromLine);
    assertThat(config(Map.of("MALLARD_CONFIG", file.toString()))).isEqualTo(fromLine);
  }

  @Test
  void optionsOfEncryptionAreReadFromEverywhere() throws Exception {
    TlsConfig files =
        new TlsConfig(
            new TlsConfig.Identity.Files(Path.of("c.pem"), Path.of("k.pem")),
            Optional.of(Path.of("ca.pem")),
            true,
            true);
    Path file = folder.resolve("mallard.yaml");
    Files.writeString(
        file,
        """
        tls-cert: c.pem
        tls-key: k.pem
        tls-client-ca: ca.pem
        tls-require-client-cert: true
        insecure: true
        """);

    assertThat(
            config(
                    Map.of(),
                    "--tls-cert=c.pem",
                    "--tls-key=k.pem",
                    "--tls-client-ca=ca.pem",
                    "--tls-require-client-cert",
                    "--insecure")
                .security()
                .tls())
        .isEqualTo(files)
        .isEqualTo(config(Map.of(), "--config", file.toString()).security().tls());
    assertThat(config(Map.of("MALLARD_TLS_SELF_SIGNED", "true")).security().tls().identity())
        .isEqualTo(new TlsConfig.Identity.SelfSigned());
    requireUsage(run(Map.of(), "--tls-self-signed", "--tls-cert=c", "--tls-key=k"), "choose one");
  }

  private static void requireUsage(Run run, String said) {
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(said).hasLineCount(1);
  }

  @Test
  void beyondThisMachineAnUnprotectedServerDoesNotStart() {
    for (String host : List.of("0.0.0.0", "::")) {
      requireOneLine(
          run(Map.of(), folder.toString(), "--port=0", "--host", host),
          "others can reach it",
          "encryption (--tls-self-signed, or --tls-cert FILE --tls-key FILE)",
          "and sign-in (--user NAME:PASSWORD, or --access DIR)",
          "--insecure");
    }
    requireOneLine(
        run(Map.of(), folder.toString(), "--port=0", "--host=0.0.0.0", "--tls-self-signed"),
        "there is no sign-in",
        "--insecure");
  }

  @Test
  void whatIsMeantToBeInsecureStartsAndSaysSo() throws Exception {
    SecurityConfig open = SecurityConfig.OPEN;
    SecurityConfig insecure =
        TlsServer.security(new TlsConfig(open.tls().identity(), Optional.empty(), false, true));
    ServerConfig config =
        config(Map.of(), folder.toString(), "--port=0", "--host=0.0.0.0", "--insecure");
    assertThat(config.security()).isEqualTo(insecure);
    try (LogLines log = LogLines.of("dev.mallard.server");
        MallardServer server = MallardServer.start(config)) {
      assertThat(ServeCommand.readyLine(config, server)).contains("grpc://0.0.0.0:");
      assertThat(log.with("INSECURE")).singleElement().asString().startsWith("WARN");
    }
  }

  @Test
  void theCommandLineGoesBeforeTheEnvironmentAndThatBeforeTheFile() throws Exception {
    Path file = folder.resolve("mallard.yaml");
    Files.writeString(file, "port: 1\nhost: one\ngrace: 1\n");
    Map<String, String> environment =
        Map.of("MALLARD_CONFIG", file.toString(), "MALLARD_PORT", "2", "MALLARD_HOST", "two");

    ServerConfig config = config(environment, "--port", "3");

    assertThat(config.port()).isEqualTo(3);
    assertThat(config.host()).isEqualTo("two");
    assertThat(config.grace()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void anUnknownSettingStopsTheStartAndSaysWhatMayBeMeant() throws IOException {
    Path file = folder.resolve("mallard.yaml");
    Files.writeString(file, "max-mesage-size: 1MiB\n");

    Run fromFile = run(Map.of(), folder.toString(), "--config", file.toString());
    Run fromEnvironment = run(Map.of("MALLARD_KEEP_VERSION", "3"), folder.toString());
    Run fromLine = run(Map.of(), folder.toString(), "--prot", "1");

    assertThat(fromFile.exitCode()).isEqualTo(2);
    assertThat(fromFile.err())
        .contains("'max-mesage-size'", "did you mean 'max-message-size'?")
        .hasLineCount(1);
    assertThat(fromEnvironment.exitCode()).isEqualTo(2);
    assertThat(fromEnvironment.err())
        .contains("MALLARD_KEEP_VERSION", "did you mean 'MALLARD_KEEP_VERSIONS'?")
        .hasLineCount(1);
    assertThat(fromLine.exitCode()).isEqualTo(2);
    assertThat(fromLine.err()).contains("--prot", "--port");
    assertThat(fromFile.out() + fromEnvironment.out() + fromLine.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "--port=70000, 0 to 65535",
        "--port=many, 'many'",
        "--keep-versions=-1, 0 or more",
        "--max-message-size=10, 1024",
        "--max-message-size=big, 'big' is not a size",
        "--cache-size=999999999999999T, not a size",
        "--dataset=nothing, NAME=PATH",
        "--dataset=../x=y, '../x'",
        "--grace=-1, 0 or more",
        "--max-upload-message-size=3GiB, 2GiB",
        "--tls-cert=x.pem, --tls-key FILE",
        "--tls-key=x.pem, --tls-cert FILE",
        "--tls-client-ca=x.pem, --tls-self-signed",
        "--tls-require-client-cert, --tls-client-ca FILE",
      })
  void valuesThatMakeNoSenseAreRefusedInOneLine(String argument, String said) {
    Run run = run(Map.of(), folder.toString(), argument);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(said).doesNotContain("Exception", "\tat ");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void theUserOfAOneUserServerIsNeverShown() throws Exception {
    var signIn = config(Map.of("MALLARD_USER", "ann:s3cret;with:marks")).security().signIn();
    assertThat(signIn.user().orElseThrow().password()).isEqualTo("s3cret;with:marks");
    assertThat(signIn.toString()).doesNotContain("s3cret");
    assertThat(config(Map.of(), "--access", "users").security().signIn().access())
        .contains(Path.of("users"));

    for (String wrong : List.of("s3cret", ":s3cret", "ann:", " s3cret:s3cret")) {
      Run run = run(Map.of(), folder.toString(), "--user=" + wrong);
      assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
      assertThat(run.err()).contains("ser").doesNotContain(":s3cret").hasLineCount(1);
    }
  }

  @Test
  void aConfigurationFileThatCannotBeReadIsOneLine() throws IOException {
    Path broken = folder.resolve("broken.yaml");
    Files.writeString(broken, "port: [1\nx");

    assertThat(run(Map.of(), "--config", folder.resolve("none.yaml").toString()).err())
        .contains("none.yaml")
        .hasLineCount(1);
    assertThat(run(Map.of(), "--config", broken.toString()).err())
        .contains("broken.yaml")
        .hasLineCount(1);
  }

  @Test
  void startsThatCannotBeAreOneClearLine() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    Path other = Files.createDirectory(folder.resolve("other"));
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        TestServer running = TestServer.start(folder)) {
      requireOneLine(
          run(Map.of(), other.toString(), "--port", String.valueOf(taken.getLocalPort())),
          "in use",
          "--port");
      requireOneLine(run(Map.of(), folder.resolve("gone/away").toString()), "not a folder");
      Path missing = folder.resolve("missing.parquet");
      requireOneLine(run(Map.of(), "--parquet-path", missing.toString()), missing.toString());
      requireOneLine(run(Map.of(), "--dataset", "x=s3://a/b.parquet"), "s3://a/b.parquet");
      requireOneLine(run(Map.of(), file.toString()), "not a folder");
      requireOneLine(
          run(Map.of(), folder.toString(), "--port", "0"), "another mallard server", "--read-only");
    }
    // What failed has let go of everything.
    TestServer.start(other).close();
    assertThatThrownBy(() -> MallardServer.start(ServerConfig.of(file)))
        .hasMessageContaining("not a folder");
  }

  private static void requireOneLine(Run run, String... said) {
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("mallard serve: ").contains(said).hasLineCount(1);
  }
}
