package dev.mallard.flight.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.catalog.Catalog;
import dev.mallard.catalog.Dataset;
import dev.mallard.store.RowRange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.flight.impl.Flight.FlightEndpoint;
import org.apache.arrow.flight.impl.Flight.FlightInfo;
import org.apache.arrow.vector.types.pojo.Schema;

/** Describes datasets to clients: schema, sizes, and the tickets to read them with. */
final class Plans {
  private Plans() {}

  /** A listing's line: no promise that this very version stays. */
  static FlightInfo listed(Dataset dataset) {
    FlightDescriptor descriptor =
        FlightDescriptor.newBuilder()
            .setType(FlightDescriptor.DescriptorType.PATH)
            .addAllPath(dataset.path())
            .build();
    ReadTicket ticket = new ReadTicket(dataset.file(), dataset.version(), null, null, null);
    return describe(dataset, descriptor)
        .setTotalBytes(dataset.arrowBytes())
        .addEndpoint(FlightEndpoint.newBuilder().setTicket(ticket.encode()))
        .build();
  }

  /** A plan: its tickets stay on the leased version until the lease ends. */
  static FlightInfo planned(Catalog.Leased leased, FlightDescriptor descriptor, int endpoints) {
    Dataset dataset = leased.dataset();
    FlightInfo.Builder info =
        describe(dataset, descriptor).setTotalBytes(dataset.measuredArrowBytes());
    String plan = UUID.randomUUID().toString();
    List<RowRange> ranges = dataset.split(endpoints);
    for (RowRange range : ranges) {
      List<Long> rows = ranges.size() == 1 ? null : List.of(range.from(), range.to());
      ReadTicket ticket = new ReadTicket(dataset.file(), dataset.version(), rows, null, plan);
      info.addEndpoint(
          FlightEndpoint.newBuilder()
              .setTicket(ticket.encode())
              .setExpirationTime(timestamp(leased.until())));
    }
    return info.build();
  }

  private static FlightInfo.Builder describe(Dataset dataset, FlightDescriptor descriptor) {
    return FlightInfo.newBuilder()
        .setFlightDescriptor(descriptor)
        .setSchema(encapsulated(dataset.schema()))
        .setTotalRecords(dataset.rows())
        .setOrdered(true);
  }

  static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /**
   * A schema as Flight's {@code bytes schema}: an encapsulated IPC message.
   *
   * @see <a
   *     href="https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format">Encapsulated
   *     message format</a>
   */
  static ByteString encapsulated(Schema schema) {
    ByteBuffer header = ArrowSchemas.message(schema).header();
    int padded = (header.remaining() + 7) & ~7;
    ByteBuffer message = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    message.putInt(0xFFFFFFFF).putInt(padded).put(header).rewind();
    return ByteString.copyFrom(message);
  }
}
