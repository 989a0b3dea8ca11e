package dev.mallard.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.BatchLoader;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.client.MallardClient.PutMode;
import dev.mallard.testing.Await;
import dev.mallard.testing.LeakCheckedAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The client beside arrow-java's own server. */
final class MallardClientTest {
  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();
  private ForeignServer server;
  private MallardClient client;

  @BeforeEach
  void start() throws IOException {
    server = new ForeignServer();
    client = MallardClient.connect(ServerAddress.plain("127.0.0.1", server.port()));
  }

  /** A client that has memory left fails here. */
  @AfterEach
  void stop() throws Exception {
    client.close();
    server.close();
  }

  private List<Long> ids(String name) throws IOException {
    List<Long> ids = new ArrayList<>();
    try (ResultStream stream = client.open(new Ticket(name.getBytes()));
        BatchLoader loader = new BatchLoader(stream.schema(), client.allocator())) {
      for (IpcMessage next = stream.next(); next != null; next = stream.next()) {
        try (IpcMessage message = next) {
          loader.load(message);
          BigIntVector column = (BigIntVector) loader.root().getVector(0);
          for (int i = 0; i < column.getValueCount(); i++) {
            ids.add(column.get(i));
          }
        }
      }
      return ids;
    }
  }

  private IpcMessage batch(long... values) {
    BufferAllocator allocator = memory.get();
    try (VectorSchemaRoot root = VectorSchemaRoot.create(ForeignServer.SCHEMA, allocator)) {
      BigIntVector ids = (BigIntVector) root.getVector(0);
      for (int i = 0; i < values.length; i++) {
        ids.setSafe(i, values[i]);
      }
      root.setRowCount(values.length);
      return BatchEncoder.encode(root);
    }
  }

  private static void assertCode(FlightStatusCode code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            FlightRuntimeException.class, e -> assertThat(e.status().code()).isEqualTo(code));
  }

  @Test
  void listsWhatTheCriteriaSelect() {
    server.add("ducks/a", 1);
    server.add("ducks/b", 2);
    server.add("geese", 3);
    assertThat(client.list("")).hasSize(3);
    assertThat(client.list("ducks/"))
        .extracting(FlightInfo::getRecords)
        .containsExactlyInAnyOrder(1L, 2L);
    assertThat(client.list("swans")).isEmpty();
  }

  @Test
  void infoHasSchemaAndSizes() {
    server.add("ducks", 5);
    FlightInfo info = client.info("ducks");
    assertThat(info.getRecords()).isEqualTo(5);
    assertThat(info.getSchema().getFields()).extracting(Field::getName).containsExactly("id");
    assertThat(client.schema("ducks")).isEqualTo(ForeignServer.SCHEMA);
    client.info("ducks", 4);
    client.plan("ducks");
    assertThat(server.asked)
        .containsExactly(
            "info ducks", "info ducks", "info ducks mallard-endpoints=4", "info ducks");
  }

  @Test
  void getsEveryRowOnce() throws IOException {
    for (int rows : new int[] {0, 1, 100, 1234}) {
      server.add("ducks", rows);
      assertThat(ids("ducks")).isEqualTo(server.datasets.get("ducks"));
    }
  }

  @Test
  void askingForOneAtATimeGetsTheSame() throws IOException {
    server.add("ducks", 1234);
    try (ResultStream stream = client.open(new Ticket("ducks".getBytes()), 0)) {
      List<Long> sizes = new ArrayList<>();
      for (IpcMessage next = stream.next(); next != null; next = stream.next()) {
        try (IpcMessage message = next) {
          sizes.add(message.rows());
        }
        assertThat(stream.waiting()).isZero();
      }
      assertThat(sizes).hasSize(13).endsWith(34L);
    }
  }

  @Test
  void putsWhatIsSentAndReturnsTheServersReply() throws IOException {
    try (Upload upload = client.upload("ducks", ForeignServer.SCHEMA, PutMode.APPEND);
        IpcMessage first = batch(7, 8);
        IpcMessage second = batch(9)) {
      upload.send(first);
      upload.send(second);
      assertThat(upload.finish().path("rows").asInt()).isEqualTo(3);
    }
    assertThat(ids("ducks")).containsExactly(7L, 8L, 9L);
    assertThat(server.asked).containsExactly("put ducks mallard-put-mode=append");
  }

  @Test
  void anUploadWithoutBatchesIsADatasetWithoutRows() throws IOException {
    try (Upload upload = client.upload("ducks", ForeignServer.SCHEMA, PutMode.REPLACE)) {
      assertThat(upload.finish().path("rows").asInt()).isZero();
    }
    assertThat(ids("ducks")).isEmpty();
    assertThat(server.asked).containsExactly("put ducks");
  }

  @Test
  void actionsAreWhatTheDocumentSays() {
    server.add("ducks", 1);
    assertThat(client.versions("ducks"))
        .containsExactly(
            new DatasetVersion("b", true, "2026-11-22T00:00:00Z", 7, -1),
            new DatasetVersion("a", false, "2026-11-22T00:00:00Z", 7, -1));
    assertThat(client.restore("ducks", "a").id()).isEqualTo("c");
    client.drop("ducks");
    assertThat(server.datasets).isEmpty();
    assertThat(server.asked)
        .containsExactly(
            "list_versions ducks",
            "restore_version {\"name\":\"ducks\",\"version\":\"a\"}",
            "drop_dataset ducks");
  }

  @Test
  void aServerThatDoesNotSpeakFlightSqlHasNoVersion() {
    assertThat(client.serverVersion()).isEmpty();
  }

  /** Those that flight-core can send: what it does not know is INTERNAL or UNKNOWN to it. */
  @ParameterizedTest
  @EnumSource(
      value = FlightStatusCode.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"OK"})
  void everyErrorComesWithItsCodeAndTheServersWords(FlightStatusCode code) {
    String name = "status/" + code;
    for (Runnable call :
        List.<Runnable>of(
            () -> client.info(name),
            () -> client.schema(name),
            () -> client.plan(name),
            () -> client.versions(name),
            () -> readAll(name),
            () -> uploadTo(name))) {
      assertThatThrownBy(call::run)
          .isInstanceOfSatisfying(
              FlightRuntimeException.class,
              e -> assertThat(e.status().code()).as(String.valueOf(call)).isEqualTo(code))
          .hasMessageContaining(ForeignServer.REFUSAL);
    }
  }

  private void readAll(String name) {
    try (ResultStream stream = client.open(new Ticket(name.getBytes()))) {
      stream.next();
    }
  }

  private void uploadTo(String name) {
    try (Upload upload = client.upload(name, ForeignServer.SCHEMA, PutMode.REPLACE);
        IpcMessage batch = batch(1)) {
      upload.send(batch);
      upload.finish();
    }
  }

  @Test
  void aDatasetThatIsNotThereIsNotFound() {
    assertCode(FlightStatusCode.NOT_FOUND, () -> client.info("geese"));
    assertCode(FlightStatusCode.NOT_FOUND, () -> readAll("geese"));
  }

  @Test
  void aServerThatIsNotThereIsUnavailable() throws Exception {
    server.close();
    assertCode(FlightStatusCode.UNAVAILABLE, () -> client.list(""));
    assertCode(FlightStatusCode.UNAVAILABLE, () -> readAll("ducks"));
    assertCode(FlightStatusCode.UNAVAILABLE, () -> uploadTo("ducks"));
  }

  @Test
  void aStreamThatIsClosedEarlyLeavesNothing() throws IOException {
    server.add("ducks", 100_000);
    try (ResultStream stream = client.open(new Ticket("ducks".getBytes()))) {
      stream.next().close();
    }
    assertThat(client.allocator().getAllocatedMemory()).isZero();
    assertThat(ids("ducks")).hasSize(100_000);
  }

  @Test
  void cancelAllEndsWhatIsUnderWay() {
    server.add("ducks", 100_000);
    try (ResultStream stream = client.open(new Ticket("ducks".getBytes()), 0);
        Upload upload = client.upload("geese", ForeignServer.SCHEMA, PutMode.REPLACE);
        IpcMessage batch = batch(1)) {
      stream.schema();
      upload.send(batch);
      client.cancelAll();
      assertCode(FlightStatusCode.CANCELLED, () -> drain(stream));
      assertCode(FlightStatusCode.CANCELLED, () -> upload.send(batch));
      assertCode(FlightStatusCode.CANCELLED, upload::finish);
    }
    assertThat(server.datasets).containsOnlyKeys("ducks");
  }

  private static void drain(ResultStream stream) {
    for (IpcMessage next = stream.next(); next != null; next = stream.next()) {
      next.close();
    }
  }

  @Test
  void whoeverIsInterruptedWhileItWaitsGoesOnInterrupted() {
    server.add("ducks", 100_000);
    try (ResultStream stream = client.open(new Ticket("ducks".getBytes()), 0)) {
      Thread.currentThread().interrupt();
      assertCode(FlightStatusCode.CANCELLED, () -> drain(stream));
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  /** A thread that is to stop still closes everything. */
  @Test
  void closesAlsoWhenInterrupted() {
    client.list("");
    Thread.currentThread().interrupt();
    client.close();
    assertThat(Thread.interrupted()).isTrue();
    Await.until("the connection's thread is gone", () -> !hasThread("mallard-client"));
    client = MallardClient.connect(ServerAddress.plain("127.0.0.1", server.port()));
  }

  private static boolean hasThread(String name) {
    return Thread.getAllStackTraces().keySet().stream().anyMatch(t -> t.getName().startsWith(name));
  }

  @Test
  void speaksToIpv6() throws Exception {
    try (ForeignServer here = new ForeignServer(Location.forGrpcInsecure("::1", 0));
        MallardClient there =
            MallardClient.connect(ServerUri.parse("grpc://[::1]:" + here.port()).address())) {
      here.add("ducks", 1);
      assertThat(there.list("")).hasSize(1);
    }
  }

  @Test
  void onlyOurOwnTicketsAreResumed() {
    Ticket ticket = new Ticket("{\"dataset\":\"a.parquet\"}".getBytes());
    Ticket once = MallardClient.resumed(ticket, 3);
    assertThat(once.getBytes()).asString().isEqualTo("{\"dataset\":\"a.parquet\",\"from_row\":3}");
    assertThat(MallardClient.resumed(once, 4).getBytes())
        .asString()
        .isEqualTo("{\"dataset\":\"a.parquet\",\"from_row\":7}");
    assertThatThrownBy(() -> MallardClient.resumed(new Ticket("ducks".getBytes()), 3))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
