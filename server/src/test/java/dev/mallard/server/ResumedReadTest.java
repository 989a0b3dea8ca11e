package dev.mallard.server;

import static dev.mallard.server.Tables.path;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mallard.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transfers that go on at a row, on a server that may cut its batches otherwise by then. */
class ResumedReadTest {
  private static final int ROWS = 400_000;

  @TempDir private Path folder;

  private static ObjectNode planned(TestServer server, String name) {
    return (ObjectNode)
        Tables.json(
            server.client().getInfo(path(name)).getEndpoints().get(0).getTicket().getBytes());
  }

  private static List<Tables.Row> from(TestServer server, ObjectNode plan, long row) {
    return Tables.read(server.client(), ticket(plan.deepCopy().put("from_row", row).toString()));
  }

  private static List<Long> batches(TestServer server, ObjectNode plan) {
    return RawReads.all(server.raw(), ticket(plan.toString()).getBytes()).batches();
  }

  /** Rows at which the batches of one cutting end, and some within them. */
  private static List<Long> boundaries(List<Long> batches) {
    List<Long> rows = new ArrayList<>(List.of(0L, 1L, ROWS - 1L, (long) ROWS));
    long row = 0;
    for (long batch : batches) {
      row += batch;
      rows.add(row);
      rows.add(row - batch / 3);
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sales.feather", "sales.parquet"})
  void aServerThatCutsOtherwiseGoesOnAtTheSameRow(String name) throws Exception {
    List<Tables.Row> all = Tables.rows(1, ROWS);
    ObjectNode plan;
    List<Long> before;
    try (TestServer server =
        TestServer.start(folder, TestConfig.of(folder).maxMessageBytes(300_000))) {
      Tables.put(server.client(), server.memory(), path(name), 1, 4, ROWS / 4);
      plan = planned(server, name);
      before = batches(server, plan);
    }
    for (long limit : new long[] {70_000, 1 << 20, 64 << 20}) {
      try (TestServer server =
          TestServer.start(folder, TestConfig.of(folder).maxMessageBytes(limit))) {
        assertThat(batches(server, plan)).isNotEqualTo(before);
        for (long row : boundaries(before)) {
          assertThat(from(server, plan, row))
              .as("from row %d", row)
              .isEqualTo(all.subList((int) row, ROWS));
        }
      }
    }
  }

  @Test
  void aFirstReadOfParquetGoesOnFromItsFormAndTheOtherWayRound() throws Exception {
    List<Tables.Row> all = Tables.rows(1, ROWS);
    try (TestServer forms = TestServer.start(folder)) {
      Tables.put(forms.client(), forms.memory(), path("sales"), 1, 40, ROWS / 40);
      ObjectNode plan = planned(forms, "sales");
      List<Long> decoded = batches(forms, plan);
      Await.until("the form is there", () -> !forms(folder).isEmpty());
      for (long row : boundaries(decoded)) {
        assertThat(from(forms, plan, row)).isEqualTo(all.subList((int) row, ROWS));
      }
      // Somebody empties the cache: what was read from the form goes on from the file.
      List<Long> formed = batches(forms, plan);
      for (long row : boundaries(formed).subList(0, 8)) {
        Await.until("the form is there", () -> !forms(folder).isEmpty());
        for (Path form : forms(folder)) {
          Files.delete(form);
        }
        assertThat(from(forms, plan, row)).isEqualTo(all.subList((int) row, ROWS));
      }
    }
  }

  private static List<Path> forms(Path folder) {
    return TestServer.files(folder.resolve(".mallard/cache")).stream()
        .filter(file -> file.toString().endsWith(".arrow"))
        .toList();
  }

  @Test
  void aPartOfADatasetIsCountedFromItsOwnBeginning() throws Exception {
    try (TestServer server = TestServer.start(folder)) {
      Tables.put(server.client(), server.memory(), path("sales.feather"), 1, 4, 100);
      ObjectNode part = planned(server, "sales.feather");
      part.putArray("rows").add(100).add(300);

      assertThat(from(server, part, 150)).isEqualTo(Tables.rows(1, 300).subList(250, 300));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lz4", "zstd"})
  void theRestIsCompressedAsItWas(String codec) throws Exception {
    try (TestServer server = TestServer.start(folder)) {
      Tables.put(server.client(), server.memory(), path("sales.feather"), 1, 1, 100_000);
      ObjectNode plan = planned(server, "sales.feather").put("from_row", 99_000);

      RawReads.Received rest =
          RawReads.all(
              server.raw(),
              ticket(plan.toString()).getBytes(),
              Map.of("mallard-compression", codec));

      assertThat(rest.rows()).isEqualTo(1000);
      assertThat(rest.dataBytes()).isLessThan(8000);
    }
  }

  @Test
  void aTicketThatCountsBatchesIsRefusedWithTheRemedy() throws Exception {
    try (TestServer server = TestServer.start(folder)) {
      Tables.put(server.client(), server.memory(), path("sales.feather"), 1, 4, 100);
      String old = planned(server, "sales.feather").put("from_batch", 2).toString();

      assertThatThrownBy(() -> Tables.read(server.client(), ticket(old)))
          .isInstanceOfSatisfying(
              FlightRuntimeException.class,
              e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.INVALID_ARGUMENT))
          .hasMessageContaining("set from_row to the number of rows that have arrived");
    }
  }
}
