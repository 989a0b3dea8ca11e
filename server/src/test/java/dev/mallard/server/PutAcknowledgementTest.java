package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.apache.arrow.flight.impl.Flight.PutResult;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client that counts its acknowledgements gets. */
class PutAcknowledgementTest {
  private static final Schema WORDS =
      new Schema(
          List.of(
              new Field(
                  "word",
                  new FieldType(true, new ArrowType.Utf8(), new DictionaryEncoding(1, false, null)),
                  null)));

  @TempDir private Path folder;

  /** Go's client writes a batch's app_metadata on the dictionaries that go with it, too. */
  @Test
  void eachBatchIsAcknowledgedOnceAndNoDictionary() throws Exception {
    try (TestServer server = TestServer.start(folder)) {
      for (String name : List.of("words.feather", "words.parquet")) {
        List<FlightData> frames = new ArrayList<>();
        int batches = 3;
        for (FlightData frame : Frames.upload(Frames.path(name), WORDS, batches, 10, 1)) {
          ByteString tag = ByteString.copyFromUtf8("frame " + frames.size());
          frames.add(frames.isEmpty() ? frame : frame.toBuilder().setAppMetadata(tag).build());
        }
        assertThat(frames).hasSize(1 + 1 + batches);

        RawFlight.Outcome outcome = server.raw().put(Frames.bytes(frames));

        assertThat(outcome.code()).as(outcome.description()).isEqualTo(Status.Code.OK);
        List<String> replies = new ArrayList<>();
        for (byte[] message : outcome.messages()) {
          replies.add(PutResult.parseFrom(message).getAppMetadata().toStringUtf8());
        }
        assertThat(replies.subList(0, replies.size() - 1))
            .containsExactly("frame 2", "frame 3", "frame 4");
        assertThat(replies.get(batches)).startsWith("{").contains("\"rows\":30");
      }
    }
  }
}
