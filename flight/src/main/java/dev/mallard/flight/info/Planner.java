package dev.mallard.flight.info;

import dev.mallard.error.MallardException;
import dev.mallard.flight.call.CallCaller;
import dev.mallard.flight.call.CallSession;
import dev.mallard.flight.call.CallTally;
import dev.mallard.flight.sql.FlightSqlCommand;
import dev.mallard.flight.sql.MetadataAnswers;
import dev.mallard.flight.ticket.DescriptorTarget;
import dev.mallard.flight.ticket.ReadTicket;
import dev.mallard.query.Cancellation;
import dev.mallard.query.QueryPlan;
import dev.mallard.query.QueryService;
import dev.mallard.query.SqlRequest;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.flight.impl.Flight.FlightEndpoint;
import org.apache.arrow.flight.impl.Flight.FlightInfo;
import org.apache.arrow.flight.impl.Flight.PollInfo;
import org.apache.arrow.flight.impl.Flight.Ticket;
import org.apache.arrow.vector.types.pojo.Schema;

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

  /** What is described. */
  private sealed interface Subject {}

  private record Statement(SqlRequest request) implements Subject {}

  private record Prepared(String handle) implements Subject {}

  /** Of Flight SQL's, about metadata. */
  private record Question(FlightSqlCommand.Metadata command) implements Subject {}

  private Subject subject(DescriptorTarget target) {
    if (target instanceof DescriptorTarget.Sql sql) {
      return new Statement(session.request(sql.text(), null));
    }
    if (target instanceof DescriptorTarget.Path path) {
      return new Statement(session.request(select(path.segments()), null));
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
      return new Statement(session.request(query.sql(), query.transaction()));
    }
    if (command instanceof FlightSqlCommand.PreparedStatementQuery query) {
      CallTally.current().statement(queries.text(query.handle(), CallCaller.current()));
      return new Prepared(query.handle());
    }
    if (command instanceof FlightSqlCommand.Metadata question) {
      CallTally.current().action(question.getClass().getSimpleName());
      return new Question(question);
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
    if (subject instanceof Statement statement) {
      return queries.schema(statement.request(), cancellation);
    }
    if (subject instanceof Prepared prepared) {
      return queries.preparedSchema(prepared.handle(), CallCaller.current(), cancellation);
    }
    return metadata.schema(((Question) subject).command());
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
    if (subject instanceof Statement statement) {
      QueryPlan plan = queries.plan(statement.request(), endpoints, cancellation);
      return ResultInfos.planned(plan, descriptor, ticket(statement.request(), id), id);
    }
    if (subject instanceof Prepared prepared) {
      QueryPlan plan =
          queries.planPrepared(prepared.handle(), CallCaller.current(), endpoints, cancellation);
      return ResultInfos.planned(plan, descriptor, ticket(prepared, id), id);
    }
    return answer(((Question) subject).command(), descriptor);
  }

  /** ADBC closes the statement before it hands its tickets to other processes. */
  private ReadTicket.Issued ticket(Prepared prepared, String id) {
    Optional<SqlRequest> unbound = queries.unbound(prepared.handle(), CallCaller.current());
    return unbound.isPresent()
        ? ticket(unbound.get(), id)
        : new ReadTicket.OfPrepared(prepared.handle(), id);
  }

  private static ReadTicket.Issued ticket(SqlRequest statement, String id) {
    return new ReadTicket.OfSql(
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
      return ResultInfos.progress(queries.progress(poll.id(), CallCaller.current()), descriptor);
    }
    Subject subject = subject(target);
    if (subject instanceof Statement statement) {
      return ResultInfos.progress(
          queries.start(statement.request(), endpoints, cancellation), descriptor);
    }
    if (subject instanceof Prepared prepared) {
      return ResultInfos.progress(
          queries.startPrepared(prepared.handle(), CallCaller.current(), endpoints, cancellation),
          descriptor);
    }
    return done(answer(((Question) subject).command(), descriptor));
  }

  /** What needs no time to plan: the first poll is the last. */
  static PollInfo done(FlightInfo info) {
    return PollInfo.newBuilder().setInfo(info).setProgress(1.0).build();
  }
}
