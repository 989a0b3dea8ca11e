package dev.mallard.server;

import static dev.mallard.server.MatrixDeed.ADMIN;
import static dev.mallard.server.MatrixDeed.OWN;
import static dev.mallard.server.MatrixDeed.OWN_OR_NOTHING_HAPPENS;
import static dev.mallard.server.MatrixDeed.SIGNED_IN;
import static dev.mallard.server.MatrixDeed.UNKNOWN;
import static dev.mallard.server.MatrixDeed.WRITE;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.mallard.server.MatrixDeed.Call;
import dev.mallard.server.MatrixDeed.Need;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.impl.Flight.FlightEndpoint;
import org.apache.arrow.flight.impl.Flight.FlightInfo;
import org.apache.arrow.flight.impl.Flight.Ticket;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginTransactionRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCancelQueryRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionClosePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionEndTransactionRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionEndTransactionRequest.EndTransaction;

/** The rows of the matrix that are actions. */
final class MatrixActions {
  private static final Map<String, String> NO_HEADERS = Map.of();

  private final List<MatrixDeed> all = new ArrayList<>();
  private final Set<String> types = new TreeSet<>();

  private MatrixActions() {
    datasets();
    infos();
    sql();
    sessions();
    bytes("sql_status", "", SIGNED_IN, h -> ByteString.EMPTY);
    bytes("whoami", "", SIGNED_IN, h -> ByteString.EMPTY);
    bytes("list_callers", "", ADMIN, h -> ByteString.EMPTY);
  }

  static List<MatrixDeed> all() {
    MatrixActions actions = new MatrixActions();
    actions.bytes("no_such_action", "", UNKNOWN, h -> ByteString.EMPTY);
    return actions.all;
  }

  /** Those whose rights are judged here. */
  static Set<String> types() {
    return new MatrixActions().types;
  }

  private void bytes(
      String type, String what, Need need, Function<MatrixHandles, ByteString> body) {
    add(type, what, need, body, h -> NO_HEADERS);
  }

  private void add(
      String type,
      String what,
      Need need,
      Function<MatrixHandles, ByteString> body,
      Function<MatrixHandles, Map<String, String>> headers) {
    types.add(type);
    all.add(
        new MatrixDeed(
            "action " + type + " " + what,
            need,
            h -> {
              Flight.Action action =
                  Flight.Action.newBuilder().setType(type).setBody(body.apply(h)).build();
              return new Call("DoAction", List.of(action.toByteArray()), headers.apply(h));
            }));
  }

  private void message(String type, String what, Need need, Function<MatrixHandles, Message> body) {
    bytes(type, what, need, h -> body.apply(h).toByteString());
  }

  private void packed(String type, String what, Need need, Function<MatrixHandles, Message> body) {
    bytes(type, what, need, h -> Any.pack(body.apply(h)).toByteString());
  }

  private void datasets() {
    bytes("drop_dataset", "", WRITE, h -> utf8(h.dataset()));
    bytes("list_versions", "", SIGNED_IN, h -> utf8(h.dataset()));
    bytes("list_unreadable", "", SIGNED_IN, h -> ByteString.EMPTY);
    bytes("list_unreadable", "of a name", SIGNED_IN, h -> utf8(h.dataset()));
    bytes(
        "restore_version",
        "",
        WRITE,
        h -> utf8("{\"name\":\"%s\",\"version\":\"%s\"}".formatted(h.dataset(), h.version())));
  }

  private void infos() {
    Map<String, Function<MatrixHandles, FlightInfo>> infos =
        Map.of(
            "of a dataset", h -> info(MatrixDeeds.issued(h)),
            "of a kept result", h -> info(h.spooled()),
            "of a polled query", MatrixActions::polled,
            "of a prepared statement", h -> info("{\"prepared\":\"" + h.prepared() + "\"}"));
    infos.forEach(
        (what, info) -> {
          message(
              "CancelFlightInfo",
              what,
              OWN_OR_NOTHING_HAPPENS,
              h -> Flight.CancelFlightInfoRequest.newBuilder().setInfo(info.apply(h)).build());
          packed(
              "CancelQuery",
              what,
              OWN_OR_NOTHING_HAPPENS,
              h ->
                  ActionCancelQueryRequest.newBuilder()
                      .setInfo(info.apply(h).toByteString())
                      .build());
        });
    message("RenewFlightEndpoint", "of a dataset", SIGNED_IN, h -> renew(MatrixDeeds.issued(h)));
    message("RenewFlightEndpoint", "of a kept result", OWN, h -> renew(h.spooled()));
  }

  private static FlightInfo info(String ticket) {
    return FlightInfo.newBuilder().addEndpoint(endpoint(ticket)).build();
  }

  private static FlightInfo polled(MatrixHandles handles) {
    return FlightInfo.newBuilder()
        .setAppMetadata(utf8("{\"poll\":\"" + handles.poll() + "\"}"))
        .build();
  }

  private static FlightEndpoint endpoint(String ticket) {
    return FlightEndpoint.newBuilder()
        .setTicket(Ticket.newBuilder().setTicket(utf8(ticket)))
        .build();
  }

  private static Message renew(String ticket) {
    return Flight.RenewFlightEndpointRequest.newBuilder().setEndpoint(endpoint(ticket)).build();
  }

  private void sql() {
    String prepare = "CreatePreparedStatement";
    packed(prepare, "that reads", SIGNED_IN, h -> prepare("SELECT * FROM " + h.dataset()).build());
    packed(prepare, "that changes", WRITE, h -> prepare("DELETE FROM " + h.table()).build());
    packed(
        prepare,
        "in a transaction",
        OWN,
        h -> prepare("SELECT 1").setTransactionId(utf8(h.transaction())).build());
    packed(
        "ClosePreparedStatement",
        "",
        OWN_OR_NOTHING_HAPPENS,
        h ->
            ActionClosePreparedStatementRequest.newBuilder()
                .setPreparedStatementHandle(utf8(h.prepared()))
                .build());
    packed(
        "BeginTransaction", "", SIGNED_IN, h -> ActionBeginTransactionRequest.getDefaultInstance());
    for (EndTransaction end :
        List.of(EndTransaction.END_TRANSACTION_COMMIT, EndTransaction.END_TRANSACTION_ROLLBACK)) {
      packed(
          "EndTransaction",
          end.name(),
          end == EndTransaction.END_TRANSACTION_COMMIT ? OWN : OWN_OR_NOTHING_HAPPENS,
          h ->
              ActionEndTransactionRequest.newBuilder()
                  .setTransactionId(utf8(h.transaction()))
                  .setAction(end)
                  .build());
    }
    packed(
        "CreatePreparedSubstraitPlan",
        "",
        UNKNOWN,
        h -> FlightSql.ActionCreatePreparedSubstraitPlanRequest.getDefaultInstance());
    packed(
        "BeginSavepoint",
        "",
        UNKNOWN,
        h ->
            FlightSql.ActionBeginSavepointRequest.newBuilder()
                .setTransactionId(utf8(h.transaction()))
                .build());
    packed(
        "EndSavepoint", "", UNKNOWN, h -> FlightSql.ActionEndSavepointRequest.getDefaultInstance());
  }

  private static ActionCreatePreparedStatementRequest.Builder prepare(String sql) {
    return ActionCreatePreparedStatementRequest.newBuilder().setQuery(sql);
  }

  private void sessions() {
    session(
        "SetSessionOptions",
        OWN_OR_NOTHING_HAPPENS,
        Flight.SetSessionOptionsRequest.newBuilder()
            .putSessionOptions(
                "catalog", Flight.SessionOptionValue.newBuilder().setStringValue("mallard").build())
            .build());
    session(
        "GetSessionOptions",
        OWN_OR_NOTHING_HAPPENS,
        Flight.GetSessionOptionsRequest.getDefaultInstance());
    session("CloseSession", OWN, Flight.CloseSessionRequest.getDefaultInstance());
  }

  private void session(String type, Need need, Message body) {
    add(type, "with a cookie", need, h -> body.toByteString(), h -> Map.of("cookie", h.cookie()));
  }

  private static ByteString utf8(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
