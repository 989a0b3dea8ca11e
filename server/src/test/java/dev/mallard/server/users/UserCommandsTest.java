package dev.mallard.server.users;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mallard.signin.files.AccessFolder;
import dev.mallard.signin.files.ApiToken;
import dev.mallard.signin.files.EntryFormats;
import dev.mallard.signin.files.PasswordHash;
import dev.mallard.signin.files.TokenEntry;
import dev.mallard.signin.files.UserEntry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class UserCommandsTest {
  @TempDir private Path folder;
  private String input = "";
  private final Deque<String> typed = new ArrayDeque<>();
  private Map<String, String> environment = Map.of();

  private record Run(int exitCode, String out, String err) {}

  private Run run(String... words) {
    CommandIo io =
        new CommandIo(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            environment,
            question -> Optional.ofNullable(typed.poll()));
    CommandLine command = words[0].equals("user") ? UserCommand.of(io) : TokenCommand.of(io);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    List<String> rest = new ArrayList<>(List.of(words).subList(1, words.length));
    if (!environment.containsKey("MALLARD_ACCESS")) {
      rest.add("--access=" + access());
    }
    int exitCode = command.execute(rest.toArray(String[]::new));
    return new Run(exitCode, out.toString(), err.toString());
  }

  private Path access() {
    return folder.resolve("access");
  }

  private Map<String, UserEntry> users() throws IOException {
    return AccessFolder.existing(access()).read(EntryFormats.USERS);
  }

  private Map<String, TokenEntry> tokens() throws IOException {
    return AccessFolder.existing(access()).read(EntryFormats.TOKENS);
  }

  private boolean hasPassword(String name, String password) throws IOException {
    return PasswordHash.of(users().get(name).password().orElseThrow()).isOf(password);
  }

  private void addAlice() {
    environment = Map.of("MALLARD_PASSWORD", "wonderland");
    assertThat(run("user", "add", "alice").exitCode()).isZero();
    environment = Map.of();
  }

  @Test
  void aPasswordComesFromTheTerminalAFileStandardInputOrTheEnvironment() throws Exception {
    typed.addAll(List.of("wonderland", "wonderland"));
    assertThat(run("user", "add", "alice"))
        .isEqualTo(new Run(0, "added user 'alice' (full)\n", ""));

    Path file = Files.writeString(folder.resolve("password"), "from a file\n");
    assertThat(run("user", "add", "bob", "--role=read-only", "--password-file=" + file).out())
        .isEqualTo("added user 'bob' (read-only)\n");
    input = "from a pipe";
    assertThat(run("user", "add", "carol", "--password-file=-").exitCode()).isZero();
    environment = Map.of("MALLARD_PASSWORD", "a variable", "MALLARD_ACCESS", access().toString());
    assertThat(run("user", "add", "dave", "--role=admin").exitCode()).isZero();

    assertThat(users().keySet()).containsExactly("alice", "bob", "carol", "dave");
    assertThat(hasPassword("alice", "wonderland")).isTrue();
    assertThat(hasPassword("bob", "from a file")).isTrue();
    assertThat(hasPassword("carol", "from a pipe")).isTrue();
    assertThat(hasPassword("dave", "a variable")).isTrue();
    assertThat(Files.readString(access().resolve("users.yaml"))).doesNotContain("wonderland");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(access())))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(access().resolve("users.yaml"))))
        .isEqualTo("rw-------");
  }

  @Test
  void whatMakesNoSenseIsRefusedAndChangesNothing() throws Exception {
    addAlice();
    String before = Files.readString(access().resolve("users.yaml"));

    refused(1, "already", "user", "add", "alice");
    refused(2, "no password", "user", "add", "bob");
    typed.addAll(List.of("one", "other"));
    refused(1, "not the same", "user", "add", "bob");
    refused(2, "'boss' (expected: read-only, full, admin", "user", "add", "bob", "--role=boss");
    refused(2, "no colon", "user", "add", "bo:b");
    refused(2, "not seen", "user", "add", "bo\u200bb");
    refused(2, "stands for a client", "user", "add", "anonymous");
    refused(2, "one of them", "user", "add", "bob", "--no-password", "--password-file=-");
    refused(1, "no user 'bob'", "user", "passwd", "bob");
    refused(1, "no user 'bob'", "user", "remove", "bob");
    refused(1, "no user 'bob'", "token", "create", "--user=bob");
    refused(1, "no token of that id", "token", "revoke", "abc");
    refused(2, "not a time", "token", "create", "--user=alice", "--expires=soon");
    refused(2, "expected: after", "token", "create", "--user=alice", "--expires=2020-01-01");
    refused(2, "--user", "token", "create");
    input = "two\nlines\n";
    refused(2, "more than one line", "user", "passwd", "alice", "--password-file=-");
    input = "\n";
    refused(2, "the password is empty", "user", "passwd", "alice", "--password-file=-");
    environment = Map.of("MALLARD_ACCESS", "");
    refused(2, "no access folder (expected: --access DIR", "user", "list");
    environment = Map.of("MALLARD_ACCESS", folder.resolve("none").toString());
    refused(1, "there is no access folder", "user", "list");

    assertThat(Files.readString(access().resolve("users.yaml"))).isEqualTo(before);
  }

  private void refused(int exitCode, String said, String... words) {
    Run run = run(words);
    assertThat(run.err()).contains(said).doesNotContain("Exception", "\tat ");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void whatPeopleHaveWrittenStaysAsItIs() throws Exception {
    addAlice();
    Path file = access().resolve("users.yaml");
    String written =
        "# ours\n"
            + Files.readString(file)
            + "# the night shift\nbob: {roles: [read-only], disabled: true}   # until May\n";
    Files.writeString(file, written);

    typed.addAll(List.of("long enough", "long enough"));
    assertThat(run("user", "add", "carol").exitCode()).isZero();
    assertThat(Files.readString(file)).startsWith(written).contains("carol:");
    assertThat(run("user", "remove", "alice").exitCode()).isZero();
    assertThat(Files.readString(file))
        .startsWith("# ours\n# the night shift\nbob: {roles: [read-only], disabled: true}")
        .doesNotContain("alice");
  }

  @Test
  void aNewPasswordKeepsTheRoles() throws Exception {
    addAlice();
    environment = Map.of("MALLARD_PASSWORD", "long enough");
    run("user", "add", "bob", "--role=admin", "--role=read-only");
    environment = Map.of("MALLARD_PASSWORD", "another one");
    assertThat(run("user", "passwd", "bob").out()).isEqualTo("user 'bob' has a new password\n");

    assertThat(hasPassword("bob", "another one")).isTrue();
    assertThat(users().get("bob").roles()).containsExactly("admin", "read-only");
    environment = Map.of("MALLARD_PASSWORD", "short");
    assertThat(run("user", "passwd", "bob").err()).contains("that password is short");
  }

  @Test
  void usersAreListedForPeopleAndForPrograms() throws Exception {
    addAlice();
    run("user", "add", "ci@example.com", "--no-password", "--role=read-only");
    Files.writeString(
        access().resolve("users.yaml"),
        "eve: {roles: [gone]}\nmallory: {disabled: true}\n",
        java.nio.file.StandardOpenOption.APPEND);

    assertThat(run("user", "list").out())
        .isEqualTo(
            """
            name            roles      may                             password
            alice           -          full                            yes
            ci@example.com  read-only  read-only                       no
            eve             gone       nothing: a role does not exist  no
            mallory         -          disabled                        no
            """);
    JsonNode json = new ObjectMapper().readTree(run("user", "list", "--output-format=json").out());
    assertThat(json).hasSize(4);
    assertThat(json.get(1).get("may").asText()).isEqualTo("read-only");
  }

  @Test
  void aTokenIsShownOnceAndOnlyItsDigestIsKept() throws Exception {
    addAlice();

    Run made =
        run("token", "create", "--user=alice", "--read-only", "--expires=7d", "--note=nightly: #1");

    ApiToken token = ApiToken.parse(made.out().strip()).orElseThrow();
    assertThat(made.out()).isEqualTo(token.text() + "\n");
    assertThat(made.err())
        .contains(
            "read-only",
            "pyarrow",
            "Bearer " + token.text(),
            "MALLARD_TOKEN=" + token.text() + " mallard list");
    TokenEntry kept = tokens().get(token.id());
    assertThat(token.isThat(kept)).isTrue();
    assertThat(kept.expires().orElseThrow()).isEqualTo(kept.created().plus(Duration.ofDays(7)));
    assertThat(kept.note()).contains("nightly: #1");
    assertThat(Files.readString(access().resolve("tokens.yaml"))).doesNotContain(token.secret());
    Run list = run("token", "list");
    assertThat(list.out()).contains(token.id(), "alice", "read-only", "valid", "nightly");
    assertThat(list.out()).doesNotContain(token.secret());

    Run quiet = run("token", "create", "--user=alice", "--quiet", "--not-before=1h");
    assertThat(quiet.err()).isEmpty();
    assertThat(run("token", "list").out()).contains("not yet valid");
    assertThat(run("token", "revoke", token.id()).out()).contains("revoked token " + token.id());
    assertThat(run("token", "revoke", quiet.out().strip()).exitCode()).isZero();
    assertThat(tokens()).isEmpty();
  }

  @Test
  void aUsersTokensGoWithIt() throws Exception {
    addAlice();
    run("token", "create", "--user=alice");
    environment = Map.of("MALLARD_PASSWORD", "long enough");
    run("user", "add", "bob");
    environment = Map.of();
    run("token", "create", "--user=bob");

    assertThat(run("user", "remove", "alice").out())
        .isEqualTo("removed user 'alice', with tokens: 1\n");
    assertThat(tokens().values()).extracting(TokenEntry::owner).containsExactly("bob");
  }

  @Test
  void whatHasExpiredLongAgoIsForgotten() throws Exception {
    addAlice();
    Files.writeString(
        access().resolve("tokens.yaml"),
        """
        old:
          owner: alice
          sha256: %s
          created: 2020-01-01T00:00:00Z
          expires: 2020-01-02T00:00:00Z
        """
            .formatted("0".repeat(64)));
    run("token", "create", "--user=alice");
    assertThat(tokens()).hasSize(1).doesNotContainKey("old");
  }

  @Test
  void manyAtOnceLoseNothing() throws Exception {
    environment = Map.of("MALLARD_PASSWORD", "the same for all");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Integer>> adds = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        String name = "user" + i;
        adds.add(() -> run("user", "add", name).exitCode());
      }
      for (Future<Integer> add : threads.invokeAll(adds)) {
        assertThat(add.get()).isZero();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(users()).hasSize(24);
  }

  @Test
  void aBrokenFileIsNotWrittenOver() throws Exception {
    addAlice();
    Path file = access().resolve("users.yaml");
    Files.writeString(file, "alice: [\n");
    environment = Map.of("MALLARD_PASSWORD", "long enough");
    Run run = run("user", "add", "bob");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("users.yaml: line ");
    assertThat(Files.readString(file)).isEqualTo("alice: [\n");
  }

  @Test
  void helpHasExamples() {
    for (String command : List.of("add", "passwd", "list", "remove")) {
      assertThat(run("user", command, "--help").out()).contains("Examples:", "--access");
    }
    for (String command : List.of("create", "list", "revoke")) {
      assertThat(run("token", command, "--help").out()).contains("Examples:", "--access");
    }
  }
}
