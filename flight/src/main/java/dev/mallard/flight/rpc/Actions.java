package dev.mallard.flight.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.mallard.catalog.Catalog;
import dev.mallard.catalog.Changes;
import dev.mallard.catalog.DatasetName;
import dev.mallard.catalog.VersionInfo;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.impl.Flight.Action;
import org.apache.arrow.flight.impl.Flight.ActionType;
import org.apache.arrow.flight.impl.Flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.impl.Flight.CancelFlightInfoResult;
import org.apache.arrow.flight.impl.Flight.CancelStatus;
import org.apache.arrow.flight.impl.Flight.FlightEndpoint;
import org.apache.arrow.flight.impl.Flight.RenewFlightEndpointRequest;
import org.apache.arrow.flight.impl.Flight.Result;

/** DoAction and ListActions. */
final class Actions {
  /** What an action does with its body. */
  private interface Handler {
    List<Result> run(ByteString body);
  }

  private record Entry(String description, Handler handler) {}

  /** The body of {@code restore_version}. */
  record RestoreRequest(String name, String version) {}

  private final Catalog catalog;
  private final Changes changes;
  private final RunningReads running;
  private final Map<String, Entry> actions = new LinkedHashMap<>();

  Actions(Catalog catalog, Changes changes, RunningReads running) {
    this.catalog = catalog;
    this.changes = changes;
    this.running = running;
    actions.put(
        "drop_dataset",
        new Entry("Delete a dataset and its previous versions. Body: its name.", this::drop));
    actions.put(
        "list_versions",
        new Entry(
            "The versions of a dataset that are kept, newest first, a JSON object each. Body: its name.",
            this::versions));
    actions.put(
        "restore_version",
        new Entry(
            "Make a previous version of a dataset the current one. Body: {\"name\":\"…\",\"version\":\"…\"}.",
            this::restore));
    actions.put(
        "CancelFlightInfo",
        new Entry(
            "Stop the reads of a FlightInfo and let go of its version. Body: CancelFlightInfoRequest.",
            this::cancel));
    actions.put(
        "RenewFlightEndpoint",
        new Entry(
            "Keep an endpoint's version for longer. Body: RenewFlightEndpointRequest.",
            this::renew));
  }

  List<ActionType> list() {
    return actions.entrySet().stream()
        .map(
            action ->
                ActionType.newBuilder()
                    .setType(action.getKey())
                    .setDescription(action.getValue().description())
                    .build())
        .toList();
  }

  List<Result> run(Action action) {
    Entry entry = actions.get(action.getType());
    if (entry == null) {
      throw new MallardException(
          ErrorCode.UNIMPLEMENTED,
          "action '"
              + action.getType()
              + "' is not known here; known: "
              + String.join(", ", actions.keySet()));
    }
    return entry.handler().run(action.getBody());
  }

  private List<Result> drop(ByteString body) {
    changes.drop(name(body, "drop_dataset"));
    return List.of();
  }

  private List<Result> versions(ByteString body) {
    return catalog.versions(name(body, "list_versions")).stream()
        .map(version -> result(json(version)))
        .toList();
  }

  private List<Result> restore(ByteString body) {
    String expected = "{\"name\":\"sales\",\"version\":\"…\"}";
    RestoreRequest request =
        Json.read(body.toByteArray(), RestoreRequest.class, "action restore_version", expected);
    if (request.name() == null || request.version() == null) {
      throw MallardException.invalid(
          "action restore_version: not the JSON that is expected here: " + expected);
    }
    return List.of(
        result(json(changes.restore(DatasetName.parse(request.name()), request.version()))));
  }

  private static byte[] json(VersionInfo version) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("version", version.version());
    object.put("current", version.current());
    object.put("modified", version.modified().toString());
    object.put("rows", version.rows());
    object.put("file_bytes", version.fileBytes());
    return Json.write(object);
  }

  private List<Result> cancel(ByteString body) {
    CancelFlightInfoRequest request =
        parse(body, CancelFlightInfoRequest.parser(), "CancelFlightInfo");
    boolean something = false;
    for (FlightEndpoint endpoint : request.getInfo().getEndpointList()) {
      ReadTicket ticket = ReadTicket.decode(endpoint.getTicket());
      if (ticket.plan() != null) {
        something |= running.cancel(ticket.plan());
      }
      if (ticket.version() != null) {
        something |= catalog.release(ticket.name(), ticket.version());
      }
    }
    CancelStatus status =
        something
            ? CancelStatus.CANCEL_STATUS_CANCELLED
            : CancelStatus.CANCEL_STATUS_NOT_CANCELLABLE;
    return List.of(result(CancelFlightInfoResult.newBuilder().setStatus(status).build()));
  }

  private List<Result> renew(ByteString body) {
    RenewFlightEndpointRequest request =
        parse(body, RenewFlightEndpointRequest.parser(), "RenewFlightEndpoint");
    ReadTicket ticket = ReadTicket.decode(request.getEndpoint().getTicket());
    if (ticket.version() == null) {
      throw MallardException.invalid(
          "action RenewFlightEndpoint: the endpoint's ticket names no version, so it does not expire");
    }
    Catalog.Leased leased = catalog.renew(ticket.name(), ticket.version());
    return List.of(
        result(
            request.getEndpoint().toBuilder()
                .setExpirationTime(Plans.timestamp(leased.until()))
                .build()));
  }

  private static DatasetName name(ByteString body, String action) {
    return DatasetName.parse(Utf8.decode(body, "action " + action));
  }

  private static <T> T parse(ByteString body, Parser<T> parser, String action) {
    try {
      return parser.parseFrom(body);
    } catch (InvalidProtocolBufferException e) {
      throw new MallardException(
          ErrorCode.INVALID_ARGUMENT,
          "action " + action + ": the body is not a " + action + "Request message",
          e);
    }
  }

  private static Result result(Message message) {
    return result(message.toByteArray());
  }

  private static Result result(byte[] body) {
    return Result.newBuilder().setBody(ByteString.copyFrom(body)).build();
  }
}
