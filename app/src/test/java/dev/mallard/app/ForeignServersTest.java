package dev.mallard.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What commands make of servers that do not do what they are asked for. */
class ForeignServersTest {
  static List<Status> refusals() {
    return List.of(Status.PERMISSION_DENIED, Status.UNAUTHENTICATED);
  }

  private static Cli.Run run(RefusingServer server, String... arguments) {
    return Cli.run(Map.of("MALLARD_URI", server.uri()), "", arguments);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refusalsAreExitCode4AndTheServersWords(Status status) throws Exception {
    try (RefusingServer server = new RefusingServer(status.withDescription("ducks only"))) {
      for (List<String> command :
          List.of(
              List.of("list"),
              List.of("info", "sales"),
              List.of("schema", "sales"),
              List.of("get", "sales"),
              List.of("query", "SELECT 1"),
              List.of("query", "SELECT ?", "--params", "1"),
              List.of("drop", "sales"),
              List.of("versions", "sales"),
              List.of("consume", "sales"),
              List.of("restore", "sales", "1"),
              List.of("whoami"),
              List.of("bench"))) {
        Cli.Run run = run(server, command.toArray(String[]::new));

        assertThat(run.exitCode()).as("%s: %s", command, run.err()).isEqualTo(4);
        String said =
            status.getCode() == Status.Code.PERMISSION_DENIED
                ? "refused: ducks only"
                : server.uri()
                    + " wants to know who you are: ducks only (--user NAME, --token-file FILE or"
                    + " --profile NAME says it)";
        assertThat(run.err()).isEqualTo("mallard " + command.get(0) + ": " + said + "\n");
        assertThat(run.out()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void oneOfSeveralThatIsRefusedIsExitCode4(Status status) throws Exception {
    try (RefusingServer server = new RefusingServer(status.withDescription("ducks only"))) {
      Cli.Run run = run(server, "drop", "sales", "orders");

      assertThat(run.exitCode()).isEqualTo(4);
      boolean permission = status.getCode() == Status.Code.PERMISSION_DENIED;
      assertThat(run.err()).hasLineCount(permission ? 3 : 1).contains("ducks only");
    }
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aShellScriptThatIsRefusedIsExitCode4(Status status) throws Exception {
    try (RefusingServer server = new RefusingServer(status.withDescription("ducks only"))) {
      Cli.Run run = Cli.run(Map.of("MALLARD_URI", server.uri()), "SELECT 1;", "shell");

      assertThat(run.exitCode()).isEqualTo(4);
      assertThat(run.err()).hasLineCount(1).contains("ducks only");
    }
  }

  @Test
  void whoHasSignedInIsToldWhoRefusedIt() throws Exception {
    try (RefusingServer server =
        new RefusingServer(Status.UNAUTHENTICATED.withDescription("ducks only"))) {
      Map<String, String> environment =
          Map.of("MALLARD_URI", server.uri(), "MALLARD_PASSWORD", "s3cret");
      Cli.Run run = Cli.run(environment, "", "list", "--user", "ada");

      assertThat(run.exitCode()).isEqualTo(4);
      assertThat(run.err())
          .isEqualTo("mallard list: sign-in refused by " + server.uri() + ": ducks only\n");
    }
  }

  @Test
  void aServerThatCannotSayWhoComesIsNoMallardServer() throws Exception {
    try (RefusingServer server = new RefusingServer(Status.UNIMPLEMENTED)) {
      Cli.Run run = run(server, "whoami");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).hasLineCount(1).contains("no Mallard server");
    }
  }

  @Test
  void theDoctorSaysThatTheServerWantsToKnowWhoAsks() throws Exception {
    try (RefusingServer server = new RefusingServer(Status.UNAUTHENTICATED)) {
      Cli.Run run = run(server, "doctor");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out()).containsPattern("FAIL  sign-in: .* wants to know who you are: .*");
    }
  }

  @Test
  void aServerThatIsNoFlightServerIsSaidSo() throws Exception {
    try (RefusingServer server = new RefusingServer(Status.UNIMPLEMENTED)) {
      Cli.Run run = run(server, "list");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).hasLineCount(1).contains("mallard list: ").contains("cannot do this");
    }
  }
}
