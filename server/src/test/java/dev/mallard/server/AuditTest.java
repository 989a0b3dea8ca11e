package dev.mallard.server;

import static dev.mallard.server.Tables.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mallard.error.MallardException;
import dev.mallard.server.security.AuditConfig;
import dev.mallard.server.security.LimitConfig;
import dev.mallard.server.security.SecurityConfig;
import dev.mallard.testing.Await;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.flight.auth2.BearerCredentialWriter;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The audit trail of the real server. */
class AuditTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> ANN = Map.of("authorization", "Bearer ann");

  @TempDir private Path folder;
  @TempDir private Path elsewhere;
  private Path trail;

  @BeforeEach
  void file() {
    trail = elsewhere.resolve("audit.jsonl");
  }

  static TestConfig config(Path folder, AuditConfig audit, LimitConfig limits) {
    SecurityConfig open = SecurityConfig.OPEN;
    return TestConfig.of(folder)
        .security(new SecurityConfig(open.signIn(), open.openId(), open.tls(), limits, audit));
  }

  private TestServer start(LimitConfig limits, boolean isRequired) {
    AuditConfig audit =
        new AuditConfig(Optional.of(trail.toString()), AuditConfig.Statements.TEXT, isRequired);
    return TestServer.start(folder, config(folder, audit, limits), KnownNames.of("ann", "bob"));
  }

  private JsonNode line(int number) {
    Await.until("line " + number, () -> lines().size() >= number);
    try {
      return JSON.readTree(lines().get(number - 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> lines() {
    try {
      return Files.readAllLines(trail);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RawFlight.Outcome list(RawFlight raw, Map<String, String> who) {
    RawFlight.Call call =
        raw.start("ListFlights", MethodType.SERVER_STREAMING, CallOptions.DEFAULT, who);
    call.send(new byte[0]);
    call.end();
    call.request(100);
    return call.outcome();
  }

  private static Map<String, String> basic(String pair) {
    return Map.of("authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes()));
  }

  @Test
  void eachCallIsALine() throws Exception {
    try (TestServer server = start(LimitConfig.DEFAULT, true)) {
      CredentialCallOption ann = new CredentialCallOption(new BearerCredentialWriter("ann"));
      Tables.put(server.client(), server.memory(), path("a"), 1, 1, 10, ann);
      JsonNode put = line(1);
      assertThat(put.path("caller").textValue()).isEqualTo("ann");
      assertThat(put.path("role").textValue()).isEqualTo("full");
      assertThat(put.path("proof").textValue()).isEqualTo("token");
      assertThat(put.path("address").textValue()).startsWith("127.0.0.1:");
      assertThat(put.path("method").textValue()).isEqualTo("DoPut");
      assertThat(put.path("dataset").textValue()).isEqualTo("a");
      assertThat(put.path("outcome").textValue()).isEqualTo("OK");
      assertThat(put.path("rows").intValue()).isEqualTo(10);
      assertThat(put.path("ms").doubleValue()).isPositive();

      FlightSql.client(server).execute("SELECT 'mine' AS x", ann);
      assertThat(line(2).path("statement").textValue()).isEqualTo("SELECT 'mine' AS x");

      RawFlight.Outcome wrong = list(server.raw(), basic("root:wrong"));
      assertThat(wrong.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(line(3).path("claimed").textValue()).isEqualTo("root");
      assertThat(line(3).has("caller")).isFalse();
      assertThat(line(3).path("outcome").textValue()).isEqualTo("UNAUTHENTICATED");
      assertThat(wrong.description()).contains("(call " + line(3).path("id").textValue() + ")");

      server.raw().ask("NoSuchMethod", new byte[0]);
      assertThat(line(4).path("method").textValue()).isEqualTo("NoSuchMethod");
      assertThat(line(4).path("outcome").textValue()).isEqualTo("UNIMPLEMENTED");
    }
    assertThat(lines()).hasSize(4);
  }

  @Test
  void whatIsRefusedForLimitsOrForTheEndIsALineToo() throws Exception {
    try (TestServer server = start(new LimitConfig(0, 1, 0, 0, 0), false)) {
      RawFlight.Call upload = server.raw().doPut(CallOptions.DEFAULT, ANN);
      Await.until("it is under way", () -> server.server().callers().containsKey("ann"));
      assertThat(list(server.raw(), ANN).code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(line(1).path("outcome").textValue()).isEqualTo("RESOURCE_EXHAUSTED");
      assertThat(line(1).path("caller").textValue()).isEqualTo("ann");
      upload.cancel();
      assertThat(line(2).path("outcome").textValue()).isEqualTo("CANCELLED");
      assertThat(line(2).path("method").textValue()).isEqualTo("DoPut");
    }
  }

  @Test
  void aTrailThatIsRenamedIsFollowedByANewOne() throws Exception {
    try (TestServer server = start(LimitConfig.DEFAULT, false)) {
      list(server.raw(), ANN);
      line(1);
      Path old = Files.move(trail, elsewhere.resolve("audit.jsonl.1"));
      list(server.raw(), ANN);
      Await.until("there is a new one", () -> Files.exists(trail));
      line(1);
      assertThat(old).content().hasLineCount(1);
    }
  }

  @Test
  void aTrailThatCannotBeWrittenIsSaidAtTheStart() {
    trail = elsewhere.resolve("no/such/folder");
    assertThatThrownBy(() -> start(LimitConfig.DEFAULT, false))
        .isInstanceOf(MallardException.class)
        .hasMessageContaining("--audit: cannot write to " + trail);
  }

  static boolean hasFullDisk() {
    return Files.isWritable(Path.of("/dev/full"));
  }

  @Test
  @EnabledIf("hasFullDisk")
  void aFullDiskEndsTheServiceWhereTheTrailIsRequired() throws Exception {
    trail = Path.of("/dev/full");
    try (TestServer server = start(LimitConfig.DEFAULT, true)) {
      assertThat(list(server.raw(), ANN).code()).isEqualTo(Status.Code.OK);
      Await.until("it gives up", () -> server.server().fault().toCompletableFuture().isDone());
      RawFlight.Outcome refused = list(server.raw(), ANN);
      assertThat(refused.code()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(refused.description()).contains("--audit-required").doesNotContain("/dev");
    }
  }

  @Test
  @EnabledIf("hasFullDisk")
  void aFullDiskIsNoReasonNotToServeElsewhere() throws Exception {
    trail = Path.of("/dev/full");
    try (TestServer server = start(LimitConfig.DEFAULT, false)) {
      for (int i = 0; i < 3; i++) {
        assertThat(list(server.raw(), ANN).code()).isEqualTo(Status.Code.OK);
      }
      assertThat(server.server().fault().toCompletableFuture()).isNotDone();
    }
  }

  @Test
  @EnabledIf("hasFullDisk")
  void theCommandStopsWithAnErrorThen() throws Exception {
    List<String> arguments =
        List.of(folder.toString(), "--port=0", "--audit=/dev/full", "--audit-required");
    try (ChildProcess child = ChildProcess.start(ServeMain.class, List.of(), arguments)) {
      String port = child.readLine().replaceFirst(".*grpc://[^:]*:([0-9]+).*", "$1");
      try (RawFlight raw = new RawFlight(Integer.parseInt(port))) {
        list(raw, Map.of());
        assertThat(child.awaitExit()).isEqualTo(1);
      }
    }
  }
}
