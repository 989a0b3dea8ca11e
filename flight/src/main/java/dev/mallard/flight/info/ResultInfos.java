package dev.mallard.flight.info;

import com.google.protobuf.ByteString;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.flight.ticket.DescriptorTarget;
import dev.mallard.flight.ticket.Json;
import dev.mallard.flight.ticket.PollTag;
import dev.mallard.flight.ticket.ReadTicket;
import dev.mallard.flight.wire.EncapsulatedSchema;
import dev.mallard.query.QueryPlan;
import dev.mallard.query.QueryService;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.flight.impl.Flight.FlightInfo;
import org.apache.arrow.flight.impl.Flight.PollInfo;
import org.apache.arrow.vector.types.pojo.Schema;

/** Describes results of SQL to clients. */
final class ResultInfos {
  private static final long UNKNOWN = -1;

  private ResultInfos() {}

  /**
   * @param ticket reads the result if the statement has not run yet
   */
  static FlightInfo planned(
      QueryPlan plan, FlightDescriptor descriptor, ReadTicket.Issued ticket, String id) {
    QueryPlan.Spooled spooled = plan.spooled();
    return spooled == null
        ? unread(plan.schema(), descriptor).addEndpoint(Endpoints.of(ticket)).build()
        : spooled(plan.schema(), spooled, descriptor, id);
  }

  /** A result that is computed when it is read. */
  static FlightInfo.Builder unread(Schema schema, FlightDescriptor descriptor) {
    return FlightInfo.newBuilder()
        .setFlightDescriptor(descriptor)
        .setSchema(EncapsulatedSchema.of(schema))
        .setTotalRecords(UNKNOWN)
        .setTotalBytes(UNKNOWN);
  }

  private static FlightInfo spooled(
      Schema schema, QueryPlan.Spooled spooled, FlightDescriptor descriptor, String id) {
    FlightInfo.Builder info =
        unread(schema, descriptor)
            .setTotalRecords(spooled.rows())
            .setTotalBytes(spooled.bytes())
            .setOrdered(true);
    List<QueryPlan.Part> parts = spooled.parts();
    for (QueryPlan.Part part : parts) {
      RowRange range = parts.size() == 1 ? RowRange.ALL : part.range();
      long rows = parts.size() == 1 ? spooled.rows() : range.to() - range.from();
      Map<String, Long> size = new TreeMap<>(Map.of("rows", rows, "bytes", part.bytes()));
      info.addEndpoint(
          Endpoints.of(new ReadTicket.OfSpooled(spooled.id(), range, 0, id), spooled.until())
              .setAppMetadata(ByteString.copyFrom(Json.write(size))));
    }
    return info.build();
  }

  /** How far a query is; the one that is done has no descriptor to ask with again. */
  static PollInfo progress(QueryService.Progress progress, FlightDescriptor descriptor) {
    QueryPlan.Spooled result = progress.result();
    if (result != null) {
      FlightInfo info = spooled(progress.schema(), result, descriptor, progress.id());
      return PollInfo.newBuilder().setInfo(info).setProgress(1.0).build();
    }
    ByteString tag = new PollTag(progress.id()).encode();
    PollInfo.Builder poll =
        PollInfo.newBuilder()
            .setInfo(unread(progress.schema(), descriptor).setAppMetadata(tag))
            .setFlightDescriptor(DescriptorTarget.poll(progress.id()));
    if (progress.fraction() >= 0 && progress.fraction() <= 1) {
      poll.setProgress(progress.fraction());
    }
    return poll.build();
  }
}
