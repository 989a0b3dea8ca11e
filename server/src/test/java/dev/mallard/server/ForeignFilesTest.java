package dev.mallard.server;

import static dev.mallard.server.Tables.path;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that no client put: found if they are good, reported and left alone if they are not. */
class ForeignFilesTest {
  @TempDir private Path place;

  private Path folder() throws IOException {
    return Files.createDirectories(place.resolve("data"));
  }

  /** A good file from elsewhere. */
  private Path goodFile() throws Exception {
    Path made = Files.createDirectories(place.resolve("made"));
    try (TestServer server = TestServer.start(made)) {
      Tables.put(server.client(), server.memory(), path("good.feather"), 3, 5, 1000);
    }
    return made.resolve("good.feather");
  }

  private static List<String> listed(TestServer server) {
    return StreamSupport.stream(server.client().listFlights(Criteria.ALL).spliterator(), false)
        .map(info -> String.join("/", info.getDescriptor().getPath()))
        .toList();
  }

  private FlightRuntimeException error(Runnable call) {
    FlightRuntimeException error = catchThrowableOfType(FlightRuntimeException.class, call::run);
    assertThat(error).as("the call must fail").isNotNull();
    assertThat(error.getMessage()).doesNotContain(place.toString(), "Exception");
    return error;
  }

  @Test
  void aFileDroppedInIsServedFromTheNextListingOn() throws Exception {
    Path good = goodFile();
    try (TestServer server = TestServer.start(folder())) {
      assertThat(listed(server)).isEmpty();
      Files.createDirectories(folder().resolve("sub"));
      Files.copy(good, folder().resolve("sub/dropped.arrow"));
      Files.copy(good, folder().resolve(".hidden.feather"));
      Files.write(folder().resolve("notes.txt"), new byte[10]);

      assertThat(listed(server)).containsExactly("sub/dropped.arrow");
      assertThat(Tables.read(server.client(), ticket("sub/dropped")))
          .isEqualTo(Tables.rows(3, 5000));

      Files.delete(folder().resolve("sub/dropped.arrow"));
      assertThat(listed(server)).isEmpty();
    }
  }

  @Test
  void aFileThatSomebodyReplacesIsANewVersion() throws Exception {
    Path good = goodFile();
    try (TestServer server = TestServer.start(folder())) {
      Tables.put(server.client(), server.memory(), path("x.feather"), 1, 1, 7);
      String before = version(server, "x");

      Path coming = folder().resolve(".coming");
      Files.copy(good, coming);
      Files.move(coming, folder().resolve("x.feather"), StandardCopyOption.ATOMIC_MOVE);

      assertThat(version(server, "x")).isNotEqualTo(before);
      assertThat(Tables.read(server.client(), ticket("x"))).isEqualTo(Tables.rows(3, 5000));
    }
  }

  private static String version(TestServer server, String name) {
    return Tables.json(
            server
                .client()
                .doAction(new Action("list_versions", name.getBytes(StandardCharsets.UTF_8)))
                .next()
                .getBody())
        .get("version")
        .asText();
  }

  @Test
  void brokenFilesAreReportedByNameAndTheListingGoesOn() throws Exception {
    Path good = goodFile();
    byte[] bytes = Files.readAllBytes(good);
    Path folder = folder();
    Files.copy(good, folder.resolve("a_good.feather"));
    Files.copy(good, folder.resolve("z_good.feather"));
    Files.write(folder.resolve("empty.feather"), new byte[0]);
    Files.write(folder.resolve("text.feather"), "hello, world".getBytes(StandardCharsets.UTF_8));
    Files.write(folder.resolve("zeros.feather"), new byte[100_000]);
    Files.write(folder.resolve("cut.feather"), Arrays.copyOf(bytes, bytes.length - 100));
    Files.write(folder.resolve("half.feather"), Arrays.copyOf(bytes, bytes.length / 2));
    byte[] footer = bytes.clone();
    Arrays.fill(footer, bytes.length - 400, bytes.length - 20, (byte) 0x5a);
    Files.write(folder.resolve("footer.feather"), footer);
    byte[] length = bytes.clone();
    Arrays.fill(length, bytes.length - 10, bytes.length - 6, (byte) 0x7f);
    Files.write(folder.resolve("length.feather"), length);

    try (TestServer server = TestServer.start(folder)) {
      assertThat(listed(server)).containsExactly("a_good.feather", "z_good.feather");
      for (String name : List.of("empty", "text", "zeros", "cut", "half", "footer", "length")) {
        for (RawFlight.Outcome outcome :
            List.of(
                server.raw().ask("GetFlightInfo", Frames.path(name).toByteArray()),
                server.raw().ask("DoGet", Frames.ticket(name)))) {
          assertThat(outcome.code()).as(outcome.description()).isEqualTo(Status.Code.DATA_LOSS);
          assertThat(outcome.description())
              .contains("'" + name + ".feather'", "damaged")
              .doesNotContain(place.toString(), "Exception");
        }
      }
      assertThat(Tables.read(server.client(), ticket("z_good"))).hasSize(5000);
      // A good upload mends it.
      Tables.put(server.client(), server.memory(), path("cut"), 1, 1, 5);
      assertThat(Tables.read(server.client(), ticket("cut"))).isEqualTo(Tables.rows(1, 5));
    }
  }

  @Test
  void anUnreadableFileIsReportedAndTheListingGoesOn() throws Exception {
    Path good = goodFile();
    Path secret = folder().resolve("secret.feather");
    Files.copy(good, folder().resolve("good.feather"));
    Files.copy(good, secret);
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
    Assumptions.assumeFalse(Files.isReadable(secret), "this user may read everything");

    try (TestServer server = TestServer.start(folder())) {
      assertThat(listed(server)).containsExactly("good.feather");
      assertThat(error(() -> server.client().getInfo(path("secret"))))
          .hasMessageContaining("permissions");
    }
  }

  @Test
  void aLinkInsideIsFollowedAndOneOutIsNotListed() throws Exception {
    Path good = goodFile();
    Files.copy(good, folder().resolve("good.feather"));
    Files.createSymbolicLink(folder().resolve("inside.feather"), Path.of("good.feather"));
    Files.createSymbolicLink(folder().resolve("outside.feather"), good);
    Files.createSymbolicLink(folder().resolve("nowhere.feather"), Path.of("gone.feather"));
    Files.createSymbolicLink(folder().resolve("loop"), Path.of("."));

    try (TestServer server = TestServer.start(folder())) {
      assertThat(listed(server)).containsExactly("good.feather", "inside.feather");
      assertThat(Tables.read(server.client(), ticket("inside"))).hasSize(5000);
    }
  }

  @Test
  void bothFormatsOfOneNameMustBeToldApart() throws Exception {
    Path good = goodFile();
    Files.copy(good, folder().resolve("x.feather"));
    Files.copy(good, folder().resolve("x.arrow"));

    try (TestServer server = TestServer.start(folder())) {
      FlightRuntimeException error = error(() -> server.client().getInfo(path("x")));
      assertThat(error.status().code()).isEqualTo(FlightStatusCode.INVALID_ARGUMENT);
      assertThat(error).hasMessageContaining("'x.feather'").hasMessageContaining("'x.arrow'");
      assertThat(Tables.read(server.client(), ticket("x.arrow"))).hasSize(5000);
    }
  }

  @Test
  void mountsAreServedUnderTheirNamesAndCannotBeChanged() throws Exception {
    Path good = goodFile();
    Path gone = Files.copy(good, place.resolve("gone.feather"));
    TestConfig config =
        TestConfig.of(folder())
            .mount("large_table", good.toString())
            .mount("gone", gone.toString());
    try (TestServer server = TestServer.start(folder(), config)) {
      Files.delete(gone);
      FlightClient client = server.client();
      assertThat(listed(server)).containsExactly("large_table");
      assertThat(Tables.read(client, ticket("large_table"))).hasSize(5000);
      assertThat(error(() -> client.getInfo(path("gone"))).status().code())
          .isEqualTo(FlightStatusCode.NOT_FOUND);
      for (Runnable change :
          List.<Runnable>of(
              () -> Tables.put(client, server.memory(), path("large_table"), 1, 1, 1),
              () -> Tables.put(client, server.memory(), Tables.append("large_table"), 1, 1, 1),
              () ->
                  client
                      .doAction(
                          new Action(
                              "drop_dataset", "large_table".getBytes(StandardCharsets.UTF_8)))
                      .forEachRemaining(result -> {}))) {
        assertThat(error(change)).hasMessageContaining("read-only");
      }
      assertThat(good).isRegularFile();
    }
  }

  @Test
  void aReadOnlyServerTouchesNothing() throws Exception {
    Path good = goodFile();
    Files.copy(good, folder().resolve("good.feather"));

    try (TestServer server = TestServer.start(folder(), TestConfig.of(folder()).readOnly())) {
      assertThat(Tables.read(server.client(), ticket("good"))).hasSize(5000);
      assertThat(error(() -> Tables.put(server.client(), server.memory(), path("new"), 1, 1, 1)))
          .hasMessageContaining("read-only");
    }
    assertThat(TestServer.files(folder())).containsExactly(folder().resolve("good.feather"));
  }
}
