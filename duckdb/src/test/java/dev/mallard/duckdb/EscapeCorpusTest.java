package dev.mallard.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Attempts to get out of SQL, one a line of {@code escapes.sql}: each is refused with a clean
 * error, and none reads, writes or connects anywhere.
 */
class EscapeCorpusTest {
  private static final String SECRET = "kingfisher-4711";
  private static final Set<ErrorCode> CLEAN =
      Set.of(
          ErrorCode.PERMISSION_DENIED,
          ErrorCode.INVALID_ARGUMENT,
          ErrorCode.FAILED_PRECONDITION,
          ErrorCode.UNIMPLEMENTED);

  @TempDir Path root;

  private EngineFixture sql;
  private Path outside;
  private ServerSocket network;

  @BeforeEach
  void open() throws Exception {
    outside = Files.createDirectories(root.resolve("outside"));
    network = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    sql = new EngineFixture(root);
    sql.parquet("sales.parquet", "SELECT range AS id FROM range(3)");
    canaries(outside.resolve("canary"));
    canaries(sql.data.resolve("inside"));
    canaries(Files.createDirectories(sql.data.resolve(".mallard")).resolve("canary"));
    Files.createSymbolicLink(sql.data.resolve("link.csv"), outside.resolve("canary.csv"));
    Files.createSymbolicLink(sql.data.resolve("link.parquet"), outside.resolve("canary.parquet"));
    sql.update("CREATE TABLE t(a VARCHAR)");
  }

  private static void canaries(Path stem) throws Exception {
    Files.writeString(Path.of(stem + ".csv"), SECRET + "\n");
    Files.writeString(Path.of(stem + ".json"), "{\"a\": \"" + SECRET + "\"}\n");
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement writer = duck.createStatement()) {
      String query = "(SELECT '" + SECRET + "' AS a)";
      if (!stem.toString().endsWith("inside")) {
        writer.execute("COPY " + query + " TO '" + stem + ".parquet' (FORMAT parquet)");
      }
      writer.execute("ATTACH '" + stem + ".duckdb' AS canary");
      writer.execute("CREATE TABLE canary.t AS " + query);
      writer.execute("DETACH canary");
    }
  }

  @AfterEach
  void close() throws Exception {
    network.close();
    sql.close();
  }

  private List<String> corpus() throws IOException {
    try (InputStream file = EscapeCorpusTest.class.getResourceAsStream("escapes.sql")) {
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      return Stream.of(text.split("\n"))
          .filter(line -> !line.isEmpty() && !line.startsWith("-- #"))
          .map(this::filledIn)
          .toList();
    }
  }

  private String filledIn(String line) {
    return line.replace("${CANARY}", outside.resolve("canary").toString())
        .replace("${OUT}", outside.resolve("written").toString())
        .replace("${LINK}", sql.data.resolve("link").toString())
        .replace("${DATA}", sql.data.toString())
        .replace("${PORT}", String.valueOf(network.getLocalPort()));
  }

  @Test
  void noneOfTheAttemptsGetsAnywhere() throws Exception {
    List<String> attempts = corpus();
    assertThat(attempts).hasSizeGreaterThan(300).doesNotHaveDuplicates();
    Map<Path, Long> before = files();
    List<String> escaped = new ArrayList<>();
    for (String attempt : attempts) {
      complaint(attempt).forEach(complaint -> escaped.add(attempt + "\n    " + complaint));
    }
    assertThat(escaped).as("attempts that were not refused cleanly").isEmpty();
    assertThat(files()).as("files").isEqualTo(before);
    assertNobodyConnected();
    assertThat(sql.rows("SELECT count(*) FROM t")).containsExactly("0");
    assertThat(sql.rows("SELECT count(*) FROM sales")).containsExactly("3");
  }

  /** By each of the ways in which a statement can be sent. */
  private List<String> complaint(String attempt) {
    var request = EngineFixture.request(attempt);
    List<String> complaints = new ArrayList<>();
    Map<String, Runnable> ways = new TreeMap<>();
    ways.put("open", () -> sql.rows(attempt));
    ways.put("plan", () -> sql.service.plan(request, 1, new Cancellation()));
    ways.put("update", () -> sql.service.update(request, new Cancellation()));
    ways.put("schema", () -> sql.service.schema(request, new Cancellation()));
    ways.put("prepare", () -> sql.service.prepare(request, new Cancellation()));
    ways.forEach(
        (way, call) -> {
          String found = outcome(attempt, call);
          if (!found.isEmpty()) {
            complaints.add(way + ": " + found);
          }
        });
    return complaints;
  }

  private String outcome(String attempt, Runnable call) {
    try {
      call.run();
      return "was not refused";
    } catch (MallardException e) {
      String message = String.valueOf(e.getMessage());
      if (!CLEAN.contains(e.code())) {
        return e.code() + " " + message + " (" + e.getCause() + ")";
      }
      if (message.contains(SECRET)) {
        return "shows the secret: " + message;
      }
      boolean toldByUser = attempt.contains(root.toString());
      if (message.contains(sql.work.toString())
          || (!toldByUser && message.contains(root.toString()))) {
        return "shows a path: " + message;
      }
      return "";
    } catch (RuntimeException e) {
      return "failed with " + e;
    }
  }

  /** All files and their sizes, but for those that the engine works with. */
  private Map<Path, Long> files() throws IOException {
    Map<Path, Long> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.toList()) {
        boolean isEngines =
            file.startsWith(sql.work) || file.getFileName().toString().startsWith("tables.duckdb");
        if (!isEngines && !Files.isDirectory(file)) {
          files.put(file, Files.size(file));
        }
      }
    }
    return files;
  }

  private void assertNobodyConnected() throws IOException {
    network.setSoTimeout(100);
    try (Socket connected = network.accept()) {
      throw new AssertionError("somebody connected from " + connected.getRemoteSocketAddress());
    } catch (SocketTimeoutException nobody) {
      assertThat(nobody).isNotNull();
    }
  }

  @Test
  void explainingAQueryOfADatasetShowsNoPath() {
    for (String explain :
        List.of(
            "EXPLAIN SELECT * FROM sales",
            "EXPLAIN ANALYZE SELECT * FROM sales",
            "EXPLAIN (ANALYZE, FORMAT json) SELECT count(*) FROM sales WHERE id > 1",
            "EXPLAIN (FORMAT html) SELECT * FROM sales",
            "EXPLAIN (FORMAT graphviz) SELECT * FROM sales",
            "EXPLAIN (FORMAT yaml) SELECT * FROM sales",
            "DESCRIBE sales",
            "SHOW TABLES",
            "SHOW ALL TABLES",
            "SHOW DATABASES",
            "SUMMARIZE sales")) {
      String text = String.join("\n", sql.rows(explain));
      assertThat(text.replace("│", "").replaceAll("\\s", ""))
          .as(explain)
          .doesNotContain(root.toString())
          .doesNotContain("links-")
          .isNotEmpty();
    }
  }

  @Test
  void whatTheCatalogTellsShowsNoPath() {
    for (String catalog :
        List.of(
            "duckdb_tables()",
            "duckdb_columns()",
            "duckdb_constraints()",
            "duckdb_functions()",
            "duckdb_schemas()",
            "duckdb_types()",
            "information_schema.tables",
            "information_schema.columns",
            "information_schema.schemata",
            "pg_catalog.pg_class",
            "pg_catalog.pg_attribute",
            "pg_catalog.pg_database",
            "pg_catalog.pg_namespace",
            "pg_catalog.pg_tables",
            "pg_catalog.pg_indexes")) {
      List<String> rows = sql.rows("SELECT * FROM " + catalog);
      assertThat(String.join("\n", rows))
          .as(catalog)
          .doesNotContain(root.toString())
          .doesNotContain("links-");
    }
  }
}
