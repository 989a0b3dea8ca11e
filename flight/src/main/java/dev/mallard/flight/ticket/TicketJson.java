package dev.mallard.flight.ticket;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.google.protobuf.ByteString;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.catalog.DatasetName;
import dev.mallard.error.MallardException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.arrow.flight.impl.Flight.Ticket;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of tickets. Exactly one of the first four is set; it says what is read.
 *
 * <pre>
 * {"dataset":"sales.parquet","version":"20261121T…","rows":[0,4194304],"from_batch":17,"plan":"…"}
 * {"sql":"SELECT …","transaction":"…","catalog":"…","schema":"…","plan":"…"}
 * {"prepared":"…","plan":"…"}
 * {"result":"…","rows":[0,4194304],"from_batch":17,"plan":"…"}
 * </pre>
 *
 * @param rows first (inclusive) and last (exclusive) row, at batch boundaries as issued; null reads
 *     all
 * @param from_batch how many record batch messages of what this ticket reads are left out: as many
 *     as the client has
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TicketJson(
    @Nullable String dataset,
    @Nullable String sql,
    @Nullable String prepared,
    @Nullable String result,
    @Nullable String version,
    @Nullable List<Long> rows,
    @Nullable Long from_batch,
    @Nullable String transaction,
    @Nullable String catalog,
    @Nullable String schema,
    @Nullable String plan) {
  private static final String EXAMPLE =
      "{\"dataset\":\"sales\",\"version\":\"…\",\"from_batch\":17}";

  public static TicketJson ofDataset(
      String dataset, @Nullable String version, @Nullable RowRange rows, @Nullable String plan) {
    return new TicketJson(
        dataset, null, null, null, version, list(rows), null, null, null, null, plan);
  }

  public static TicketJson ofSql(
      String sql,
      @Nullable String transaction,
      @Nullable String catalog,
      @Nullable String schema,
      @Nullable String plan) {
    return new TicketJson(
        null, sql, null, null, null, null, null, transaction, catalog, schema, plan);
  }

  public static TicketJson ofPrepared(String handle, String plan) {
    return new TicketJson(null, null, handle, null, null, null, null, null, null, null, plan);
  }

  public static TicketJson ofResult(String id, @Nullable RowRange rows, String plan) {
    return new TicketJson(null, null, null, id, null, list(rows), null, null, null, null, plan);
  }

  private static @Nullable List<Long> list(@Nullable RowRange rows) {
    return rows == null ? null : List.of(rows.from(), rows.to());
  }

  public Ticket encode() {
    return Ticket.newBuilder().setTicket(ByteString.copyFrom(Json.write(this))).build();
  }

  static ReadTicket decode(ByteString bytes) {
    TicketJson json = Json.read(bytes.toByteArray(), TicketJson.class, "ticket", EXAMPLE);
    json.check();
    if (json.dataset != null) {
      return new ReadTicket.OfDataset(
          DatasetName.parse(json.dataset), json.version, json.range(), json.skipped(), json.plan);
    }
    if (json.sql != null) {
      return new ReadTicket.OfSql(json.sql, json.transaction, json.catalog, json.schema, json.plan);
    }
    if (json.prepared != null) {
      return new ReadTicket.OfPrepared(json.prepared, json.plan);
    }
    return new ReadTicket.OfResult(
        Objects.requireNonNull(json.result), json.range(), json.skipped(), json.plan);
  }

  private void check() {
    boolean isOne = Stream.of(dataset, sql, prepared, result).filter(Objects::nonNull).count() == 1;
    boolean rowsFit =
        rows == null
            || (rows.size() == 2
                && rows.get(0) != null
                && rows.get(1) != null
                && rows.get(0) >= 0
                && rows.get(1) >= rows.get(0));
    boolean isStored = dataset != null || result != null;
    boolean isPart = rows != null || from_batch != null;
    if (!isOne
        || !rowsFit
        || (isPart && !isStored)
        || (from_batch != null && from_batch < 0)
        || (dataset == null && version != null)
        || (sql == null && (transaction != null || catalog != null || schema != null))) {
      throw MallardException.invalid("ticket: not the JSON that is expected here: " + EXAMPLE);
    }
  }

  private RowRange range() {
    return rows == null ? RowRange.ALL : new RowRange(rows.get(0), rows.get(1));
  }

  private long skipped() {
    return from_batch == null ? 0 : from_batch;
  }
}
