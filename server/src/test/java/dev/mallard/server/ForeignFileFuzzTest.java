package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.mallard.testing.SampleFields;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.flight.impl.Flight.Ticket;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files that somebody put into the folder, read in every way that looks into them: cut into
 * small messages, compressed, from the middle. A damaged file is DATA_LOSS, never our fault.
 */
class ForeignFileFuzzTest {
  private static final int BASES = 30;
  private static final int DAMAGED_EACH = 12;

  @TempDir private Path place;

  @Test
  void damagedFilesAreReadAsFarAsTheyGoOrReported() throws Exception {
    Path made = Files.createDirectory(place.resolve("made"));
    makeGoodFiles(made);
    Path folder = Files.createDirectory(place.resolve("data"));
    int files = damage(made, folder);
    Map<Status.Code, Integer> outcomes = new EnumMap<>(Status.Code.class);
    List<String> faults = new ArrayList<>();

    try (TestServer server =
            TestServer.start(folder, TestConfig.of(folder).readOnly().maxMessageBytes(2048));
        RawFlight raw = new RawFlight(server.server().port())) {
      for (int i = 0; i < files; i++) {
        for (Map<String, String> headers :
            List.<Map<String, String>>of(
                Map.of(),
                Map.of("mallard-compression", "lz4"),
                Map.of("mallard-compression", "zstd"))) {
          RawFlight.Call call = raw.doGet(ticket("f" + i), headers);
          call.request(1_000_000);
          RawFlight.Outcome outcome = call.outcome();
          outcomes.merge(outcome.code(), 1, Integer::sum);
          if (!List.of(Status.Code.OK, Status.Code.DATA_LOSS, Status.Code.RESOURCE_EXHAUSTED)
              .contains(outcome.code())) {
            faults.add("f" + i + " " + headers + ": " + outcome.status());
          }
        }
      }
    }
    assertThat(faults).as("%s", outcomes).isEmpty();
    assertThat(outcomes.get(Status.Code.OK)).as("%s", outcomes).isGreaterThan(100);
    assertThat(outcomes.get(Status.Code.DATA_LOSS)).as("%s", outcomes).isGreaterThan(100);
  }

  private static byte[] ticket(String name) {
    return Ticket.newBuilder().setTicket(ByteString.copyFromUtf8(name)).build().toByteArray();
  }

  private static void makeGoodFiles(Path made) throws Exception {
    List<Field> all = SampleFields.everyType().getFields();
    try (TestServer server = TestServer.start(made)) {
      for (int base = 0; base < BASES; base++) {
        Random random = new Random(base);
        List<Field> some = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          some.add(all.get((base * 3 + i) % all.size()));
        }
        RawFlight.Outcome outcome =
            server
                .raw()
                .put(
                    Frames.bytes(
                        Frames.upload(
                            Frames.path("g" + base + ".feather"),
                            new Schema(some),
                            2,
                            150,
                            random.nextInt())));
        assertThat(outcome.status().isOk()).as(outcome.description()).isTrue();
      }
    }
  }

  private static int damage(Path made, Path folder) throws Exception {
    int files = 0;
    for (int base = 0; base < BASES; base++) {
      byte[] good = Files.readAllBytes(made.resolve("g" + base + ".feather"));
      Random random = new Random(1000 + base);
      for (int i = 0; i < DAMAGED_EACH; i++) {
        byte[] bad = good.clone();
        damage(bad, random);
        Files.write(folder.resolve("f" + files++ + ".feather"), bad);
      }
    }
    return files;
  }

  private static void damage(byte[] bytes, Random random) {
    int near = random.nextBoolean() ? markerIn(bytes, random) : random.nextInt(bytes.length - 8);
    switch (random.nextInt(4)) {
      case 0 -> bytes[near] ^= (byte) (1 << random.nextInt(8));
      case 1 -> Arrays.fill(bytes, near, Math.min(bytes.length, near + 64), (byte) 0xee);
      case 2 ->
          ByteBuffer.wrap(bytes)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(near & ~3, random.nextBoolean() ? -1 : Integer.MAX_VALUE - 7);
      default ->
          ByteBuffer.wrap(bytes)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(near & ~3, random.nextInt(1000));
    }
  }

  /** A place inside one of the messages' headers, which follow a marker of four 0xff. */
  private static int markerIn(byte[] bytes, Random random) {
    List<Integer> found = new ArrayList<>();
    for (int at = 8; at + 300 < bytes.length; at += 8) {
      if (bytes[at] == -1 && bytes[at + 1] == -1 && bytes[at + 2] == -1 && bytes[at + 3] == -1) {
        found.add(at);
      }
    }
    return found.isEmpty() ? 8 : found.get(random.nextInt(found.size())) + random.nextInt(250);
  }
}
