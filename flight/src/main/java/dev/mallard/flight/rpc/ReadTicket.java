package dev.mallard.flight.rpc;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.google.protobuf.ByteString;
import dev.mallard.catalog.DatasetName;
import dev.mallard.error.MallardException;
import dev.mallard.store.RowRange;
import java.util.List;
import org.apache.arrow.flight.impl.Flight.Ticket;
import org.jspecify.annotations.Nullable;

/**
 * What a DoGet reads. A ticket carries all of it, so that the server keeps nothing between a plan
 * and its reads, and any process may read any ticket. It is JSON that a client may narrow to resume
 * a transfer:
 *
 * <pre>
 * {"dataset":"sales.parquet","version":"20261121T…","rows":[0,4194304],"from_batch":17,"plan":"…"}
 * </pre>
 *
 * A dataset's name as plain bytes is a ticket, too: it reads the current version, whole.
 *
 * @param dataset its name
 * @param version must be this one; null reads the current version
 * @param rows first (inclusive) and last (exclusive) row, at batch boundaries as issued; null reads
 *     all
 * @param from_batch how many record batch messages of what this ticket reads are left out: as many
 *     as the client has
 * @param plan which FlightInfo it was issued with, so that this can be cancelled
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ReadTicket(
    String dataset,
    @Nullable String version,
    @Nullable List<Long> rows,
    @Nullable Long from_batch,
    @Nullable String plan) {
  private static final String EXAMPLE =
      "{\"dataset\":\"sales\",\"version\":\"…\",\"from_batch\":17}";

  static ReadTicket decode(Ticket ticket) {
    ByteString bytes = ticket.getTicket();
    if (bytes.isEmpty()) {
      throw MallardException.invalid(
          "ticket: it is empty; use one from a FlightInfo, or a dataset's name");
    }
    if (!Json.looksLikeObject(bytes)) {
      return new ReadTicket(Utf8.decode(bytes, "ticket"), null, null, null, null);
    }
    ReadTicket read = Json.read(bytes.toByteArray(), ReadTicket.class, "ticket", EXAMPLE);
    read.check();
    return read;
  }

  private void check() {
    boolean rowsFit =
        rows == null
            || (rows.size() == 2
                && rows.get(0) != null
                && rows.get(1) != null
                && rows.get(0) >= 0
                && rows.get(1) >= rows.get(0));
    if (dataset == null || !rowsFit || (from_batch != null && from_batch < 0)) {
      throw MallardException.invalid("ticket: not the JSON that is expected here: " + EXAMPLE);
    }
  }

  Ticket encode() {
    return Ticket.newBuilder().setTicket(ByteString.copyFrom(Json.write(this))).build();
  }

  DatasetName name() {
    return DatasetName.parse(dataset);
  }

  RowRange range() {
    return rows == null ? RowRange.ALL : new RowRange(rows.get(0), rows.get(1));
  }

  long skippedBatches() {
    return from_batch == null ? 0 : from_batch;
  }
}
