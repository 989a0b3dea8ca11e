package dev.mallard.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.client.MallardClient.PutMode;
import dev.mallard.testing.Await;
import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.SampleBatch;
import dev.mallard.testing.SampleFields;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Servers that do not keep to the protocol, or stop in the middle. */
final class StrangeServersTest {
  private static final Schema SCHEMA = new Schema(SampleFields.flat());
  private static final Ticket TICKET = new Ticket("ducks".getBytes());

  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();
  private byte[] schema;
  private byte[] batch;

  @BeforeEach
  void makeFrames() throws IOException {
    schema = frame(ArrowSchemas.message(SCHEMA));
    try (SampleBatch sample = SampleBatch.of(SCHEMA, 20, 1, memory.get());
        IpcMessage message = BatchEncoder.encode(sample.root())) {
      batch = frame(message);
    }
  }

  private static byte[] frame(IpcMessage message) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    message.body().writeTo(body);
    return Flight.FlightData.newBuilder()
        .setDataHeader(ByteString.copyFrom(message.header()))
        .setDataBody(ByteString.copyFrom(body.toByteArray()))
        .build()
        .toByteArray();
  }

  /** Reads to the end: the rows, or the error. */
  private static long rows(ResultStream stream) {
    long rows = 0;
    for (IpcMessage next = stream.next(); next != null; next = stream.next()) {
      rows += next.rows();
      next.close();
    }
    return rows;
  }

  private static long read(byte[]... frames) throws Exception {
    try (ScriptedServer server =
            ScriptedServer.get(
                call -> {
                  List.of(frames).forEach(call::onNext);
                  call.onCompleted();
                });
        MallardClient client = MallardClient.connect(server.address());
        ResultStream stream = client.open(TICKET)) {
      return rows(stream);
    }
  }

  private static void assertRefused(String words, byte[]... frames) {
    assertThatThrownBy(() -> read(frames))
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.INTERNAL))
        .hasMessageContaining(words);
  }

  @Test
  void framesOfMetadataAloneArePassedOver() throws Exception {
    byte[] metadata =
        Flight.FlightData.newBuilder()
            .setAppMetadata(ByteString.copyFromUtf8("half way"))
            .build()
            .toByteArray();
    assertThat(read(metadata, schema, metadata, metadata, batch, metadata, batch)).isEqualTo(40);
  }

  @Test
  void aStreamWithoutASchemaIsRefused() {
    assertRefused("sent no schema");
    assertRefused("sent no schema", batch, schema);
  }

  @Test
  void aSecondSchemaIsRefused() {
    assertRefused("sent a second schema", schema, batch, schema, batch);
  }

  @Test
  void aDamagedFrameIsRefusedWhereverItIs() {
    byte[] damaged = Arrays.copyOf(batch, batch.length - 1);
    assertRefused("not Arrow data", damaged);
    assertRefused("not Arrow data", schema, damaged);
    assertRefused("not Arrow data", schema, batch, batch, batch, batch, batch, batch, damaged);
    assertRefused("not Arrow data", schema, "ducks".getBytes());
  }

  @Test
  void aServerThatFailsInTheMiddleLosesNoBatchBeforeThat() throws Exception {
    try (ScriptedServer server =
            ScriptedServer.get(
                call -> {
                  call.onNext(schema);
                  call.onNext(batch);
                  call.onError(
                      Status.DEADLINE_EXCEEDED.withDescription("too slow").asRuntimeException());
                });
        MallardClient client = MallardClient.connect(server.address());
        ResultStream stream = client.open(TICKET)) {
      stream.next().close();
      for (int again = 0; again < 2; again++) {
        assertThatThrownBy(stream::next)
            .isInstanceOfSatisfying(
                FlightRuntimeException.class,
                e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.TIMED_OUT))
            .hasMessageContaining("too slow");
      }
    }
  }

  @Test
  void aStreamThatStandsStillIsCancelledFromAnotherThread() throws Exception {
    AtomicBoolean cancelled = new AtomicBoolean();
    try (ScriptedServer server =
            ScriptedServer.get(
                call -> {
                  call.setOnCancelHandler(() -> cancelled.set(true));
                  call.onNext(schema);
                });
        MallardClient client = MallardClient.connect(server.address());
        ResultStream stream = client.open(TICKET)) {
      stream.schema();
      Thread other = new Thread(stream::cancel);
      other.start();
      assertThatThrownBy(stream::next)
          .isInstanceOfSatisfying(
              FlightRuntimeException.class,
              e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.CANCELLED));
      other.join();
      Await.until("the server hears of it", cancelled::get);
    }
  }

  @Test
  void onlySoManyMessagesComeAsAreWanted() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    try (ScriptedServer server =
            ScriptedServer.get(
                call -> {
                  call.onNext(schema);
                  for (int i = 0; i < 10; i++) {
                    call.onNext(batch);
                  }
                  call.onCompleted();
                  done.set(true);
                });
        MallardClient client = MallardClient.connect(server.address());
        ResultStream stream = client.open(TICKET)) {
      Await.until("the window is full", () -> stream.waiting() == ResultStream.WINDOW);
      Await.until("the server has sent all", done::get);
      assertThat(stream.waiting()).isEqualTo(ResultStream.WINDOW);
      assertThat(rows(stream)).isEqualTo(200);
    }
  }

  @Test
  void anUploadThatTheServerEndsEarlyFails() throws Exception {
    try (ScriptedServer server =
            ScriptedServer.put(
                answer -> {
                  answer.onCompleted();
                  return new Ignored();
                });
        MallardClient client = MallardClient.connect(server.address());
        SampleBatch sample = SampleBatch.of(SCHEMA, 20, 1, memory.get());
        IpcMessage message = BatchEncoder.encode(sample.root());
        Upload upload = client.upload("ducks", SCHEMA, PutMode.REPLACE)) {
      assertThatThrownBy(() -> Await.until("the server's end", () -> sendAndGoOn(upload, message)))
          .isInstanceOf(FlightRuntimeException.class)
          .hasMessageContaining("the server ended the upload early");
    }
  }

  private static boolean sendAndGoOn(Upload upload, IpcMessage message) {
    upload.send(message);
    return false;
  }

  /** What a server says that is not JSON is for nobody, but no error. */
  @Test
  void aReplyThatIsNoJsonIsNoReply() throws Exception {
    byte[] reply =
        Flight.PutResult.newBuilder()
            .setAppMetadata(ByteString.copyFromUtf8("ok, thanks"))
            .build()
            .toByteArray();
    try (ScriptedServer server =
            ScriptedServer.put(
                answer -> {
                  answer.onNext(reply);
                  return new Ignored() {
                    @Override
                    public void onCompleted() {
                      answer.onCompleted();
                    }
                  };
                });
        MallardClient client = MallardClient.connect(server.address());
        Upload upload = client.upload("ducks", SCHEMA, PutMode.REPLACE)) {
      assertThat(upload.finish().isMissingNode()).isTrue();
      assertThat(upload.reply()).asString().isEqualTo("ok, thanks");
    }
  }

  private static class Ignored implements StreamObserver<byte[]> {
    @Override
    public void onNext(byte[] frame) {}

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {}
  }
}
