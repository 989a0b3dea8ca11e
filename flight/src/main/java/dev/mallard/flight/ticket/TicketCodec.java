package dev.mallard.flight.ticket;

import com.google.protobuf.ByteString;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.catalog.DatasetName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.impl.Flight.Ticket;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of the tickets that we issue. The first field says what is read; what says nothing (all
 * rows, no batch left out) is not there.
 *
 * <pre>
 * {"dataset":"sales.parquet","version":"20261121T…","rows":[0,4194304],"from_batch":17,"plan":"…"}
 * {"sql":"SELECT …","transaction":"…","catalog":"…","schema":"…","plan":"…"}
 * {"prepared":"…","plan":"…"}
 * {"result":"…","rows":[0,4194304],"from_batch":17,"plan":"…"}
 * </pre>
 */
public final class TicketCodec {
  private static final String EXAMPLE =
      "{\"dataset\":\"sales\",\"version\":\"…\",\"from_batch\":17}";

  private TicketCodec() {}

  public static Ticket encode(ReadTicket.Issued ticket) {
    Map<String, Object> json = new LinkedHashMap<>();
    if (ticket instanceof ReadTicket.OfDataset dataset) {
      json.put("dataset", dataset.name().toString());
      putIfThere(json, "version", dataset.version());
      putPart(json, dataset.rows(), dataset.skippedBatches());
    } else if (ticket instanceof ReadTicket.OfSql sql) {
      json.put("sql", sql.sql());
      putIfThere(json, "transaction", sql.transaction());
      putIfThere(json, "catalog", sql.catalog());
      putIfThere(json, "schema", sql.schema());
    } else if (ticket instanceof ReadTicket.OfPrepared prepared) {
      json.put("prepared", prepared.handle());
    } else if (ticket instanceof ReadTicket.OfSpooled spooled) {
      json.put("result", spooled.id());
      putPart(json, spooled.rows(), spooled.skippedBatches());
    }
    putIfThere(json, "plan", ticket.plan());
    return Ticket.newBuilder().setTicket(ByteString.copyFrom(Json.write(json))).build();
  }

  private static void putIfThere(Map<String, Object> json, String name, @Nullable String value) {
    if (value != null) {
      json.put(name, value);
    }
  }

  private static void putPart(Map<String, Object> json, RowRange rows, long skippedBatches) {
    if (!rows.equals(RowRange.ALL)) {
      json.put("rows", List.of(rows.from(), rows.to()));
    }
    if (skippedBatches > 0) {
      json.put("from_batch", skippedBatches);
    }
  }

  static ReadTicket.Issued decode(ByteString bytes) {
    JsonFields json = new JsonFields(bytes, "ticket", EXAMPLE);
    String plan = json.text("plan");
    if (json.has("dataset")) {
      DatasetName name = DatasetName.parse(json.requiredText("dataset"));
      return json.end(
          new ReadTicket.OfDataset(
              name, json.text("version"), rows(json), json.count("from_batch"), plan));
    }
    if (json.has("sql")) {
      return json.end(
          new ReadTicket.OfSql(
              json.requiredText("sql"),
              json.text("transaction"),
              json.text("catalog"),
              json.text("schema"),
              plan));
    }
    if (json.has("prepared")) {
      return json.end(new ReadTicket.OfPrepared(json.requiredText("prepared"), plan));
    }
    return json.end(
        new ReadTicket.OfSpooled(
            json.requiredText("result"), rows(json), json.count("from_batch"), plan));
  }

  private static RowRange rows(JsonFields json) {
    long[] span = json.span("rows");
    return span == null ? RowRange.ALL : new RowRange(span[0], span[1]);
  }
}
