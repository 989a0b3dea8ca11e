package dev.mallard.flight.get;

import dev.mallard.arrow.BatchStream;
import dev.mallard.flight.call.CallCaller;
import dev.mallard.flight.call.CallSession;
import dev.mallard.flight.call.CallTally;
import dev.mallard.flight.sql.FlightSqlCommand;
import dev.mallard.flight.sql.MetadataAnswers;
import dev.mallard.flight.ticket.ReadTicket;
import dev.mallard.query.Cancellation;
import dev.mallard.query.QueryService;
import dev.mallard.query.SessionOptions;

/** Opens what a DoGet reads that is no dataset. Thread-safe. */
public final class ResultOpener {
  private final QueryService queries;
  private final MetadataAnswers metadata;
  private final CallSession session;

  public ResultOpener(QueryService queries, MetadataAnswers metadata, CallSession session) {
    this.queries = queries;
    this.metadata = metadata;
    this.session = session;
  }

  /** SQL that was sent as a ticket. */
  ReadTicket.Result ticket(String sql) {
    SessionOptions options = session.options();
    return new ReadTicket.OfSql(sql, null, options.catalog(), options.schema(), null);
  }

  /** May block. */
  BatchStream open(ReadTicket.Result ticket, Cancellation cancellation) {
    if (ticket instanceof ReadTicket.OfSql sql) {
      return queries.open(
          session.request(sql.sql(), sql.transaction(), sql.catalog(), sql.schema()), cancellation);
    }
    if (ticket instanceof ReadTicket.OfPrepared prepared) {
      CallTally.current().statement(queries.text(prepared.handle(), CallCaller.current()));
      return queries.openPrepared(prepared.handle(), CallCaller.current(), cancellation);
    }
    if (ticket instanceof ReadTicket.OfSpooled spooled) {
      return queries.readSpooled(spooled.id(), CallCaller.current(), spooled.rows());
    }
    FlightSqlCommand.Metadata command = ((ReadTicket.OfMetadata) ticket).command();
    CallTally.current().action(command.getClass().getSimpleName());
    return metadata.open(command);
  }
}
