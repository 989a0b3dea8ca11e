package dev.mallard.server;

import static dev.mallard.server.Tables.append;
import static dev.mallard.server.Tables.path;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mallard.store.CommitStep;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every step of every change fails once, or is the last thing that the process does. */
class CrashTest {
  private static final List<Tables.Row> BEFORE = Tables.rows(2, 200);

  @TempDir private Path folder;

  /** A change to the dataset {@code t}, whose versions hold 100 rows of stamp 1 and 200 of 2. */
  private enum Change {
    REPLACE(EnumSet.range(CommitStep.STAGED_CREATED, CommitStep.PRUNED), CommitStep.RENAMED) {
      @Override
      void run(FlightClient client, BufferAllocator memory) {
        Tables.put(client, memory, path("t"), 3, 3, 100);
      }

      @Override
      List<Tables.Row> after() {
        return Tables.rows(3, 300);
      }
    },
    APPEND(EnumSet.range(CommitStep.STAGED_CREATED, CommitStep.PRUNED), CommitStep.RENAMED) {
      @Override
      void run(FlightClient client, BufferAllocator memory) {
        Tables.put(client, memory, append("t"), 3, 1, 50);
      }

      @Override
      List<Tables.Row> after() {
        return Stream.concat(BEFORE.stream(), Tables.rows(3, 50).stream()).toList();
      }
    },
    RESTORE(EnumSet.range(CommitStep.PREVIOUS_KEPT, CommitStep.FOLDER_SYNCED), CommitStep.RENAMED) {
      @Override
      void run(FlightClient client, BufferAllocator memory) {
        String version = act(client, "list_versions", "t").get(1).get("version").asText();
        act(client, "restore_version", "{\"name\":\"t\",\"version\":\"" + version + "\"}");
      }

      @Override
      List<Tables.Row> after() {
        return Tables.rows(1, 100);
      }
    },
    DROP(
        EnumSet.of(CommitStep.VERSIONS_DROPPED, CommitStep.CURRENT_DROPPED),
        CommitStep.CURRENT_DROPPED) {
      @Override
      void run(FlightClient client, BufferAllocator memory) {
        act(client, "drop_dataset", "t");
      }

      @Override
      List<Tables.Row> after() {
        return List.of();
      }
    };

    private final Set<CommitStep> steps;
    private final CommitStep visibleFrom;

    Change(Set<CommitStep> steps, CommitStep visibleFrom) {
      this.steps = steps;
      this.visibleFrom = visibleFrom;
    }

    abstract void run(FlightClient client, BufferAllocator memory);

    abstract List<Tables.Row> after();

    /** What must be there if the change got as far as a step, and no further. */
    List<Tables.Row> expectedAt(CommitStep step) {
      return step.compareTo(visibleFrom) >= 0 ? after() : BEFORE;
    }
  }

  private static List<com.fasterxml.jackson.databind.JsonNode> act(
      FlightClient client, String action, String body) {
    Iterable<org.apache.arrow.flight.Result> results =
        () -> client.doAction(new Action(action, body.getBytes(StandardCharsets.UTF_8)));
    return StreamSupport.stream(results.spliterator(), false)
        .map(result -> Tables.json(result.getBody()))
        .toList();
  }

  private static void putTwoVersions(FlightClient client, BufferAllocator memory) {
    Tables.put(client, memory, path("t.feather"), 1, 1, 100);
    Tables.put(client, memory, path("t.feather"), 2, 2, 100);
  }

  private static List<Tables.Row> current(FlightClient client) {
    try {
      return Tables.read(client, ticket("t"));
    } catch (FlightRuntimeException e) {
      assertThat(e.status().code()).isEqualTo(FlightStatusCode.NOT_FOUND);
      return List.of();
    }
  }

  static Stream<Arguments> everyStepOfEveryChange() {
    return Stream.of(Change.values())
        .flatMap(change -> change.steps.stream().map(step -> Arguments.of(change, step)));
  }

  @ParameterizedTest
  @MethodSource("everyStepOfEveryChange")
  void aFullDiskFailsTheChangeAndNothingElse(Change change, CommitStep step) throws Exception {
    AtomicReference<CommitStep> failing = new AtomicReference<>();
    try (TestServer server =
        TestServer.start(
            folder,
            TestConfig.of(folder),
            reached -> {
              if (reached == failing.get()) {
                throw new IOException("/secret/path: No space left on device");
              }
            })) {
      FlightClient client = server.client();
      putTwoVersions(client, server.memory());
      failing.set(step);

      FlightRuntimeException error =
          catchThrowableOfType(
              FlightRuntimeException.class, () -> change.run(client, server.memory()));

      assertThat(error.status().code()).isEqualTo(FlightStatusCode.RESOURCE_EXHAUSTED);
      assertThat(error).hasMessageContaining("disk is full");
      assertThat(error.getMessage()).contains("'t'").doesNotContain("/secret");
      assertThat(current(client)).isEqualTo(change.expectedAt(step));
      server.awaitIdle();

      failing.set(null);
      if (current(client).isEmpty()) {
        putTwoVersions(client, server.memory());
      }
      Tables.put(client, server.memory(), path("t"), 9, 1, 90);
      assertThat(current(client)).isEqualTo(Tables.rows(9, 90));
      assertThat(act(client, "list_versions", "t")).hasSize(2);
    }
  }

  /** Every step, and those again that mean something else to a change than to a replacement. */
  static Stream<Arguments> everyStep() {
    Set<CommitStep> otherwise =
        EnumSet.of(CommitStep.STAGED_SYNCED, CommitStep.PREVIOUS_KEPT, CommitStep.RENAMED);
    return everyStepOfEveryChange()
        .filter(
            arguments ->
                arguments.get()[0] == Change.REPLACE
                    || arguments.get()[0] == Change.DROP
                    || otherwise.contains(arguments.get()[1]));
  }

  @ParameterizedTest
  @MethodSource("everyStep")
  void aProcessThatDiesLeavesAWholeVersion(Change change, CommitStep step) throws Exception {
    try (TestServer server = TestServer.start(folder)) {
      putTwoVersions(server.client(), server.memory());
    }
    int time = change == Change.APPEND && step == CommitStep.STAGED_CREATED ? 2 : 1;
    try (ChildProcess child =
            ChildProcess.start(
                ChildServer.class,
                List.of(),
                List.of(folder.toString(), step.name(), String.valueOf(time)));
        BufferAllocator memory = new RootAllocator();
        FlightClient client =
            FlightClient.builder(
                    memory,
                    Location.forGrpcInsecure("127.0.0.1", Integer.parseInt(child.readLine())))
                .build()) {
      catchThrowableOfType(FlightRuntimeException.class, () -> change.run(client, memory));
      assertThat(child.awaitExit()).isEqualTo(ChildServer.EXIT_CODE);
    }

    try (TestServer server = TestServer.start(folder)) {
      assertThat(server.staging()).isEmpty();
      assertThat(current(server.client())).isEqualTo(change.expectedAt(step));
      requireNoLeftovers(change == Change.DROP);
      putTwoVersions(server.client(), server.memory());
      assertThat(current(server.client())).isEqualTo(BEFORE);
      assertThat(act(server.client(), "list_versions", "t")).hasSize(2);
    }
  }

  /** Nothing but the file, at most one previous version, the lock, and the SQL tables' database. */
  private void requireNoLeftovers(boolean dropped) throws IOException {
    List<String> files =
        TestServer.files(folder).stream()
            .map(file -> folder.relativize(file).toString())
            .filter(file -> !file.equals(".mallard/lock"))
            .filter(file -> !file.startsWith(".mallard/tables/"))
            .toList();
    assertThat(files).allMatch(f -> f.equals("t.feather") || f.startsWith(".mallard/versions/t."));
    assertThat(files).hasSizeLessThanOrEqualTo(dropped ? 1 : 2);
    if (!dropped) {
      assertThat(Files.exists(folder.resolve("t.feather"))).isTrue();
    }
  }
}
