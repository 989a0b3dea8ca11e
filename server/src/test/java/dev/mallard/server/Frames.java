package dev.mallard.server;

import com.google.protobuf.ByteString;
import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.SampleBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.flight.impl.Flight.Ticket;
import org.apache.arrow.vector.types.pojo.Schema;

/** FlightData messages, made by hand. */
final class Frames {
  private Frames() {}

  static FlightDescriptor path(String... path) {
    return FlightDescriptor.newBuilder()
        .setType(FlightDescriptor.DescriptorType.PATH)
        .addAllPath(List.of(path))
        .build();
  }

  static byte[] ticket(String text) {
    return Ticket.newBuilder().setTicket(ByteString.copyFromUtf8(text)).build().toByteArray();
  }

  static FlightData schema(FlightDescriptor descriptor, Schema schema) {
    return data(ArrowSchemas.message(schema)).toBuilder().setFlightDescriptor(descriptor).build();
  }

  /** Takes the message over. */
  static FlightData data(IpcMessage message) {
    try (message) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      message.body().writeTo(body);
      return FlightData.newBuilder()
          .setDataHeader(ByteString.copyFrom(message.header()))
          .setDataBody(ByteString.copyFrom(body.toByteArray()))
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A whole upload: schema, dictionaries, and {@code batches} batches. */
  static List<FlightData> upload(
      FlightDescriptor descriptor, Schema schema, int batches, int rows, long seed) {
    List<FlightData> frames = new ArrayList<>();
    frames.add(schema(descriptor, schema));
    try (LeakCheckedAllocator memory = LeakCheckedAllocator.open()) {
      for (int i = 0; i < batches; i++) {
        try (SampleBatch sample = SampleBatch.of(schema, rows, seed + i, memory.get())) {
          if (i == 0) {
            BatchEncoder.encodeDictionaries(sample.root().getSchema(), sample.dictionaries())
                .forEach(dictionary -> frames.add(data(dictionary)));
          }
          frames.add(data(BatchEncoder.encode(sample.root())));
        }
      }
    }
    return frames;
  }

  static List<byte[]> bytes(List<FlightData> frames) {
    return frames.stream().map(FlightData::toByteArray).toList();
  }
}
