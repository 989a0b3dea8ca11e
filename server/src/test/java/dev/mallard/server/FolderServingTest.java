package dev.mallard.server;

import static dev.mallard.server.Tables.path;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.MallardException;
import dev.mallard.store.DataFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder whose content is the world's and not only ours, as clients see it. */
class FolderServingTest {
  @TempDir private Path place;

  private Path folder() throws IOException {
    return Files.createDirectories(place.resolve("data"));
  }

  /** Files that a server wrote, for others to drop in. */
  private Path made(String name, int batches) throws Exception {
    Path made = Files.createDirectories(place.resolve("made"));
    try (TestServer server = TestServer.start(made)) {
      Tables.put(server.client(), server.memory(), path(name), 1, batches, 1000);
    }
    return made.resolve(name);
  }

  private static List<String> listed(TestServer server) {
    return StreamSupport.stream(server.client().listFlights(Criteria.ALL).spliterator(), false)
        .map(info -> String.join("/", info.getDescriptor().getPath()))
        .toList();
  }

  private static List<String> action(TestServer server, String type, String body) {
    List<String> results = new ArrayList<>();
    server
        .client()
        .doAction(new Action(type, body.getBytes(StandardCharsets.UTF_8)))
        .forEachRemaining(
            result -> results.add(new String(result.getBody(), StandardCharsets.UTF_8)));
    return results;
  }

  private static List<String> sql(TestServer server, String query) {
    FlightSqlClient client = FlightSql.client(server);
    return FlightSql.rows(server.client(), client.execute(query));
  }

  private FlightRuntimeException error(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    FlightRuntimeException error =
        org.assertj.core.api.Assertions.catchThrowableOfType(FlightRuntimeException.class, call);
    assertThat(error).as("the call must fail").isNotNull();
    assertThat(error.getMessage()).doesNotContain(place.toString(), "Exception");
    return error;
  }

  @Test
  void whatCannotBeReadIsInNoListingAndCanBeAskedFor() throws Exception {
    Path good = made("good.parquet", 1);
    Files.copy(good, folder().resolve("good.parquet"));
    Files.writeString(folder().resolve("bad.parquet"), "not Parquet");
    Files.createDirectories(folder().resolve("lake/delta/_delta_log"));
    Files.copy(good, folder().resolve("lake/delta/part-0.parquet"));

    try (TestServer server = TestServer.start(folder())) {
      assertThat(server.server().datasets()).isEqualTo(2);
      assertThat(listed(server)).containsExactly("good.parquet");
      assertThat(sql(server, "SELECT count(*) FROM good")).containsExactly("1000");
      assertThat(sql(server, "SHOW TABLES")).anyMatch(line -> line.contains("good"));
      assertThat(action(server, "list_unreadable", ""))
          .hasSize(2)
          .anyMatch(line -> line.contains("\"name\":\"bad.parquet\""))
          .anyMatch(line -> line.contains("\"name\":\"lake/delta\"") && line.contains("Delta"));
      assertThat(action(server, "list_unreadable", "lake")).hasSize(1);
      assertThat(error(() -> Tables.read(server.client(), ticket("lake/delta"))))
          .hasMessageContaining("a Delta table");
      assertThat(error(() -> server.client().getInfo(path("lake/delta/part-0"))))
          .hasMessageContaining("a Delta table");
    }
  }

  @Test
  void datasetsAndTablesShareOneNamespace() throws Exception {
    Path good = made("good.parquet", 1);
    try (TestServer server = TestServer.start(folder())) {
      FlightClient client = server.client();
      FlightSqlClient sql = FlightSql.client(server);
      sql.executeUpdate("CREATE TABLE Notes (x INT)");
      sql.executeUpdate("CREATE VIEW seen AS SELECT 1");
      for (String name : List.of("Notes", "notes", "NOTES.parquet", "notes.feather", "seen")) {
        for (Runnable put :
            List.<Runnable>of(
                () -> Tables.put(client, server.memory(), path(name), 1, 1, 1),
                () -> Tables.put(client, server.memory(), Tables.append(name), 1, 1, 1))) {
          FlightRuntimeException error = error(put::run);
          assertThat(error.status().code()).isEqualTo(FlightStatusCode.ALREADY_EXISTS);
          assertThat(error).hasMessageContaining("SQL table or view").hasMessageContaining("DROP");
        }
      }
      assertThat(TestServer.files(folder())).noneMatch(file -> file.toString().contains("otes"));

      // A file that appears by itself wins, wherever one looks.
      Files.copy(good, folder().resolve("notes.parquet"));
      assertThat(Tables.read(client, ticket("notes"))).hasSize(1000);
      assertThat(sql(server, "SELECT count(*) FROM notes")).containsExactly("1000");
      assertThat(sql(server, "SELECT count(*) FROM mallard.main.notes")).containsExactly("0");
      assertThat(listed(server)).contains("notes.parquet");

      Files.delete(folder().resolve("notes.parquet"));
      sql.executeUpdate("DROP TABLE Notes");
      Tables.put(client, server.memory(), path("notes"), 1, 1, 5);
      assertThat(Tables.read(client, ticket("notes"))).hasSize(5);
      assertThat(error(() -> sql.executeUpdate("CREATE TABLE NOTES (x INT)")).status().code())
          .isEqualTo(FlightStatusCode.ALREADY_EXISTS);
    }
  }

  @Test
  void aFolderThatIsRemovedAndMadeAgainTakesUploads() throws Exception {
    try (TestServer server = TestServer.start(folder())) {
      // Feather: reading it makes no form that would be written meanwhile.
      Tables.put(server.client(), server.memory(), path("a.feather"), 1, 1, 5);
      assertThat(Tables.read(server.client(), ticket("a"))).hasSize(5);
      try (var files = Files.walk(folder())) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
      assertThat(error(() -> Tables.put(server.client(), server.memory(), path("a"), 1, 1, 5)))
          .hasMessageContaining("folder is gone");
      folder();
      assertThat(listed(server)).isEmpty();
      for (String name : List.of("a.parquet", "b.feather")) {
        Tables.put(server.client(), server.memory(), path(name), 2, 1, 7);
        assertThat(Tables.read(server.client(), ticket(name))).isEqualTo(Tables.rows(2, 7));
      }
      assertThat(folder().resolve(DataFolder.RESERVED).resolve("lock")).exists();
    }
  }

  @Test
  void aFileThatIsCutShortWhileItIsReadIsLostDataAndNoFaultOfOurs() throws Exception {
    Path file = made("cut.feather", 200);
    Path served = Files.copy(file, folder().resolve("cut.feather"));
    try (TestServer server = TestServer.start(folder());
        FlightStream stream = server.client().getStream(ticket("cut"))) {
      assertThat(stream.next()).isTrue();
      try (FileChannel channel = FileChannel.open(served, StandardOpenOption.WRITE)) {
        channel.truncate(channel.size() / 4);
      }
      FlightRuntimeException error = error(() -> drain(stream));
      assertThat(error)
          .hasMessageContaining("'cut'")
          .hasMessageContaining("cut short")
          .message()
          .doesNotContain("log");
    }
  }

  /** Again and again, so that it is cut at every moment: what is on its way then is whole. */
  @Test
  void aFileThatIsCutShortUnderWhatIsBeingSentEndsThatReadAndNothingElse() throws Exception {
    Path made = Files.createDirectories(place.resolve("made"));
    try (TestServer server = TestServer.start(made)) {
      Tables.put(server.client(), server.memory(), path("cut.feather"), 1, 40, 100_000);
      Tables.put(server.client(), server.memory(), path("other.feather"), 2, 1, 100);
    }
    Path served = Files.copy(made.resolve("cut.feather"), folder().resolve("cut.feather"));
    Files.copy(made.resolve("other.feather"), folder().resolve("other.feather"));
    try (TestServer server = TestServer.start(folder())) {
      for (int attempt = 0; attempt < 5; attempt++) {
        Files.copy(made.resolve("cut.feather"), served, StandardCopyOption.REPLACE_EXISTING);
        try (FlightClient reader = server.newClient();
            FlightStream stream = reader.getStream(ticket("cut"))) {
          assertThat(stream.next()).isTrue();
          try (FileChannel channel = FileChannel.open(served, StandardOpenOption.WRITE)) {
            channel.truncate(4096);
          }
          assertThat(error(() -> drain(stream)))
              .hasMessageContaining("'cut'")
              .hasMessageContaining("cut short");
        }
        assertThat(Tables.read(server.client(), ticket("other"))).hasSize(100);
      }
    }
  }

  private static void drain(FlightStream stream) {
    while (stream.next()) {
      assertThat(stream.getRoot().getRowCount()).isPositive();
    }
  }

  @Test
  void aMissingFolderIsMadeInOneThatIsThere() throws Exception {
    Path fresh = place.resolve("fresh");
    try (TestServer server = TestServer.start(fresh)) {
      Tables.put(server.client(), server.memory(), path("a"), 1, 1, 1);
      assertThat(fresh.resolve("a.parquet")).exists();
    }
    Path deep = place.resolve("no/such");
    assertThatThrownBy(() -> TestServer.start(deep))
        .isInstanceOf(MallardException.class)
        .hasMessageContaining("not a folder");
    Path other = place.resolve("other");
    assertThatThrownBy(() -> TestServer.start(other, TestConfig.of(other).readOnly()))
        .hasMessageContaining("not a folder");
    assertThat(other).doesNotExist();
  }

  @Test
  void aTablesOwnFolderIsNotServedAsIfItWereADataFolder() throws Exception {
    Files.createDirectories(folder().resolve("_delta_log"));
    assertThatThrownBy(() -> TestServer.start(folder()))
        .hasMessageContaining("Delta table")
        .hasMessageContaining("serve the folder above it");
    assertThat(folder().resolve(DataFolder.RESERVED)).doesNotExist();
  }

  @Test
  void aServerDoesNotStartWithoutWhatItIsToServe() throws Exception {
    Path text = Files.writeString(place.resolve("text.txt"), "x");
    Files.createDirectories(place.resolve("delta/_delta_log"));
    Path good = made("good.parquet", 1);
    Files.copy(good, place.resolve("delta/part-0.parquet"));
    requireRefused(place.resolve("missing.parquet").toString(), "no such file or folder");
    requireRefused("s3://bucket/sales.parquet", "URL");
    requireRefused("https://example.com/x.parquet", "URL");
    requireRefused(text.toString(), "no Parquet or Feather file");
    requireRefused(folder().toString(), "no Parquet or Feather file");
    requireRefused(place.resolve("delta").toString(), "Delta table");
    requireRefused(place.resolve("delta/*.parquet").toString(), "Delta table");

    // A pattern may wait for its files, and for its folder.
    String pattern = place.resolve("later/*.parquet").toString();
    try (TestServer server =
        TestServer.start(folder(), TestConfig.of(folder()).mount("x", pattern))) {
      assertThat(listed(server)).isEmpty();
      assertThat(sql(server, "SHOW TABLES")).isEmpty();
      Files.createDirectories(place.resolve("later"));
      Files.copy(good, place.resolve("later/a.parquet"));
      assertThat(listed(server)).containsExactly("x");
      assertThat(Tables.read(server.client(), ticket("x"))).hasSize(1000);
    }
  }

  private void requireRefused(String source, String why) throws IOException {
    TestConfig config = TestConfig.of(folder()).withoutFolder().mount("x", source);
    assertThatThrownBy(() -> TestServer.start(folder(), config))
        .isInstanceOf(MallardException.class)
        .hasMessageContaining("'x' from " + source)
        .hasMessageContaining(why);
  }
}
