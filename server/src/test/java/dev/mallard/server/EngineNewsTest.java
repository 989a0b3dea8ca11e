package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.events.ServerEvents;
import dev.mallard.testing.Await;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.arrow.flight.Action;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of the process that runs SQL, to those who ask and to those who listen. */
class EngineNewsTest {
  @TempDir Path folder;

  private final List<String> ends = new CopyOnWriteArrayList<>();

  private final ServerEvents listener =
      new ServerEvents() {
        @Override
        public void engineEnded(String cause, String why) {
          ends.add(cause);
        }
      };

  private static ServingStatus health(TestServer server, String service) {
    return HealthGrpc.newBlockingStub(server.raw().channel())
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  private static void awaitSql(TestServer server) {
    Await.until("SQL", () -> health(server, "mallard.sql") == ServingStatus.SERVING);
  }

  private static String status(TestServer server) {
    return new String(
        server.client().doAction(new Action("sql_status")).next().getBody(),
        StandardCharsets.UTF_8);
  }

  @Test
  void anEngineThatEndsIsToldAndEverythingElseServesOn() throws Exception {
    try (TestServer server =
        TestServer.start(
            folder, TestConfig.of(folder).engine(SqlConfig.Engine.PROCESS), listener)) {
      awaitSql(server);
      assertThat(status(server))
          .contains("\"working\":true", "\"own_process\":true", "\"restarts\":0");

      try (Stream<ProcessHandle> children = ProcessHandle.current().children()) {
        children.forEach(ProcessHandle::destroyForcibly);
      }
      Await.until("its end", () -> !ends.isEmpty());

      assertThat(health(server, "")).isEqualTo(ServingStatus.SERVING);
      awaitSql(server);
      assertThat(status(server)).contains("\"restarts\":1", "\"last_end\":\"it ended by SIGKILL");
    }
    assertThat(ends).hasSize(1);
  }

  @Test
  void anEngineInTheServerIsAsItIs() throws Exception {
    try (TestServer server =
        TestServer.start(
            folder, TestConfig.of(folder).engine(SqlConfig.Engine.IN_PROCESS), listener)) {
      assertThat(health(server, "mallard.sql")).isEqualTo(ServingStatus.SERVING);
      assertThat(status(server)).contains("\"working\":true", "\"own_process\":false");
    }
  }
}
