package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status.Code;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.impl.Flight.Action;
import org.apache.arrow.flight.impl.Flight.CloseSessionRequest;
import org.apache.arrow.flight.impl.Flight.Criteria;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.flight.impl.Flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginTransactionRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginTransactionResult;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementResult;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetTables;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementUpdate;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementUpdate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A caller who may only read: by every method it reads all, and changes nothing. */
class ReadOnlyCallerTest {
  @TempDir private Path folder;
  private TestServer server;
  private Asking full;
  private Asking reader;

  @BeforeEach
  void start() {
    server = TestServer.start(folder, TestConfig.of(folder), KnownNames.of("alice"));
    full = Asking.of(server, "alice");
    reader = Asking.of(server, "alice/read-only");
    ok(full.put(Frames.upload(Frames.path("d.feather"), Tables.SCHEMA, 1, 3, 1)));
    for (String sql :
        List.of(
            "CREATE TABLE t(stamp BIGINT, row BIGINT)",
            "CREATE SEQUENCE s",
            "CREATE MACRO counter() AS system.main.nextval('s')",
            "CREATE VIEW counting AS SELECT counter() AS n")) {
      ok(full.put(Asking.rows(update(sql))));
    }
  }

  @AfterEach
  void nothingHasChanged() throws Exception {
    assertThat(RawReads.rows(ok(full.get("SELECT * FROM t")))).isZero();
    assertThat(RawReads.rows(ok(full.get("d")))).isEqualTo(3);
    assertThat(RawReads.rows(ok(full.get("SELECT 1 WHERE nextval('s') = 1")))).isEqualTo(1);
    assertThat(RawReads.rows(ok(full.get("SELECT * FROM duckdb_tables()")))).isEqualTo(1);
    server.close();
  }

  private static RawFlight.Outcome ok(RawFlight.Outcome outcome) {
    assertThat(outcome.status().isOk()).as(outcome.status().toString()).isTrue();
    return outcome;
  }

  private static void assertDenied(RawFlight.Outcome outcome, String what) {
    assertThat(outcome.code())
        .as("%s: %s", what, outcome.status())
        .isEqualTo(Code.PERMISSION_DENIED);
    assertThat(outcome.description()).as(what).contains("'alice' may not", "read-only");
    assertThat(outcome.messages()).as(what).isEmpty();
  }

  private static Message update(String sql) {
    return CommandStatementUpdate.newBuilder().setQuery(sql).build();
  }

  private static Message prepare(String sql) {
    return ActionCreatePreparedStatementRequest.newBuilder().setQuery(sql).build();
  }

  private static String prepared(Asking caller, String sql) throws Exception {
    RawFlight.Outcome outcome = ok(caller.sqlAction("CreatePreparedStatement", prepare(sql)));
    return Any.parseFrom(Asking.bodies(outcome).get(0))
        .unpack(ActionCreatePreparedStatementResult.class)
        .getPreparedStatementHandle()
        .toStringUtf8();
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static final List<String> CHANGES =
      List.of(
          "INSERT INTO t VALUES (1, 1)",
          "INSERT INTO t VALUES (1, 1) RETURNING row",
          "WITH x AS (SELECT 1) INSERT INTO t SELECT 1, 1",
          "UPDATE t SET row = 1",
          "DELETE FROM t",
          "TRUNCATE t",
          "MERGE INTO t USING (SELECT 1 AS a) x ON true WHEN NOT MATCHED THEN INSERT VALUES (1, 1)",
          "CREATE TABLE u AS SELECT 1",
          "CREATE TEMP TABLE u(a INT)",
          "CREATE OR REPLACE VIEW v AS SELECT 1",
          "CREATE SCHEMA x",
          "CREATE SEQUENCE other",
          "CREATE MACRO m() AS 1",
          "CREATE INDEX i ON t(row)",
          "DROP TABLE t",
          "ALTER TABLE t ADD COLUMN c INT",
          "COMMENT ON TABLE t IS 'x'",
          "SELECT nextval('s')",
          "SELECT \"nextval\"('s')",
          "SELECT 's'.NextVal()",
          "SELECT system.main.nextval('s')",
          "SELECT setval('s', 7)",
          "SELECT Counter()",
          "FROM counting",
          "SELECT * FROM d WHERE row = (SELECT n FROM counting)",
          "EXPLAIN ANALYZE SELECT nextval('s')");

  @Test
  void itRunsNothingThatChangesSomething() {
    CHANGES.forEach(this::assertNotRun);
  }

  private void assertNotRun(String sql) {
    for (String method : List.of("GetFlightInfo", "GetSchema", "PollFlightInfo")) {
      assertDenied(reader.ask(method, Asking.command(sql)), method + " " + sql);
      assertDenied(
          reader.with("mallard-endpoints", "2").ask(method, Asking.command(sql)),
          method + " " + sql);
    }
    assertDenied(reader.get(sql.contains(" ") ? sql : "(" + sql + ")"), "DoGet " + sql);
    assertDenied(
        reader.get("{\"sql\":" + new com.fasterxml.jackson.databind.node.TextNode(sql) + "}"),
        "ticket");
    assertDenied(reader.sqlAction("CreatePreparedStatement", prepare(sql)), "prepare " + sql);
    assertDenied(reader.put(Asking.rows(update(sql))), "update " + sql);
  }

  @Test
  void itPutsAppendsDropsAndRestoresNothing() {
    for (String name : List.of("d", "d.feather", "new.parquet", "../x", "none")) {
      for (String mode : List.of("replace", "append")) {
        assertDenied(
            reader
                .with("mallard-put-mode", mode)
                .put(Frames.upload(Frames.path(name), Tables.SCHEMA, 1, 3, 1)),
            name);
      }
      assertDenied(
          reader.put(
              Frames.upload(
                  Asking.command("{\"append\":\"" + name + "\"}"), Tables.SCHEMA, 1, 3, 1)),
          name);
    }
    for (String name : List.of("d", "none")) {
      assertDenied(reader.ask("DoAction", action("drop_dataset", name)), "drop");
      assertDenied(
          reader.ask(
              "DoAction",
              action("restore_version", "{\"name\":\"" + name + "\",\"version\":\"1\"}")),
          "restore");
    }
  }

  private static Action action(String type, String body) {
    return Asking.actionOf(type, bytes(body));
  }

  /** Also not with the handles of the same name that may more. */
  @Test
  void whatMayMoreHasBegunDoesNotLendItsRights() throws Exception {
    String transaction =
        Any.parseFrom(
                Asking.bodies(
                        ok(
                            full.sqlAction(
                                "BeginTransaction",
                                ActionBeginTransactionRequest.getDefaultInstance())))
                    .get(0))
            .unpack(ActionBeginTransactionResult.class)
            .getTransactionId()
            .toStringUtf8();
    String insert = prepared(full, "INSERT INTO t VALUES (?, ?)");
    Message run =
        CommandPreparedStatementUpdate.newBuilder()
            .setPreparedStatementHandle(bytes(insert))
            .build();
    Message query =
        CommandPreparedStatementQuery.newBuilder()
            .setPreparedStatementHandle(bytes(insert))
            .build();
    assertDenied(reader.put(Asking.rows(Asking.ingest("t", ""))), "ingest");
    assertDenied(
        reader.put(Asking.rows(Asking.ingest("t", transaction))), "ingest in a transaction");
    assertDenied(
        reader.put(
            Asking.rows(
                CommandStatementUpdate.newBuilder()
                    .setQuery("INSERT INTO t VALUES (1, 1)")
                    .setTransactionId(bytes(transaction))
                    .build())),
        "update in a transaction");
    assertDenied(reader.put(Asking.rows(run)), "prepared");
    ok(full.put(Asking.rows(query)));
    assertDenied(reader.put(Asking.rows(run)), "bound");
    assertDenied(reader.ask("GetFlightInfo", Asking.descriptor(query)), "planned");
    assertDenied(reader.ask("PollFlightInfo", Asking.descriptor(query)), "polled");
    assertDenied(reader.get("{\"prepared\":\"" + insert + "\"}"), "read");
    // A query that the other has run just now is ready to be run again, for the other.
    ok(full.get("SELECT 1 WHERE 1 = 2 AND nextval('s') = 0"));
    assertDenied(reader.get("SELECT 1 WHERE 1 = 2 AND nextval('s') = 0"), "cached");
  }

  @Test
  void itIsRefusedBeforeItHasSentItsData() throws Exception {
    String insert = prepared(full, "INSERT INTO t VALUES (?, ?)");
    List<FlightDescriptor> targets =
        List.of(
            Frames.path("new.feather"),
            Asking.command("{\"append\":\"d\"}"),
            Asking.descriptor(Asking.ingest("t", "")),
            Asking.descriptor(
                CommandPreparedStatementUpdate.newBuilder()
                    .setPreparedStatementHandle(bytes(insert))
                    .build()));
    for (FlightDescriptor target : targets) {
      FlightData first = Frames.schema(target, Tables.SCHEMA);
      RawFlight.Call call = reader.begin("DoPut", MethodType.BIDI_STREAMING);
      call.request(10);
      call.send(first.toByteArray());
      assertDenied(call.outcome(), target.toString());
    }
  }

  @Test
  void itReadsAllThereIs() throws Exception {
    String query = prepared(reader, "SELECT * FROM d WHERE stamp <> ? OR row <> ?");
    List<RawFlight.Outcome> outcomes = new ArrayList<>();
    outcomes.add(reader.get("d"));
    outcomes.add(reader.get("SELECT count(*) FROM d, t"));
    outcomes.add(reader.get("EXPLAIN ANALYZE SELECT * FROM d"));
    outcomes.add(reader.get("{\"prepared\":\"" + prepared(reader, "SHOW TABLES") + "\"}"));
    outcomes.add(reader.ask("GetFlightInfo", Frames.path("d")));
    outcomes.add(
        reader.with("mallard-endpoints", "2").ask("GetFlightInfo", Asking.command("FROM d")));
    outcomes.add(reader.ask("GetSchema", Frames.path("t")));
    outcomes.add(reader.ask("PollFlightInfo", Asking.command("SELECT 1")));
    outcomes.add(reader.ask("ListFlights", Criteria.getDefaultInstance()));
    outcomes.add(
        reader.ask("GetFlightInfo", Asking.descriptor(CommandGetTables.getDefaultInstance())));
    outcomes.add(
        reader.put(
            Asking.rows(
                CommandPreparedStatementQuery.newBuilder()
                    .setPreparedStatementHandle(bytes(query))
                    .build())));
    outcomes.add(reader.get("{\"prepared\":\"" + query + "\"}"));
    outcomes.add(reader.ask("DoAction", action("list_versions", "d")));
    outcomes.add(reader.ask("DoAction", action("list_unreadable", "")));
    outcomes.add(
        reader.sqlAction("BeginTransaction", ActionBeginTransactionRequest.getDefaultInstance()));
    outcomes.add(reader.action("SetSessionOptions", SetSessionOptionsRequest.getDefaultInstance()));
    outcomes.add(reader.action("CloseSession", CloseSessionRequest.getDefaultInstance()));
    outcomes.forEach(ReadOnlyCallerTest::ok);
    assertThat(RawReads.rows(outcomes.get(0))).isEqualTo(3);
    assertThat(new String(outcomes.get(8).messages().get(0), StandardCharsets.UTF_8)).contains("d");
  }
}
