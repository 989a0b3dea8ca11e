package dev.mallard.server;

import static dev.mallard.server.Tables.path;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.BatchLoader;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MemoryBody;
import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.SampleFields;
import dev.mallard.testing.VectorValues;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of uploads, of every type, each broken in one way or two. None may hurt the server, and
 * what it takes it must give back whole.
 */
class UploadFuzzTest {
  private static final int BASES = 64;
  private static final int MUTATIONS = 50;
  private static final int AT_A_TIME = 16;

  @TempDir private Path folder;

  @Test
  void brokenUploadsAreRefusedOrReadableAndLeaveNothing() throws Exception {
    Map<Status.Code, Integer> outcomes = new EnumMap<>(Status.Code.class);
    try (TestServer server =
        TestServer.start(folder, TestConfig.of(folder).memoryBytes(1L << 28))) {
      try (RawFlight raw = new RawFlight(server.server().port())) {
        upload(raw, outcomes);
        server.awaitIdle();
        readEverything(server, raw);
      }
      for (String name : List.of("good.feather", "good.parquet")) {
        Tables.put(server.client(), server.memory(), path(name), 1, 2, 10);
        assertThat(Tables.read(server.client(), ticket(name))).isEqualTo(Tables.rows(1, 20));
      }
    }

    assertThat(outcomes.keySet())
        .as("%s", outcomes)
        .isSubsetOf(
            Status.Code.OK,
            Status.Code.INVALID_ARGUMENT,
            Status.Code.RESOURCE_EXHAUSTED,
            // A changed descriptor may ask for an append, or for SQL.
            Status.Code.NOT_FOUND,
            Status.Code.UNIMPLEMENTED);
    assertThat(outcomes.values().stream().mapToInt(i -> i).sum()).isEqualTo(BASES * MUTATIONS);
    assertThat(outcomes.get(Status.Code.OK)).as("%s", outcomes).isGreaterThan(100);
    assertThat(outcomes.get(Status.Code.INVALID_ARGUMENT)).as("%s", outcomes).isGreaterThan(1000);
  }

  private static void upload(RawFlight raw, Map<Status.Code, Integer> outcomes) {
    Deque<RawFlight.Call> running = new ArrayDeque<>();
    for (int base = 0; base < BASES; base++) {
      Random random = new Random(base);
      Schema schema = someColumns(random);
      UploadMutator mutator = new UploadMutator(random);
      String extension = base % 2 == 0 ? "feather" : "parquet";
      for (int i = 0; i < MUTATIONS; i++) {
        List<FlightData> good =
            Frames.upload(
                Frames.path("fuzz/f%d-%d.%s".formatted(base, i, extension)), schema, 2, 9, 3);
        if (running.size() == AT_A_TIME) {
          count(running.remove(), outcomes);
        }
        RawFlight.Call call = raw.doPut();
        call.request(100);
        mutator.mutate(good).forEach(call::send);
        call.end();
        running.add(call);
      }
    }
    running.forEach(call -> count(call, outcomes));
  }

  private static void count(RawFlight.Call call, Map<Status.Code, Integer> outcomes) {
    RawFlight.Outcome outcome = call.outcome();
    outcomes.merge(outcome.code(), 1, Integer::sum);
    if (!outcome.status().isOk()) {
      assertThat(outcome.description()).doesNotContain("Exception", "\tat ", ".java", ".mallard");
    }
  }

  private static Schema someColumns(Random random) {
    List<Field> all = SampleFields.everyType().getFields();
    List<Field> some = new ArrayList<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      some.add(all.get(random.nextInt(all.size())));
    }
    return new Schema(some.stream().distinct().toList(), Map.of("key", "value"));
  }

  private static void readEverything(TestServer server, RawFlight raw) throws Exception {
    List<String> broken = new ArrayList<>();
    for (FlightInfo info : server.client().listFlights(org.apache.arrow.flight.Criteria.ALL)) {
      String name = String.join("/", info.getDescriptor().getPath());
      List<FlightData> messages = RawReads.all(raw, ticket(name).getBytes()).messages();
      try (LeakCheckedAllocator memory = LeakCheckedAllocator.open()) {
        assertThat(rows(messages, memory.get())).as(name).isEqualTo(info.getRecords());
      } catch (RuntimeException | AssertionError e) {
        broken.add(name + ": " + e + ", caused by " + e.getCause());
      }
    }
    assertThat(broken).as("accepted, but not whole").isEmpty();
  }

  /** Loads every batch, looks at every value, and counts the rows. */
  private static long rows(List<FlightData> messages, BufferAllocator memory) throws IOException {
    Schema schema = ArrowSchemas.read(messages.get(0).getDataHeader().asReadOnlyByteBuffer());
    if (schema.getFields().stream().anyMatch(UploadFuzzTest::hasNoVector)) {
      return RawReads.describe(messages).rows();
    }
    long rows = 0;
    try (BatchLoader loader = new BatchLoader(schema, memory)) {
      for (FlightData data : messages.subList(1, messages.size())) {
        try (IpcMessage message = message(data, memory)) {
          loader.load(message);
          if (message.kind() == IpcMessage.Kind.RECORD_BATCH) {
            rows += VectorValues.rows(loader.root(), loader.dictionaries()).size();
          }
        }
      }
    }
    return rows;
  }

  /** Fixed-size binaries of no bytes are valid, but arrow-java divides by their width. */
  private static boolean hasNoVector(Field field) {
    return (field.getType() instanceof ArrowType.FixedSizeBinary binary
            && binary.getByteWidth() == 0)
        || field.getChildren().stream().anyMatch(UploadFuzzTest::hasNoVector);
  }

  private static IpcMessage message(FlightData data, BufferAllocator memory) {
    ArrowBuf body = memory.buffer(data.getDataBody().size());
    body.writeBytes(data.getDataBody().toByteArray());
    return new IpcMessage(
        data.getDataHeader().asReadOnlyByteBuffer(), new MemoryBody(List.of(body)), null);
  }
}
