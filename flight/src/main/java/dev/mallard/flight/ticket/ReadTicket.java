package dev.mallard.flight.ticket;

import com.google.protobuf.ByteString;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.catalog.DatasetName;
import dev.mallard.error.MallardException;
import dev.mallard.flight.sql.FlightSqlCommand;
import dev.mallard.flight.sql.FlightSqlDecoder;
import java.util.Optional;
import org.apache.arrow.flight.impl.Flight.Ticket;
import org.jspecify.annotations.Nullable;

/**
 * What a DoGet reads, decoded once. A ticket carries all of it, so that the server keeps nothing
 * between a plan and its reads but what is promised with an expiration time. Tickets that we issue
 * are JSON ({@link TicketCodec}), which a client may narrow to resume a transfer, or a Flight SQL
 * metadata command. A dataset's name or SQL text as plain bytes is a ticket, too.
 */
public sealed interface ReadTicket {
  /** Which FlightInfo it was issued with, so that this can be cancelled. */
  default @Nullable String plan() {
    return null;
  }

  /** How many of the rows that it reads are left out: as many as the client has. */
  default long skippedRows() {
    return 0;
  }

  /** A dataset's name, or SQL. */
  record Text(String text) implements ReadTicket {
    /** What no dataset's name in its right mind has, and every statement. */
    public boolean looksLikeSql() {
      return text.chars().anyMatch(c -> Character.isWhitespace(c) || c == '(');
    }
  }

  /** What we issue as JSON. */
  sealed interface Issued extends ReadTicket {}

  /** What is no dataset. */
  sealed interface Result extends ReadTicket {}

  /**
   * @param name as the name of its file, where we issue it
   * @param version must be this one; null reads the current version
   * @param rows at batch boundaries, as issued
   */
  record OfDataset(
      DatasetName name,
      @Nullable String version,
      RowRange rows,
      long skippedRows,
      @Nullable String plan)
      implements Issued {}

  /**
   * @param catalog of the session that it was planned in
   * @param schema as {@code catalog}
   */
  record OfSql(
      String sql,
      @Nullable String transaction,
      @Nullable String catalog,
      @Nullable String schema,
      @Nullable String plan)
      implements Issued, Result {}

  record OfPrepared(String handle, @Nullable String plan) implements Issued, Result {}

  /** A result that has been computed and is kept for a while. */
  record OfSpooled(String id, RowRange rows, long skippedRows, @Nullable String plan)
      implements Issued, Result {}

  record OfMetadata(FlightSqlCommand.Metadata command) implements Result {}

  static ReadTicket decode(Ticket ticket) {
    ByteString bytes = ticket.getTicket();
    if (bytes.isEmpty()) {
      throw MallardException.invalid(
          "ticket: it is empty; use one from a FlightInfo, a dataset's name, or SQL");
    }
    if (Json.looksLikeObject(bytes)) {
      return TicketCodec.decode(bytes);
    }
    Optional<FlightSqlCommand> command = FlightSqlDecoder.decode(bytes);
    if (command.isEmpty()) {
      return new Text(Utf8.decode(bytes, "ticket"));
    }
    if (command.get() instanceof FlightSqlCommand.Metadata metadata) {
      return new OfMetadata(metadata);
    }
    throw MallardException.invalid(
        "ticket: it is a Flight SQL command that needs a plan; ask for its FlightInfo first");
  }
}
