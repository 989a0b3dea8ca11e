package dev.mallard.flight.info;

import dev.mallard.error.MallardException;
import dev.mallard.flight.call.CallSession;
import dev.mallard.flight.sql.FlightSqlCommand;
import dev.mallard.flight.sql.MetadataAnswers;
import dev.mallard.flight.ticket.DescriptorTarget;
import dev.mallard.flight.ticket.TicketJson;
import dev.mallard.query.Cancellation;
import dev.mallard.query.QueryPlan;
import dev.mallard.query.QueryService;
import dev.mallard.query.SqlRequest;
import java.util.List;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.flight.impl.Flight.FlightEndpoint;
import org.apache.arrow.flight.impl.Flight.FlightInfo;
import org.apache.arrow.flight.impl.Flight.PollInfo;
import org.apache.arrow.flight.impl.Flight.Ticket;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * GetFlightInfo, GetSchema and PollFlightInfo of everything that is no dataset. All methods may
 * block. Thread-safe.
 */
final class Planner {
  private final QueryService queries;
  private final MetadataAnswers metadata;
  private final SqlTables tables;
  private final CallSession session;

  Planner(QueryService queries, MetadataAnswers metadata, SqlTables tables, CallSession session) {
    this.queries = queries;
    this.metadata = metadata;
    this.tables = tables;
    this.session = session;
  }

  /** A statement, prepared or not, or a question about metadata; exactly one is set. */
  private record Subject(
      @Nullable SqlRequest statement,
      @Nullable String prepared,
      FlightSqlCommand.@Nullable Metadata metadata) {}

  private Subject subject(DescriptorTarget target) {
    if (target instanceof DescriptorTarget.Sql sql) {
      return new Subject(session.request(sql.text(), null), null, null);
    }
    if (target instanceof DescriptorTarget.Path path) {
      return new Subject(session.request(select(path.segments()), null), null, null);
    }
    if (target instanceof DescriptorTarget.Command command) {
      return subject(command.command());
    }
    throw MallardException.invalid(
        target instanceof DescriptorTarget.Append
            ? "command: an append is for DoPut; ask for a dataset by its path"
            : "command: a poll is for PollFlightInfo");
  }

  private Subject subject(FlightSqlCommand command) {
    if (command instanceof FlightSqlCommand.StatementQuery query) {
      return new Subject(session.request(query.sql(), query.transaction()), null, null);
    }
    if (command instanceof FlightSqlCommand.PreparedStatementQuery query) {
      return new Subject(null, query.handle(), null);
    }
    if (command instanceof FlightSqlCommand.Metadata question) {
      return new Subject(null, null, question);
    }
    throw MallardException.invalid(
        "Command" + command.getClass().getSimpleName() + " is for DoPut");
  }

  private String select(List<String> path) {
    return tables
        .selectAll(path)
        .orElseThrow(
            () ->
                MallardException.notFound(
                    "no dataset '"
                        + String.join("/", path)
                        + "'; ListFlights shows what there is"));
  }

  Schema schema(DescriptorTarget target, Cancellation cancellation) {
    Subject subject = subject(target);
    if (subject.metadata() != null) {
      return metadata.schema(subject.metadata());
    }
    return subject.statement() != null
        ? queries.schema(subject.statement(), cancellation)
        : queries.prepared(String.valueOf(subject.prepared())).schema();
  }

  FlightInfo info(
      DescriptorTarget target,
      FlightDescriptor descriptor,
      int endpoints,
      Cancellation cancellation) {
    FlightInfo info = info(subject(target), descriptor, endpoints, cancellation);
    return target instanceof DescriptorTarget.Path path
        ? tables.detailed(info, path.segments())
        : info;
  }

  private FlightInfo info(
      Subject subject, FlightDescriptor descriptor, int endpoints, Cancellation cancellation) {
    String id = DatasetInfos.newId();
    SqlRequest statement = subject.statement();
    if (subject.metadata() != null) {
      return answer(subject.metadata(), descriptor);
    }
    if (statement != null) {
      QueryPlan plan = queries.plan(statement, endpoints, cancellation);
      return ResultInfos.planned(plan, descriptor, ticket(statement, id), id);
    }
    String handle = String.valueOf(subject.prepared());
    QueryPlan plan = queries.planPrepared(handle, endpoints, cancellation);
    // ADBC closes the statement before it hands its tickets to other processes.
    TicketJson ticket =
        queries
            .unbound(handle)
            .map(request -> ticket(request, id))
            .orElseGet(() -> TicketJson.ofPrepared(handle, id));
    return ResultInfos.planned(plan, descriptor, ticket, id);
  }

  private static TicketJson ticket(SqlRequest statement, String id) {
    return TicketJson.ofSql(
        statement.sql(),
        statement.transaction(),
        statement.session().catalog(),
        statement.session().schema(),
        id);
  }

  /** The command itself is the ticket. */
  private FlightInfo answer(FlightSqlCommand.Metadata question, FlightDescriptor descriptor) {
    Ticket ticket = Ticket.newBuilder().setTicket(descriptor.getCmd()).build();
    return ResultInfos.unread(metadata.schema(question), descriptor)
        .addEndpoint(FlightEndpoint.newBuilder().setTicket(ticket))
        .build();
  }

  PollInfo poll(
      DescriptorTarget target,
      FlightDescriptor descriptor,
      int endpoints,
      Cancellation cancellation) {
    if (target instanceof DescriptorTarget.Poll poll) {
      return ResultInfos.progress(queries.progress(poll.id()), descriptor);
    }
    Subject subject = subject(target);
    if (subject.statement() != null) {
      return ResultInfos.progress(
          queries.start(subject.statement(), endpoints, cancellation), descriptor);
    }
    if (subject.prepared() != null) {
      return ResultInfos.progress(
          queries.startPrepared(subject.prepared(), endpoints, cancellation), descriptor);
    }
    return done(info(subject, descriptor, endpoints, cancellation));
  }

  /** What needs no time to plan: the first poll is the last. */
  static PollInfo done(FlightInfo info) {
    return PollInfo.newBuilder().setInfo(info).setProgress(1.0).build();
  }
}
