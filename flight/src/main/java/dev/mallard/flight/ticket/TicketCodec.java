package dev.mallard.flight.ticket;

import com.google.protobuf.ByteString;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.catalog.DatasetName;
import dev.mallard.error.MallardException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.impl.Flight.Ticket;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of the tickets that we issue. The first field says what is read; what says nothing (all
 * rows, none left out) is not there.
 *
 * <pre>
 * {"dataset":"sales.parquet","version":"20261121T…","rows":[0,4194304],"from_row":70000,"plan":"…"}
 * {"sql":"SELECT …","transaction":"…","catalog":"…","schema":"…","plan":"…"}
 * {"prepared":"…","plan":"…"}
 * {"result":"…","rows":[0,4194304],"from_row":70000,"plan":"…"}
 * </pre>
 */
public final class TicketCodec {
  private static final String EXAMPLE =
      "{\"dataset\":\"sales\",\"version\":\"…\",\"from_row\":70000}";

  private TicketCodec() {}

  public static Ticket encode(ReadTicket.Issued ticket) {
    Map<String, Object> json = new LinkedHashMap<>();
    if (ticket instanceof ReadTicket.OfDataset dataset) {
      json.put("dataset", dataset.name().toString());
      putIfThere(json, "version", dataset.version());
      putPart(json, dataset.rows(), dataset.skippedRows());
    } else if (ticket instanceof ReadTicket.OfSql sql) {
      json.put("sql", sql.sql());
      putIfThere(json, "transaction", sql.transaction());
      putIfThere(json, "catalog", sql.catalog());
      putIfThere(json, "schema", sql.schema());
    } else if (ticket instanceof ReadTicket.OfPrepared prepared) {
      json.put("prepared", prepared.handle());
    } else if (ticket instanceof ReadTicket.OfSpooled spooled) {
      json.put("result", spooled.id());
      putPart(json, spooled.rows(), spooled.skippedRows());
    }
    putIfThere(json, "plan", ticket.plan());
    return Ticket.newBuilder().setTicket(ByteString.copyFrom(Json.write(json))).build();
  }

  private static void putIfThere(Map<String, Object> json, String name, @Nullable String value) {
    if (value != null) {
      json.put(name, value);
    }
  }

  private static void putPart(Map<String, Object> json, RowRange rows, long skippedRows) {
    if (!rows.equals(RowRange.ALL)) {
      json.put("rows", List.of(rows.from(), rows.to()));
    }
    if (skippedRows > 0) {
      json.put("from_row", skippedRows);
    }
  }

  static ReadTicket.Issued decode(ByteString bytes) {
    JsonFields json = new JsonFields(bytes, "ticket", EXAMPLE);
    if (json.has("from_batch")) {
      // As earlier releases had it. How batches are cut is nothing that a ticket may depend on.
      throw MallardException.invalid(
          "ticket: from_batch is not understood any more; "
              + "set from_row to the number of rows that have arrived");
    }
    String plan = json.text("plan");
    if (json.has("dataset")) {
      DatasetName name = DatasetName.parse(json.requiredText("dataset"));
      return json.end(
          new ReadTicket.OfDataset(
              name, json.text("version"), rows(json), json.count("from_row"), plan));
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
            json.requiredText("result"), rows(json), json.count("from_row"), plan));
  }

  private static RowRange rows(JsonFields json) {
    long[] span = json.span("rows");
    return span == null ? RowRange.ALL : new RowRange(span[0], span[1]);
  }
}
