package dev.mallard.flight.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.arrow.flight.AsyncPutListener;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.CloseSessionResult;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.RenewFlightEndpointRequest;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.SetSessionOptionsResult;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The protocol side of SQL, over the network, with arrow-java's clients. */
@Timeout(60)
class SqlServiceTest {
  @TempDir private Path root;
  private SqlServiceFixture server;
  private FlightClient client;
  private FlightSqlClient sql;

  @BeforeEach
  void start() throws Exception {
    server = new SqlServiceFixture(root);
    client = server.client();
    sql = new FlightSqlClient(client);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private static FlightDescriptor command(String text) {
    return FlightDescriptor.command(text.getBytes(UTF_8));
  }

  private List<List<String>> read(FlightInfo info) throws Exception {
    List<List<String>> rows = new ArrayList<>();
    for (FlightEndpoint endpoint : info.getEndpoints()) {
      rows.addAll(read(endpoint.getTicket()));
    }
    return rows;
  }

  private List<List<String>> read(Ticket ticket) throws Exception {
    List<List<String>> rows = new ArrayList<>();
    try (FlightStream stream = client.getStream(ticket)) {
      while (stream.next()) {
        VectorSchemaRoot batch = stream.getRoot();
        for (int row = 0; row < batch.getRowCount(); row++) {
          List<String> cells = new ArrayList<>();
          for (FieldVector vector : batch.getFieldVectors()) {
            cells.add(String.valueOf(vector.getObject(row)));
          }
          rows.add(cells);
        }
      }
    }
    return rows;
  }

  private static void fails(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call,
      FlightStatusCode code,
      String message) {
    assertThatThrownBy(call)
        .isInstanceOf(FlightRuntimeException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((FlightRuntimeException) e).status().code())
        .isEqualTo(code);
  }

  @Test
  void aDatasetThatAppearsUnderATablesNameIsWhatTheNameMeansEverywhere() throws Exception {
    sql.executeUpdate("CREATE TABLE late AS SELECT 'table' AS a");
    FlightDescriptor path = FlightDescriptor.path("late");
    assertThat(read(client.getInfo(path))).containsExactly(List.of("table"));
    try (VarCharVector a = new VarCharVector("a", server.clientMemory);
        VectorSchemaRoot rows = VectorSchemaRoot.of(a)) {
      a.setSafe(0, "dataset".getBytes(UTF_8));
      rows.setRowCount(1);
      var writer = client.startPut(FlightDescriptor.path("other"), rows, new AsyncPutListener());
      writer.putNext();
      writer.completed();
      writer.getResult();
    }
    Files.move(root.resolve("data/other.parquet"), root.resolve("data/late.parquet"));
    List<List<String>> dataset = List.of(List.of("dataset"));
    assertThat(read(client.getInfo(path))).isEqualTo(dataset);
    assertThat(read(new Ticket("late".getBytes(UTF_8)))).isEqualTo(dataset);
    for (String text : List.of("SELECT * FROM late", "SELECT a || '' FROM late")) {
      assertThat(read(client.getInfo(command(text)))).as(text).isEqualTo(dataset);
      assertThat(read(new Ticket(text.getBytes(UTF_8)))).as(text).isEqualTo(dataset);
    }
    assertThat(client.listFlights(Criteria.ALL))
        .extracting(info -> String.join("/", info.getDescriptor().getPath()))
        .hasSize(1);
    assertThat(read(client.getInfo(command("SELECT a FROM mallard.main.late"))))
        .containsExactly(List.of("table"));
  }

  @Test
  void sqlTextIsPlannedAndRead() throws Exception {
    FlightDescriptor query = command("SELECT i, i * 2 AS twice FROM range(3) t(i) ORDER BY i");
    FlightInfo info = client.getInfo(query);

    assertThat(info.getRecords()).isEqualTo(-1);
    assertThat(info.getEndpoints()).hasSize(1);
    assertThat(client.getSchema(query).getSchema()).isEqualTo(info.getSchema());
    assertThat(read(info)).containsExactly(List.of("0", "0"), List.of("1", "2"), List.of("2", "4"));
    assertThat(read(new Ticket("SELECT 42".getBytes(UTF_8)))).containsExactly(List.of("42"));
  }

  @Test
  void mistakesAreCleanErrors() {
    fails(
        () -> client.getInfo(command("SELECT 1 FROM WHERE")),
        FlightStatusCode.INVALID_ARGUMENT,
        "WHERE");
    fails(
        () -> read(new Ticket("SELECT * FROM nothing".getBytes(UTF_8))),
        FlightStatusCode.INVALID_ARGUMENT,
        "nothing");
    fails(
        () -> client.getInfo(FlightDescriptor.path("nothing")),
        FlightStatusCode.NOT_FOUND,
        "no dataset 'nothing'");
    fails(
        () -> read(new Ticket("nothing".getBytes(UTF_8))),
        FlightStatusCode.NOT_FOUND,
        "no dataset 'nothing'");
  }

  @Test
  void aStatementThatIsNoQueryRunsOnceWhenItsInfoIsAskedFor() throws Exception {
    read(client.getInfo(command("CREATE TABLE t (a INTEGER)")));
    FlightInfo info = client.getInfo(command("INSERT INTO t VALUES (1), (2)"));

    assertThat(read(info)).containsExactly(List.of("2"));
    assertThat(read(info)).containsExactly(List.of("2"));
    assertThat(read(client.getInfo(command("SELECT count(*) FROM t"))))
        .containsExactly(List.of("2"));
  }

  @Test
  void tablesAreFoundByPathAndListed() throws Exception {
    sql.executeUpdate("CREATE TABLE t AS SELECT 1 AS a");
    sql.executeUpdate("CREATE SCHEMA s");
    sql.executeUpdate("CREATE TABLE s.u AS SELECT 2 AS b");

    assertThat(client.listFlights(Criteria.ALL))
        .extracting(info -> info.getDescriptor().getPath())
        .containsExactlyInAnyOrder(List.of("t"), List.of("s", "u"));
    assertThat(client.listFlights(new Criteria("s/*".getBytes(UTF_8)))).hasSize(1);
    assertThat(read(client.getInfo(FlightDescriptor.path("t")))).containsExactly(List.of("1"));
    assertThat(read(client.getInfo(FlightDescriptor.path("s", "u")))).containsExactly(List.of("2"));
    assertThat(read(client.getInfo(FlightDescriptor.path("s/u")))).hasSize(1);
    for (FlightInfo listed : client.listFlights(Criteria.ALL)) {
      assertThat(read(listed)).hasSize(1);
    }
  }

  @Test
  void aResultIsSplitIntoAsManyEndpointsAsAreAskedFor() throws Exception {
    FlightCallHeaders headers = new FlightCallHeaders();
    headers.insert("mallard-endpoints", "3");
    FlightInfo info =
        client.getInfo(
            command("SELECT i FROM range(1000000) t(i) ORDER BY i"), new HeaderCallOption(headers));

    assertThat(info.getRecords()).isEqualTo(1_000_000);
    assertThat(info.getBytes()).isGreaterThan(8_000_000);
    assertThat(info.getOrdered()).isTrue();
    assertThat(info.getEndpoints()).hasSizeBetween(2, 3);
    for (FlightEndpoint endpoint : info.getEndpoints()) {
      assertThat(endpoint.getExpirationTime()).isPresent();
      assertThat(new String(endpoint.getAppMetadata(), UTF_8))
          .matches("\\{\"bytes\":\\d+,\"rows\":\\d+}");
    }
    List<List<String>> rows = read(info);
    assertThat(rows).hasSize(1_000_000);
    assertThat(rows.get(999_999)).containsExactly("999999");
    FlightEndpoint renewed =
        client.renewFlightEndpoint(new RenewFlightEndpointRequest(info.getEndpoints().get(0)));
    assertThat(renewed.getExpirationTime().orElseThrow())
        .isAfterOrEqualTo(info.getEndpoints().get(0).getExpirationTime().orElseThrow());
    assertThat(client.cancelFlightInfo(new CancelFlightInfoRequest(info)).getStatus())
        .isEqualTo(CancelStatus.CANCELLED);
    fails(() -> read(info.getEndpoints().get(0).getTicket()), FlightStatusCode.NOT_FOUND, "result");
    assertThat(client.cancelFlightInfo(new CancelFlightInfoRequest(info)).getStatus())
        .isEqualTo(CancelStatus.NOT_CANCELLABLE);
  }

  @Test
  void aReadIsCancelledByItsPlan() throws Exception {
    FlightInfo info =
        client.getInfo(command("SELECT a.range, b.range FROM range(1000000) a, range(1000000) b"));
    try (FlightStream stream = client.getStream(info.getEndpoints().get(0).getTicket())) {
      assertThat(stream.next()).isTrue();
      assertThat(client.cancelFlightInfo(new CancelFlightInfoRequest(info)).getStatus())
          .isEqualTo(CancelStatus.CANCELLED);
      fails(
          () -> {
            while (stream.next()) {
              assertThat(stream.getRoot().getRowCount()).isPositive();
            }
          },
          FlightStatusCode.CANCELLED,
          "cancelled");
    }
  }

  @Test
  void aReadThatIsLeftEnds() throws Exception {
    FlightInfo info =
        client.getInfo(command("SELECT a.range FROM range(1000000) a, range(1000000) b"));
    FlightStream stream = client.getStream(info.getEndpoints().get(0).getTicket());
    assertThat(stream.next()).isTrue();
    stream.cancel("enough", null);
    stream.close();
    // Closing the fixture finds out whether anything is left.
  }

  @Test
  void preparedStatementsTakeParameters() throws Exception {
    sql.executeUpdate("CREATE TABLE t (a BIGINT)");
    try (FlightSqlClient.PreparedStatement insert = sql.prepare("INSERT INTO t VALUES (?)");
        VectorSchemaRoot rows = longs(1, 2, 3)) {
      assertThat(insert.getResultSetSchema().getFields()).isEmpty();
      assertThat(insert.getParameterSchema().getFields()).hasSize(1);
      insert.setParameters(rows);
      assertThat(insert.executeUpdate()).isEqualTo(3);
      insert.clearParameters();
    }
    try (FlightSqlClient.PreparedStatement query =
            sql.prepare("SELECT a FROM t WHERE a > ? ORDER BY a");
        VectorSchemaRoot one = longs(1)) {
      assertThat(query.getResultSetSchema().getFields()).hasSize(1);
      query.setParameters(one);
      assertThat(read(query.execute())).containsExactly(List.of("2"), List.of("3"));
      query.clearParameters();
    }
  }

  private VectorSchemaRoot longs(long... values) {
    Schema schema = new Schema(List.of(Field.nullable("a", new ArrowType.Int(64, true))));
    VectorSchemaRoot root = VectorSchemaRoot.create(schema, server.clientMemory);
    BigIntVector vector = (BigIntVector) root.getVector(0);
    for (int i = 0; i < values.length; i++) {
      vector.setSafe(i, values[i]);
    }
    root.setRowCount(values.length);
    return root;
  }

  @Test
  void aTransactionIsRolledBackOrCommitted() throws Exception {
    sql.executeUpdate("CREATE TABLE t (a INTEGER)");
    FlightSqlClient.Transaction undone = sql.beginTransaction();
    assertThat(sql.executeUpdate("INSERT INTO t VALUES (1)", undone)).isEqualTo(1);
    assertThat(read(sql.execute("SELECT * FROM t", undone))).hasSize(1);
    sql.rollback(undone);
    FlightSqlClient.Transaction done = sql.beginTransaction();
    sql.executeUpdate("INSERT INTO t VALUES (2)", done);
    sql.commit(done);

    assertThat(read(sql.execute("SELECT * FROM t"))).containsExactly(List.of("2"));
    fails(
        () -> sql.beginSavepoint(sql.beginTransaction(), "s"),
        FlightStatusCode.UNIMPLEMENTED,
        "no savepoints");
  }

  @Test
  void rowsAreIngested() throws Exception {
    try (VectorSchemaRoot rows = longs(7, 8, 9)) {
      long count =
          sql.executeIngest(
              rows,
              new FlightSqlClient.ExecuteIngestOptions(
                  "t",
                  org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest
                      .TableDefinitionOptions.newBuilder()
                      .setIfNotExistValue(1)
                      .setIfExistsValue(1)
                      .build(),
                  null,
                  null,
                  Map.of()));
      assertThat(count).isEqualTo(3);
    }
    assertThat(read(sql.execute("SELECT sum(a)::INTEGER FROM t"))).containsExactly(List.of("24"));
  }

  @Test
  void metadataIsAnswered() throws Exception {
    sql.executeUpdate("CREATE TABLE p (id INTEGER PRIMARY KEY, name VARCHAR)");
    sql.executeUpdate("CREATE TABLE f (p_id INTEGER REFERENCES p(id))");

    assertThat(read(sql.getCatalogs())).contains(List.of("mallard"));
    assertThat(read(sql.getSchemas("mallard", null))).contains(List.of("mallard", "main"));
    assertThat(read(sql.getTables("mallard", "main", "%", List.of("TABLE"), true)))
        .extracting(row -> row.get(2))
        .containsExactly("f", "p");
    assertThat(read(sql.getTableTypes())).hasSize(2);
    var p = org.apache.arrow.flight.sql.util.TableRef.of(null, null, "p");
    var f = org.apache.arrow.flight.sql.util.TableRef.of(null, null, "f");
    assertThat(read(sql.getPrimaryKeys(p))).extracting(row -> row.get(3)).containsExactly("id");
    assertThat(read(sql.getExportedKeys(p))).extracting(row -> row.get(6)).containsExactly("f");
    assertThat(read(sql.getImportedKeys(f))).extracting(row -> row.get(2)).containsExactly("p");
    assertThat(read(sql.getCrossReference(p, f))).hasSize(1);
    assertThat(read(sql.getXdbcTypeInfo())).isNotEmpty();
    assertThat(read(sql.getSqlInfo(new int[0]))).hasSizeGreaterThan(80);
  }

  @Test
  void aSessionIsKeptByItsCookie() throws Exception {
    sql.executeUpdate("CREATE SCHEMA s");
    sql.executeUpdate("CREATE TABLE s.only_there AS SELECT 5 AS a");
    SetSessionOptionsResult result =
        client.setSessionOptions(
            new SetSessionOptionsRequest(
                Map.of(
                    "catalog",
                    SessionOptionValueFactory.makeSessionOptionValue("mallard"),
                    "schema",
                    SessionOptionValueFactory.makeSessionOptionValue("s"),
                    "nonsense",
                    SessionOptionValueFactory.makeSessionOptionValue(1L))));

    assertThat(result.getErrors().keySet()).containsExactly("nonsense");
    assertThat(client.getSessionOptions(new GetSessionOptionsRequest()).getSessionOptions())
        .containsEntry("schema", SessionOptionValueFactory.makeSessionOptionValue("s"));
    assertThat(read(sql.execute("SELECT * FROM only_there"))).containsExactly(List.of("5"));
    assertThat(client.closeSession(new CloseSessionRequest()).getStatus())
        .isEqualTo(CloseSessionResult.Status.CLOSED);
    fails(
        () -> sql.execute("SELECT * FROM only_there"),
        FlightStatusCode.INVALID_ARGUMENT,
        "only_there");
  }

  @Test
  void aPolledQueryIsDoneInTheEnd() throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    try {
      var stub = FlightServiceGrpc.newBlockingStub(channel);
      Flight.FlightDescriptor next =
          Flight.FlightDescriptor.newBuilder()
              .setType(Flight.FlightDescriptor.DescriptorType.CMD)
              .setCmd(
                  ByteString.copyFromUtf8("SELECT count(*) FROM range(100000000) t(i), range(20)"))
              .build();
      Flight.PollInfo poll = stub.pollFlightInfo(next);
      while (poll.hasFlightDescriptor()) {
        assertThat(poll.getInfo().getEndpointCount()).isZero();
        poll = stub.pollFlightInfo(poll.getFlightDescriptor());
      }
      assertThat(poll.getProgress()).isEqualTo(1.0);
      Flight.FlightInfo info = poll.getInfo();
      assertThat(info.getTotalRecords()).isEqualTo(1);
      assertThat(read(new Ticket(info.getEndpoint(0).getTicket().getTicket().toByteArray())))
          .containsExactly(List.of("2000000000"));
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void aPolledQueryIsCancelled() {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    try {
      var stub = FlightServiceGrpc.newBlockingStub(channel);
      Flight.PollInfo poll =
          stub.pollFlightInfo(
              Flight.FlightDescriptor.newBuilder()
                  .setType(Flight.FlightDescriptor.DescriptorType.CMD)
                  .setCmd(
                      ByteString.copyFromUtf8(
                          "SELECT count(*) FROM range(100000000), range(1000000)"))
                  .build());
      assertThat(poll.hasFlightDescriptor()).isTrue();
      byte[] request =
          Flight.CancelFlightInfoRequest.newBuilder().setInfo(poll.getInfo()).build().toByteArray();
      var results =
          stub.doAction(
              Flight.Action.newBuilder()
                  .setType("CancelFlightInfo")
                  .setBody(ByteString.copyFrom(request))
                  .build());
      assertThat(
              StreamSupport.stream(((Iterable<Flight.Result>) () -> results).spliterator(), false))
          .extracting(
              result -> Flight.CancelFlightInfoResult.parseFrom(result.getBody()).getStatus())
          .containsExactly(Flight.CancelStatus.CANCEL_STATUS_CANCELLED);
      assertThatThrownBy(() -> stub.pollFlightInfo(poll.getFlightDescriptor()))
          .isInstanceOf(io.grpc.StatusRuntimeException.class);
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void aDeadlineEndsAQuery() {
    fails(
        () ->
            client.getInfo(
                command("CREATE TABLE t AS SELECT count(*) FROM range(100000000), range(1000000)"),
                org.apache.arrow.flight.CallOptions.timeout(
                    500, java.util.concurrent.TimeUnit.MILLISECONDS)),
        FlightStatusCode.TIMED_OUT,
        "");
  }
}
