package dev.mallard.flight.actions;

import com.google.protobuf.ByteString;
import dev.mallard.access.Caller;
import dev.mallard.catalog.Catalog;
import dev.mallard.error.MallardException;
import dev.mallard.flight.call.CallCaller;
import dev.mallard.flight.get.RunningReads;
import dev.mallard.flight.info.Endpoints;
import dev.mallard.flight.ticket.PollTag;
import dev.mallard.flight.ticket.ReadTicket;
import dev.mallard.query.QueryService;
import java.time.Instant;
import java.util.List;
import org.apache.arrow.flight.impl.Flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.impl.Flight.CancelFlightInfoResult;
import org.apache.arrow.flight.impl.Flight.CancelStatus;
import org.apache.arrow.flight.impl.Flight.FlightEndpoint;
import org.apache.arrow.flight.impl.Flight.FlightInfo;
import org.apache.arrow.flight.impl.Flight.RenewFlightEndpointRequest;
import org.apache.arrow.flight.impl.Flight.Result;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCancelQueryRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCancelQueryResult;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCancelQueryResult.CancelResult;

/** What can be done with a FlightInfo beside reading it: cancel it, keep it. */
final class FlightInfoActions {
  private static final String CANCEL = "CancelFlightInfo";
  private static final String CANCEL_QUERY = "CancelQuery";
  private static final String RENEW = "RenewFlightEndpoint";

  private final Catalog catalog;
  private final QueryService queries;
  private final RunningReads running;

  FlightInfoActions(Catalog catalog, QueryService queries, RunningReads running) {
    this.catalog = catalog;
    this.queries = queries;
    this.running = running;
  }

  List<NamedAction> all() {
    return List.of(
        // Not to wait behind what they are to cancel.
        NamedAction.quick(
            CANCEL,
            "Stop the reads of a FlightInfo and let go of its version or result. Body: CancelFlightInfoRequest.",
            this::cancel),
        NamedAction.quick(
            CANCEL_QUERY,
            "As CancelFlightInfo, for older clients. Body: ActionCancelQueryRequest in an Any.",
            this::cancelQuery),
        NamedAction.quick(
            RENEW,
            "Keep an endpoint's version or result for longer. Body: RenewFlightEndpointRequest.",
            this::renew));
  }

  private List<Result> cancel(ByteString body) {
    FlightInfo info = ActionBodies.parse(body, CancelFlightInfoRequest.parser(), CANCEL).getInfo();
    CancelStatus status =
        cancel(info)
            ? CancelStatus.CANCEL_STATUS_CANCELLED
            : CancelStatus.CANCEL_STATUS_NOT_CANCELLABLE;
    return List.of(
        ActionBodies.result(CancelFlightInfoResult.newBuilder().setStatus(status).build()));
  }

  private List<Result> cancelQuery(ByteString body) {
    ByteString packed =
        ActionBodies.unpack(body, ActionCancelQueryRequest.class, CANCEL_QUERY).getInfo();
    FlightInfo info = ActionBodies.parse(packed, FlightInfo.parser(), CANCEL_QUERY);
    CancelResult result =
        cancel(info)
            ? CancelResult.CANCEL_RESULT_CANCELLED
            : CancelResult.CANCEL_RESULT_NOT_CANCELLABLE;
    return List.of(
        ActionBodies.packed(ActionCancelQueryResult.newBuilder().setResult(result).build()));
  }

  /** Whether there was anything to cancel. */
  private boolean cancel(FlightInfo info) {
    Caller caller = CallCaller.current();
    boolean something = cancelPoll(info, caller);
    for (FlightEndpoint endpoint : info.getEndpointList()) {
      ReadTicket ticket = ReadTicket.decode(endpoint.getTicket());
      something |= running.cancel(ticket.plan(), caller);
      something |= release(ticket, caller);
    }
    return something;
  }

  private boolean cancelPoll(FlightInfo info, Caller caller) {
    return PollTag.decode(info.getAppMetadata())
        .map(tag -> queries.cancelStarted(tag.poll(), caller))
        .orElse(false);
  }

  private boolean release(ReadTicket ticket, Caller caller) {
    if (ticket instanceof ReadTicket.OfDataset dataset && dataset.version() != null) {
      return catalog.as(caller).release(dataset.name(), dataset.version());
    }
    return ticket instanceof ReadTicket.OfSpooled result
        && queries.releaseSpooled(result.id(), caller);
  }

  private List<Result> renew(ByteString body) {
    FlightEndpoint endpoint =
        ActionBodies.parse(body, RenewFlightEndpointRequest.parser(), RENEW).getEndpoint();
    Instant until = renew(ReadTicket.decode(endpoint.getTicket()));
    return List.of(ActionBodies.result(Endpoints.renewed(endpoint, until)));
  }

  private Instant renew(ReadTicket ticket) {
    if (ticket instanceof ReadTicket.OfDataset dataset && dataset.version() != null) {
      return catalog.as(CallCaller.current()).renew(dataset.name(), dataset.version());
    }
    if (ticket instanceof ReadTicket.OfSpooled result) {
      return queries.renewSpooled(result.id(), CallCaller.current());
    }
    throw MallardException.invalid(
        "action RenewFlightEndpoint: the endpoint's ticket names no version and no result, so it does not expire");
  }
}
