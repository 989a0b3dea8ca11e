package dev.mallard.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.cli.io.Terminal;
import dev.mallard.client.ClientSettings;
import dev.mallard.client.Credentials;
import dev.mallard.client.MallardClient;
import dev.mallard.client.ServerAddress;
import dev.mallard.server.ServerConfig;
import dev.mallard.server.security.AuditConfig;
import dev.mallard.server.security.LimitConfig;
import dev.mallard.server.security.OpenIdConfig;
import dev.mallard.server.security.SecurityConfig;
import dev.mallard.server.security.SignInConfig;
import dev.mallard.server.security.TlsConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who comes, by every way to say it, and which one counts. */
class SignInCommandsTest {
  private static final String SECRET = "qu:a@ck ä";
  private static final Terminal PERSON = new Terminal(true, true, true, 80);

  @TempDir private Path data;
  @TempDir private Path home;
  private Cli cli;

  @BeforeEach
  void start() {
    cli = Cli.serving(config());
  }

  private ServerConfig config() {
    SignInConfig.OneUser ada = new SignInConfig.OneUser("ada", SECRET);
    return ServerConfig.of(data)
        .withSecurity(
            new SecurityConfig(
                new SignInConfig(Optional.empty(), Optional.of(ada)),
                OpenIdConfig.NONE,
                TlsConfig.NONE,
                LimitConfig.DEFAULT,
                AuditConfig.NONE));
  }

  @AfterEach
  void stop() {
    cli.close();
  }

  /** The user's configuration folder is there, and the server is known only if it is said. */
  private Cli.Run run(Map<String, String> variables, String... arguments) {
    return run(variables, Terminal.NONE, "", arguments);
  }

  private Cli.Run run(
      Map<String, String> variables, Terminal terminal, String input, String... arguments) {
    Map<String, String> environment = new HashMap<>(variables);
    environment.put("HOME", home.toString());
    environment.put("APPDATA", home.resolve(".config").toString());
    Cli.Run run = Cli.run(environment, terminal, input, arguments);
    assertThat(run.out() + run.err()).doesNotContain(SECRET, "qu%3Aa");
    return run;
  }

  private String uri(String user) {
    return cli.uri().replace("//", "//" + user + "@");
  }

  private Path file(String name, String text) throws Exception {
    return Files.writeString(home.resolve(name), text);
  }

  private Path profiles(String text) throws Exception {
    Path file = home.resolve(".config/mallard/profiles.yaml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private static void assertIsAda(Cli.Run run) {
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("\nada,");
    assertThat(run.err()).isEmpty();
  }

  private static final String[] WHO = {"whoami", "--output-format", "csv"};

  private static String[] who(String... more) {
    List<String> all = new ArrayList<>(List.of(WHO));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void everyWayToSayItIsTaken() throws Exception {
    Map<String, String> password = Map.of("MALLARD_PASSWORD", SECRET);
    assertIsAda(run(password, who("--uri", cli.uri(), "--user", "ada")));
    assertIsAda(run(password, who("--uri", uri("ada"))));
    assertIsAda(run(Map.of(), who("--uri", uri("ada:qu%3Aa%40ck%20%C3%A4"))));
    assertIsAda(run(Map.of("MALLARD_URI", uri("ada:qu%3Aa%40ck%20%C3%A4")), WHO));
    String one = file("one", SECRET + "\n").toString();
    assertIsAda(run(Map.of(), who("--uri", uri("ada"), "--password-file", one)));
    assertIsAda(run(Map.of("MALLARD_URI", uri("ada")), who("--password-file", one)));
    assertIsAda(
        run(
            Map.of(),
            Terminal.NONE,
            SECRET + "\nx\n",
            who("--uri", uri("ada"), "--password-file", "-")));
  }

  /** The rest of standard input is the command's. */
  @Test
  void aPasswordOnStandardInputIsItsFirstLine() {
    Cli.Run put =
        run(
            Map.of(),
            Terminal.NONE,
            SECRET + "\r\nx\n7\n",
            "put",
            "-",
            "numbers",
            "--uri",
            uri("ada"),
            "--password-file",
            "-");
    assertThat(put.exitCode()).as(put.err()).isZero();

    Cli.Run get = run(Map.of("MALLARD_PASSWORD", SECRET), "get", "numbers", "--uri", uri("ada"));
    assertThat(get.out()).isEqualTo("x\n7\n");
  }

  @Test
  void aPersonIsAskedIfTheServerWantsToKnow() throws Exception {
    Cli.Run asked = run(Map.of(), PERSON, SECRET + "\n", who("--uri", uri("ada")));
    assertThat(asked.exitCode()).as(asked.err()).isZero();
    assertThat(asked.err()).isEqualTo("password of 'ada': " + System.lineSeparator());

    Cli.Run at =
        run(Map.of(), PERSON, "quack\n", who("--uri", cli.uri(), "--user", "ada", "--password"));
    assertThat(at.exitCode()).isEqualTo(4);
    assertThat(at.err()).contains("sign-in refused by " + cli.uri()).doesNotContain("quack");

    Cli.Run nobody = run(Map.of(), who("--uri", uri("ada")));
    assertThat(nobody.exitCode()).isEqualTo(4);
    assertThat(nobody.err())
        .hasLineCount(1)
        .contains("'ada'", "--password-file", "MALLARD_PASSWORD");

    try (Cli open = Cli.serving(Files.createDirectory(home.resolve("open")))) {
      Cli.Run unasked = run(Map.of(), PERSON, "", "list", "--uri", open.uri(), "--user", "ada");
      assertThat(unasked.exitCode()).isZero();
      assertThat(unasked.err()).isEmpty();
    }
  }

  @Test
  void whoIsRefusedIsTold() {
    Cli.Run nobody = run(Map.of(), "list", "--uri", cli.uri());
    assertThat(nobody.exitCode()).isEqualTo(4);
    assertThat(nobody.err())
        .hasLineCount(1)
        .startsWith("mallard list: " + cli.uri() + " wants to know who you are: ")
        .contains("--user NAME");

    for (String command :
        List.of(
            "list", "get x", "put - x", "drop x y", "query SELECT", "shell", "bench", "whoami")) {
      Cli.Run run =
          run(
              Map.of("MALLARD_URI", cli.uri(), "MALLARD_TOKEN", "s3cret"),
              Terminal.NONE,
              "a\n1\n",
              command.split(" "));
      assertThat(run.exitCode()).as(command + run.err()).isEqualTo(4);
      assertThat(run.err())
          .hasLineCount(1)
          .contains("sign-in refused by " + cli.uri())
          .doesNotContain("s3cret");
    }
    Map<String, String> wrong = Map.of("MALLARD_PASSWORD", "s3cret");
    Cli.Run password = run(wrong, "drop", "x", "y", "--uri", uri("ada"));
    assertThat(password.exitCode()).isEqualTo(4);
    assertThat(password.err())
        .hasLineCount(1)
        .contains("sign-in refused by " + cli.uri())
        .doesNotContain("s3cret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--password --password-file f",
        "--password-file f --token t0ken",
        "--token t0ken --token-file f",
        "--user ada --token t0ken",
        "--user ada --uri grpc://bob@localhost",
        "--password-file f --uri grpc://ada:t0ken@localhost",
        "--token t0ken --uri grpc://ada@localhost",
        "--user ada:t0ken --uri grpc://localhost",
        "--user ada:t0ken --password-file f x y",
        "--password-file f --uri grpc://localhost",
        "--client-cert f --uri grpc+tls://localhost",
        "--client-key f --uri grpc+tls://localhost",
        "--client-cert f --client-key f --uri grpc://localhost",
        "--profile prod --uri grpc://localhost",
        "--profile prod --port 1",
        "--profile prod",
        "--password=t0ken",
        "--password=t0ken --uri grpc://a:t0ken@h x y",
        "--uri grpc://a:t0ken@h x y grpc://b:t0ken@h",
        "--token t0ken x y --tokn=t0ken",
      })
  void whatDoesNotGoTogetherIsAUsageErrorWithoutItsSecret(String options) {
    Cli.Run run = run(Map.of(), ("list " + options).split(" "));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).isNotEmpty().doesNotContain("t0ken");
  }

  @Test
  void twoSecretsInTheEnvironmentAreOneTooMany() {
    Cli.Run run = run(Map.of("MALLARD_PASSWORD", "s3cret", "MALLARD_TOKEN", "s3cret"), "list");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("MALLARD_PASSWORD, MALLARD_TOKEN").doesNotContain("s3cret");
  }

  @ParameterizedTest
  @CsvSource({"'', is empty", "'a\nb', is more than one line", "'\n', is empty"})
  void aFileThatIsNoSecretIsSaidWithoutIt(String text, String wrong) throws Exception {
    Path file = file("secret", text);
    Cli.Run run = run(Map.of(), "list", "--uri", uri("ada"), "--password-file", file.toString());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("'" + file + "' " + wrong).hasLineCount(1);

    Cli.Run none = run(Map.of(), "list", "--token-file", home.resolve("none").toString());
    assertThat(none.exitCode()).isEqualTo(3);
  }

  @Test
  void aProfileSaysItAll() throws Exception {
    file("secret", SECRET);
    profiles(
        """
        prod:
          server: %s
          user: ada
          password: "%s"
        files:
          server: %s
          password_file: ../../secret
        wrong:
          server: %s
          user: ada
          password: quack
        """
            .formatted(cli.uri(), SECRET, uri("ada"), cli.uri()));

    assertIsAda(run(Map.of(), who("--profile", "prod")));
    assertIsAda(run(Map.of(), who("--profile", "files")));
    assertIsAda(run(Map.of("MALLARD_PROFILE", "prod"), WHO));
    assertThat(run(Map.of(), who("--profile", "wrong")).exitCode()).isEqualTo(4);
    assertThat(run(Map.of(), who()).err()).contains("localhost:8815");

    Cli.Run list = run(Map.of(), "profiles", "--output-format", "csv");
    assertThat(list.out())
        .isEqualTo(
            """
            name,server,user,secret,client_cert
            prod,%1$s,ada,password,
            files,%1$s,ada,password file %2$s,
            wrong,%1$s,ada,password,
            """
                .formatted(cli.uri(), home.resolve(".config/mallard/../../secret")));
  }

  @Test
  void whatIsSaidFirstCounts() throws Exception {
    profiles(
        """
        good: {server: "%1$s", user: ada, password: "%2$s"}
        bad: {server: "%1$s", user: ada, password: quack}
        bare: {server: "%1$s", user: ada}
        """
            .formatted(cli.uri(), SECRET));
    Map<String, String> right = Map.of("MALLARD_PASSWORD", SECRET);
    Map<String, String> wrong = Map.of("MALLARD_PASSWORD", "quack");
    String file = file("secret", SECRET).toString();

    // Options before everything.
    assertIsAda(run(wrong, who("--profile", "bad", "--password-file", file)));
    // The profile that --profile names before the environment.
    assertIsAda(run(wrong, who("--profile", "good")));
    assertThat(run(right, who("--profile", "bad")).exitCode()).isEqualTo(4);
    assertIsAda(run(Map.of("MALLARD_URI", "grpc://nowhere.invalid"), who("--profile", "good")));
    // The environment before the profile that it names, and beside one that says no secret.
    assertIsAda(run(with(right, "MALLARD_PROFILE", "bad"), WHO));
    assertIsAda(run(right, who("--profile", "bare")));
    // A secret is not for somebody else's name, nor a profile's for another server.
    Cli.Run other = run(Map.of(), who("--profile", "good", "--user", "bob"));
    assertThat(other.exitCode()).isEqualTo(4);
    assertThat(other.err()).contains("no terminal to ask for the password of 'bob'");
    Cli.Run elsewhere = run(Map.of("MALLARD_PROFILE", "good"), who("--uri", cli.uri()));
    assertThat(elsewhere.err()).contains("wants to know who you are");
    Cli.Run two = run(Map.of("MALLARD_PROFILE", "good", "MALLARD_URI", cli.uri()), WHO);
    assertThat(two.exitCode()).isEqualTo(2);
    // Nor is one in an address for another address.
    Cli.Run moved =
        run(Map.of("MALLARD_URI", uri("ada:qu%3Aa%40ck%20%C3%A4")), who("--uri", cli.uri()));
    assertThat(moved.err()).contains("wants to know who you are");
  }

  private static Map<String, String> with(Map<String, String> map, String key, String value) {
    Map<String, String> all = new HashMap<>(map);
    all.put(key, value);
    return all;
  }

  @Test
  void theDefaultProfileIsUsedWhereNothingElseNamesAServer() throws Exception {
    profiles("default: {server: '%s', user: ada, password: '%s'}".formatted(cli.uri(), SECRET));

    assertIsAda(run(Map.of(), WHO));
    assertThat(run(Map.of("MALLARD_URI", cli.uri()), WHO).exitCode()).isEqualTo(4);
    assertThat(run(Map.of(), who("--port", String.valueOf(cli.port()))).exitCode()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rw---x---"})
  void profilesThatOthersMayReadAreRefused(String permissions) throws Exception {
    Path file =
        profiles("default: {server: '%s', user: ada, password: quack}".formatted(cli.uri()));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

    for (String command : List.of("list", "profiles")) {
      Cli.Run run = run(Map.of(), command);
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err())
          .hasLineCount(1)
          .contains("may be read or changed by others", "chmod 600 '" + file + "'");
    }
    Cli.Run doctor = run(Map.of(), "doctor");
    assertThat(doctor.exitCode()).isEqualTo(1);
    assertThat(doctor.out()).containsPattern("FAIL  settings: .*chmod 600");
    assertThat(run(Map.of(), "list", "--uri", cli.uri()).exitCode()).as("not needed").isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prod: {server: 'grpc://h', usr: s3cret}|unknown 'usr'; did you mean 'user'?",
        "prod: {server: 'grpc://h', pasword: s3cret}|did you mean 'password'?",
        "prod: {user: s3cret}|has no server",
        "prod: {server: 'grpc://h', user: 'a:s3cret'}|the user is no name",
        "prod: {server: 'grpc://a:s3cret@h:x'}|server address: 'grpc://…@h:x'",
        "prod: {server: 'grpc://h', user: a, password: s3cret, token: s3cret}|several secrets",
        "prod: {server: 'grpc://h', password: s3cret}|has a password, and no user",
        "prod: {server: 'grpc://h', user: a, token: s3cret}|a token says who comes",
        "prod: {server: 'grpc://a:b@h', password: s3cret}|leave one out",
        "prod: {server: 'grpc://h', user: a, password: 0012345}|put it in quotes",
        "prod: {server: 'grpc://h', user: a, password: [s3cret]}|put it in quotes",
        "prod: {server: 'grpc://h', tls_roots: f}|not encrypted",
        "prod: {server: 'grpc+tls://h', client_cert: f}|client_cert: needs client_key",
        "prod: {server: 'grpc://h', user: a, user: s3cret}|says a thing twice",
        "prod: [s3cret|is no YAML",
        "prod: s3cret|has nothing below it",
        "s3cret|has no profiles",
        "pord: {server: 'grpc://h'}|no profile 'prod' in",
      })
  void aProfileThatIsWrongIsSaidWithoutItsValues(String text, String said) throws Exception {
    Path file = profiles(text);
    Cli.Run run = run(Map.of(), "list", "--profile", "prod");
    assertThat(run.exitCode()).isIn(1, 2);
    assertThat(run.err())
        .hasLineCount(1)
        .contains(said, file.toString())
        .doesNotContain("s3cret", "12345");
  }

  /** Its key is another one, so that nobody's token is good any more. */
  @Test
  void aServerThatWasStartedAnewIsSignedInToAnew() {
    ClientSettings ada =
        ClientSettings.of(ServerAddress.plain("127.0.0.1", cli.port()))
            .as(new Credentials.Password("ada", SECRET));
    try (MallardClient client = MallardClient.connect(ada)) {
      assertThat(client.whoAmI().name()).isEqualTo("ada");
      int port = cli.port();
      cli.close();
      cli = Cli.serving(config().withPort(port));

      assertThat(client.whoAmI().proof()).isEqualTo("password");
    }
  }

  @Test
  void aSecretInClearTextBeyondThisMachineIsWarnedOf() {
    Map<String, String> password = Map.of("MALLARD_PASSWORD", "s3cret");
    Cli.Run run = run(password, "list", "--uri", "grpc://ada@nowhere.invalid:1");
    assertThat(run.err())
        .hasLineCount(2)
        .startsWith(
            "mallard list: warning: your password goes to grpc://nowhere.invalid:1 in clear")
        .contains("use grpc+tls://");

    Cli.Run doctor = run(password, "doctor", "--uri", "grpc://ada@nowhere.invalid:1");
    assertThat(doctor.out()).containsPattern("FAIL  encryption: none, and your password goes");
    assertThat(run(Map.of(), "list", "--uri", "grpc://nowhere.invalid:1").err()).hasLineCount(1);
  }

  @Test
  void theDoctorSaysAsWhom() throws Exception {
    Path file =
        profiles("default: {server: '%s', user: ada, password: '%s'}".formatted(cli.uri(), SECRET));
    Cli.Run doctor = run(Map.of(), "doctor");

    assertThat(doctor.exitCode()).as(doctor.out()).isZero();
    assertThat(doctor.out())
        .contains("ok    profile: 'default' of '" + file + "', which nobody else can read")
        .contains("ok    sign-in: as 'ada', role admin, by password");

    Path secret = file("secret", SECRET);
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
    Cli.Run exposed =
        run(Map.of(), "doctor", "--uri", uri("ada"), "--password-file", secret.toString());
    assertThat(exposed.out()).contains("warn  secret: '" + secret + "' may be read or changed");

    Cli.Run refused = run(Map.of("MALLARD_PASSWORD", "quack"), "doctor", "--uri", uri("ada"));
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.out()).containsPattern("FAIL  sign-in: sign-in refused by " + cli.uri());
  }
}
