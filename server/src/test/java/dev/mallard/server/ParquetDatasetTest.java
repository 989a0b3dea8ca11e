package dev.mallard.server;

import static dev.mallard.server.Tables.append;
import static dev.mallard.server.Tables.header;
import static dev.mallard.server.Tables.path;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Datasets in Parquet, over Flight: what differs from Feather. */
class ParquetDatasetTest {
  @TempDir private Path folder;
  private TestServer server;
  private FlightClient client;

  @BeforeEach
  void start() {
    server = TestServer.start(folder);
    client = server.client();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private JsonNode put(String name, long stamp, int batches, int rows) {
    return Tables.put(client, server.memory(), path(name), stamp, batches, rows);
  }

  private List<String> listed() {
    return StreamSupport.stream(client.listFlights(Criteria.ALL).spliterator(), false)
        .map(info -> String.join("|", info.getDescriptor().getPath()))
        .toList();
  }

  @Test
  void aNameWithoutExtensionIsAParquetFileThatEverybodyCanOpen() throws Exception {
    JsonNode receipt = put("/my_app/user_sessions", 4, 3, 500);

    assertThat(receipt.get("rows").asLong()).isEqualTo(1500);
    assertThat(listed()).containsExactly("/my_app/user_sessions");
    byte[] file = Files.readAllBytes(folder.resolve("my_app/user_sessions.parquet"));
    assertThat(new String(file, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("PAR1");
    assertThat(Tables.read(client, ticket("/my_app/user_sessions")))
        .isEqualTo(Tables.rows(4, 1500));
  }

  @Test
  void manySmallBatchesReadTheSameTheFirstTimeAndTheNext() {
    put("many", 1, 300, 1000);
    RawFlight raw = server.raw();

    for (int i = 0; i < 3; i++) {
      assertThat(Tables.read(client, ticket("many"))).isEqualTo(Tables.rows(1, 300_000));
    }
    FlightInfo info = client.getInfo(path("many"));
    RawReads.Received received = RawReads.all(raw, ticket("many").getBytes());
    assertThat(info.getRecords()).isEqualTo(received.rows());
    assertThat(info.getBytes()).isEqualTo(received.dataBytes());
    assertThat(received.largest()).isLessThan(ServerConfig.DEFAULT_MAX_MESSAGE_BYTES * 9 / 8);
  }

  @Test
  void endpointsAreRangesAndATicketResumes() {
    put("big", 1, 60, 10_000);
    List<Tables.Row> all = Tables.rows(1, 600_000);
    List<Tables.Row> parts = new ArrayList<>();
    FlightInfo info = client.getInfo(path("big"), header("mallard-endpoints", "3"));
    assertThat(info.getEndpoints()).hasSize(3);
    for (FlightEndpoint endpoint : info.getEndpoints()) {
      parts.addAll(Tables.read(client, endpoint.getTicket()));
    }
    assertThat(parts).isEqualTo(all);

    for (int time = 0; time < 2; time++) {
      List<Long> batches = RawReads.all(server.raw(), ticket("big").getBytes()).batches();
      ObjectNode rest =
          (ObjectNode)
              Tables.json(client.getInfo(path("big")).getEndpoints().get(0).getTicket().getBytes());
      int skipped = (int) batches.stream().limit(2).mapToLong(Long::longValue).sum();
      assertThat(Tables.read(client, ticket(rest.put("from_row", skipped).toString())))
          .isEqualTo(all.subList(skipped, all.size()));
    }
  }

  @Test
  void anAppendKeepsTheOldRows() {
    put("log", 1, 1, 10);
    Tables.read(client, ticket("log"));

    JsonNode receipt = Tables.put(client, server.memory(), append("log"), 2, 1, 10);

    assertThat(receipt.get("rows").asLong()).isEqualTo(20);
    List<Tables.Row> rows = Tables.read(client, ticket("log"));
    assertThat(rows.subList(0, 10)).isEqualTo(Tables.rows(1, 10));
    assertThat(rows.subList(10, 20)).isEqualTo(Tables.rows(2, 10));
  }

  @Test
  void bodiesAreCompressedWhenAskedFor() {
    put("x", 1, 1, 50_000);
    long plain = RawReads.all(server.raw(), ticket("x").getBytes()).dataBytes();
    for (String codec : List.of("lz4", "zstd")) {
      assertThat(
              RawReads.all(
                      server.raw(), ticket("x").getBytes(), Map.of("mallard-compression", codec))
                  .dataBytes())
          .isLessThan(plain / 2);
    }
  }

  @Test
  void aColumnThatParquetCannotHoldIsRefusedByName() {
    Schema schema =
        new Schema(
            List.of(
                Field.nullable("fine", ArrowType.Utf8.INSTANCE),
                new Field(
                    "ends",
                    new org.apache.arrow.vector.types.pojo.FieldType(
                        false, ArrowType.RunEndEncoded.INSTANCE, null),
                    List.of(
                        Field.notNullable("run_ends", new ArrowType.Int(32, true)),
                        Field.nullable("values", ArrowType.Utf8.INSTANCE)))));

    RawFlight.Outcome outcome =
        server.raw().put(List.of(Frames.schema(Frames.path("x"), schema).toByteArray()));

    assertThat(outcome.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(outcome.description()).contains("'ends'").doesNotContain("'fine'");
    assertThat(listed()).isEmpty();
  }

  @Test
  void aFolderOfPartsIsOneDatasetThatCannotBeChanged() throws Exception {
    put("a", 1, 1, 10);
    put("b", 2, 1, 10);
    Path year = Files.createDirectories(folder.resolve("sales/year=2024"));
    Path next = Files.createDirectories(folder.resolve("sales/year=2025"));
    Files.move(folder.resolve("a.parquet"), year.resolve("part-0.parquet"));
    Files.move(folder.resolve("b.parquet"), next.resolve("part-0.parquet"));
    Files.createFile(folder.resolve("sales/_SUCCESS"));

    assertThat(listed()).containsExactly("sales");
    FlightInfo info = client.getInfo(path("sales"));
    assertThat(info.getRecords()).isEqualTo(20);
    assertThat(info.getSchema().getFields())
        .extracting(Field::getName)
        .containsExactly("stamp", "row", "year");
    assertThat(Tables.read(client, ticket("sales")))
        .containsExactlyElementsOf(
            java.util.stream.Stream.concat(Tables.rows(1, 10).stream(), Tables.rows(2, 10).stream())
                .toList());
    assertThatThrownBy(() -> put("sales", 3, 1, 1)).hasMessageContaining("read-only");
    assertThatThrownBy(() -> put("sales/new", 3, 1, 1)).hasMessageContaining("'sales'");
  }

  @Test
  void namesThatWouldMakeAFolderADatasetAreRefused() {
    put("plain/one", 1, 1, 1);

    for (String name : List.of("y=1/x", "plain/y=1/x", "x.parquet/y", "plain/part-1")) {
      assertThatThrownBy(() -> put(name, 1, 1, 1)).as(name).hasMessageContaining("one dataset");
    }
    assertThat(listed()).containsExactly("plain/one");
  }

  @Test
  void damagedFilesAreReported() throws Exception {
    put("good", 1, 3, 1000);
    byte[] bytes = Files.readAllBytes(folder.resolve("good.parquet"));
    Files.write(folder.resolve("cut.parquet"), Arrays.copyOf(bytes, bytes.length / 2));
    Files.write(folder.resolve("text.parquet"), "a,b,c".getBytes(StandardCharsets.UTF_8));
    byte[] footer = bytes.clone();
    Arrays.fill(footer, bytes.length - 300, bytes.length - 20, (byte) 0x7e);
    Files.write(folder.resolve("footer.parquet"), footer);
    byte[] pages = bytes.clone();
    Arrays.fill(pages, 4, 400, (byte) 0x7e);
    Files.write(folder.resolve("pages.parquet"), pages);

    assertThat(listed()).contains("good").doesNotContain("cut.parquet", "text.parquet");
    for (String name : List.of("cut", "text", "footer", "pages")) {
      RawFlight.Outcome outcome = server.raw().ask("DoGet", Frames.ticket(name));
      assertThat(outcome.code())
          .as(name + ": " + outcome.description())
          .isEqualTo(Status.Code.DATA_LOSS);
      assertThat(outcome.description()).doesNotContain(folder.toString(), "Exception");
    }
    assertThat(Tables.read(client, ticket("good"))).isEqualTo(Tables.rows(1, 3000));
  }
}
