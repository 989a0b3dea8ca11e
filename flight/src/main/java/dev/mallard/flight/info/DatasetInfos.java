package dev.mallard.flight.info;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.catalog.Dataset;
import dev.mallard.catalog.DatasetName;
import dev.mallard.catalog.PinnedDataset;
import dev.mallard.flight.ticket.DescriptorTarget;
import dev.mallard.flight.ticket.Json;
import dev.mallard.flight.ticket.ReadTicket;
import dev.mallard.flight.wire.EncapsulatedSchema;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.flight.impl.Flight.FlightInfo;
import org.jspecify.annotations.Nullable;

/** Describes datasets to clients: schema, sizes, and the tickets to read them with. */
final class DatasetInfos {
  private static final long MAX_BYTES = Runtime.getRuntime().maxMemory() / 32;
  private static final int ENTRY_BYTES = 500;

  /** As they were listed last. What is not listed any more goes with its dataset. */
  private final Cache<Dataset, FlightInfo> listed =
      Caffeine.newBuilder()
          .weakKeys()
          .maximumWeight(MAX_BYTES)
          .weigher(DatasetInfos::weight)
          .build();

  private static int weight(Dataset dataset, FlightInfo info) {
    return ENTRY_BYTES + info.getSerializedSize();
  }

  /**
   * A listing's line: no promise that this very version stays. It says the same to everybody who
   * may see the dataset.
   */
  FlightInfo listed(Dataset dataset) {
    FlightInfo known = listed.getIfPresent(dataset);
    if (known != null && known.getTotalBytes() == dataset.arrowBytes()) {
      return known;
    }
    FlightInfo info = line(dataset);
    listed.put(dataset, info);
    return info;
  }

  private static FlightInfo line(Dataset dataset) {
    ReadTicket.OfDataset ticket = ticket(dataset, RowRange.ALL, null);
    return describe(dataset, DescriptorTarget.path(dataset.path()))
        .setTotalBytes(dataset.arrowBytes())
        .addEndpoint(Endpoints.of(ticket))
        .build();
  }

  /**
   * A plan.
   *
   * @param until its tickets stay on the leased version
   */
  static FlightInfo planned(
      PinnedDataset pinned, Instant until, FlightDescriptor descriptor, int endpoints) {
    Dataset dataset = pinned.dataset();
    FlightInfo.Builder info =
        describe(dataset, descriptor).setTotalBytes(pinned.measuredArrowBytes());
    String plan = newId();
    List<RowRange> ranges = dataset.split(endpoints);
    for (RowRange range : ranges) {
      RowRange rows = ranges.size() == 1 ? RowRange.ALL : range;
      info.addEndpoint(Endpoints.of(ticket(dataset, rows, plan), until));
    }
    return info.build();
  }

  private static ReadTicket.OfDataset ticket(
      Dataset dataset, RowRange rows, @Nullable String plan) {
    return new ReadTicket.OfDataset(
        DatasetName.parse(dataset.file()), dataset.version(), rows, 0, plan);
  }

  private static FlightInfo.Builder describe(Dataset dataset, FlightDescriptor descriptor) {
    return FlightInfo.newBuilder()
        .setFlightDescriptor(descriptor)
        .setSchema(EncapsulatedSchema.of(dataset.schema()))
        .setTotalRecords(dataset.rows())
        .setOrdered(true)
        .setAppMetadata(details(dataset));
  }

  /** What Flight has no fields for. */
  private static ByteString details(Dataset dataset) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("kind", "dataset");
    details.put("format", dataset.format());
    details.put("files", dataset.fileCount());
    details.put("file_bytes", dataset.fileBytes());
    details.put("modified", dataset.modified().toString());
    return ByteString.copyFrom(Json.write(details));
  }

  /** A plan's id. */
  static String newId() {
    return UUID.randomUUID().toString();
  }
}
