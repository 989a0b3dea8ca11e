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
              List.of("bench"))) {
        Cli.Run run = run(server, command.toArray(String[]::new));

        assertThat(run.exitCode()).as("%s: %s", command, run.err()).isEqualTo(4);
        assertThat(run.err()).isEqualTo("mallard " + command.get(0) + ": ducks only\n");
        assertThat(run.out()).isEmpty();
      }
    }
  }

  @Test
  void theDoctorSaysThatTheServerWantsToKnowWhoAsks() throws Exception {
    try (RefusingServer server = new RefusingServer(Status.UNAUTHENTICATED)) {
      Cli.Run run = run(server, "doctor");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out()).containsPattern("FAIL  sign-in: .*does not accept");
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
