package dev.mallard.server;

import static dev.mallard.server.MatrixDeed.ABSENT;
import static dev.mallard.server.MatrixDeed.INVALID;
import static dev.mallard.server.MatrixDeed.NOTHING;
import static dev.mallard.server.MatrixDeed.OWN;
import static dev.mallard.server.MatrixDeed.OWN_WRITE;
import static dev.mallard.server.MatrixDeed.SIGNED_IN;
import static dev.mallard.server.MatrixDeed.UNKNOWN;
import static dev.mallard.server.MatrixDeed.WRITE;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.mallard.server.MatrixDeed.Call;
import dev.mallard.server.MatrixDeed.Need;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.reflection.v1.ServerReflectionRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.vector.types.pojo.Schema;

/** The rows of the matrix: every method with every kind of target. */
final class MatrixDeeds {
  private static final Map<String, String> NO_HEADERS = Map.of();

  private final List<MatrixDeed> all = new ArrayList<>();

  private MatrixDeeds() {}

  static List<MatrixDeed> all() {
    MatrixDeeds deeds = new MatrixDeeds();
    List.of("GetFlightInfo", "GetSchema", "PollFlightInfo").forEach(deeds::describe);
    deeds.get();
    deeds.put();
    deeds.others();
    deeds.all.addAll(MatrixActions.all());
    return deeds.all;
  }

  private void add(String what, Need need, Function<MatrixHandles, Call> call) {
    all.add(new MatrixDeed(what, need, call));
  }

  private void describe(String method) {
    String start = method + " of ";
    target(start + "a dataset", SIGNED_IN, method, h -> Frames.path(h.dataset()));
    target(
        start + "a dataset's file", SIGNED_IN, method, h -> Frames.path(h.dataset() + ".parquet"));
    target(start + "a table", SIGNED_IN, method, h -> Frames.path(h.table()));
    target(
        start + "SQL over a dataset", SIGNED_IN, method, h -> text("SELECT * FROM " + h.dataset()));
    target(
        start + "SQL over a table",
        SIGNED_IN,
        method,
        h -> text("SELECT count(*) FROM " + h.table()));
    target(start + "SQL that changes", WRITE, method, h -> text("DELETE FROM " + h.table()));
    target(start + "an append", INVALID, method, h -> text("{\"append\":\"" + h.dataset() + "\"}"));
    Need poll = method.equals("PollFlightInfo") ? OWN : INVALID;
    target(start + "a polled query", poll, method, h -> text("{\"poll\":\"" + h.poll() + "\"}"));
    target(start + "nothing", INVALID, method, h -> FlightDescriptor.getDefaultInstance());
    commands(
        (name, number, command) ->
            target(
                start + name + number,
                asked(name, number),
                method,
                h -> command(command.apply(h))));
  }

  /** What a command needs where it is asked about. */
  private static Need asked(String command, int number) {
    return switch (command) {
      case "StatementQuery" -> number == 2 ? OWN : SIGNED_IN;
      case "PreparedStatementQuery" -> OWN;
      case "StatementUpdate", "PreparedStatementUpdate", "StatementIngest" -> INVALID;
      default -> SIGNED_IN;
    };
  }

  private void target(
      String what, Need need, String method, Function<MatrixHandles, FlightDescriptor> target) {
    add(what, need, handles -> Call.of(method, target.apply(handles)));
  }

  private interface EachCommand {
    void is(String name, int number, Function<MatrixHandles, ByteString> command);
  }

  private static void commands(EachCommand each) {
    MatrixCommands.all()
        .forEach(
            (name, commands) -> {
              for (int i = 0; i < commands.size(); i++) {
                each.is(name, i, commands.get(i));
              }
            });
  }

  private void get() {
    ticket("a dataset's name", SIGNED_IN, MatrixHandles::dataset);
    ticket("a dataset's version", SIGNED_IN, MatrixDeeds::issued);
    ticket("a table's name", SIGNED_IN, h -> "SELECT * FROM " + h.table());
    ticket("SQL that changes", WRITE, h -> "DELETE FROM " + h.table());
    ticket("issued SQL", SIGNED_IN, h -> "{\"sql\":\"SELECT * FROM " + h.dataset() + "\"}");
    ticket("issued SQL that changes", WRITE, h -> "{\"sql\":\"DELETE FROM " + h.table() + "\"}");
    ticket(
        "issued SQL in a transaction",
        OWN,
        h -> "{\"sql\":\"SELECT 1\",\"transaction\":\"" + h.transaction() + "\"}");
    ticket("a prepared statement", OWN, h -> "{\"prepared\":\"" + h.prepared() + "\"}");
    ticket("a kept result", OWN, MatrixHandles::spooled);
    ticket("nothing", INVALID, h -> "");
    commands(
        (name, number, command) ->
            add(
                "DoGet of " + name + number,
                name.contains("Statement") ? INVALID : SIGNED_IN,
                h ->
                    Call.of(
                        "DoGet", Flight.Ticket.newBuilder().setTicket(command.apply(h)).build())));
  }

  static String issued(MatrixHandles handles) {
    return "{\"dataset\":\"%s.parquet\",\"version\":\"%s\"}"
        .formatted(handles.dataset(), handles.version());
  }

  private void ticket(String what, Need need, Function<MatrixHandles, String> ticket) {
    add(
        "DoGet of " + what,
        need,
        h -> new Call("DoGet", List.of(Frames.ticket(ticket.apply(h))), NO_HEADERS));
  }

  private void put() {
    upload("to replace", WRITE, h -> Frames.path(h.dataset() + ".parquet"), NO_HEADERS);
    upload("to append", WRITE, h -> Frames.path(h.dataset()), Map.of("mallard-put-mode", "append"));
    upload("of an append", WRITE, h -> text("{\"append\":\"" + h.dataset() + "\"}"), NO_HEADERS);
    upload("of SQL text", INVALID, h -> text("DELETE FROM " + h.table()), NO_HEADERS);
    upload("of a polled query", INVALID, h -> text("{\"poll\":\"" + h.poll() + "\"}"), NO_HEADERS);
    commands(
        (name, number, command) -> {
          boolean hasRows = name.equals("StatementIngest");
          add(
              "DoPut of " + name + number,
              updated(name, number),
              h -> {
                FlightDescriptor target = command(command.apply(h));
                return new Call("DoPut", hasRows ? rows(target, 3) : noRows(target), NO_HEADERS);
              });
        });
  }

  private static Need updated(String command, int number) {
    return switch (command) {
      case "PreparedStatementQuery" -> OWN;
      case "StatementUpdate", "StatementIngest" -> number == 1 ? OWN_WRITE : WRITE;
      case "PreparedStatementUpdate" -> OWN_WRITE;
      default -> INVALID;
    };
  }

  private void upload(
      String what,
      Need need,
      Function<MatrixHandles, FlightDescriptor> target,
      Map<String, String> headers) {
    add("DoPut " + what, need, h -> new Call("DoPut", rows(target.apply(h), 3), headers));
  }

  private void others() {
    add(
        "ListFlights",
        SIGNED_IN,
        h -> Call.of("ListFlights", Flight.Criteria.getDefaultInstance()));
    add(
        "ListFlights of a name",
        SIGNED_IN,
        h ->
            Call.of(
                "ListFlights",
                Flight.Criteria.newBuilder()
                    .setExpression(ByteString.copyFromUtf8(h.dataset()))
                    .build()));
    add("ListActions", SIGNED_IN, h -> Call.of("ListActions", Flight.Empty.getDefaultInstance()));
    add(
        "DoExchange",
        UNKNOWN,
        h -> new Call("DoExchange", rows(Frames.path(h.dataset()), 3), NO_HEADERS));
    add("no such method", ABSENT, h -> Call.of("NoSuchMethod", Flight.Empty.getDefaultInstance()));
    add(
        "health",
        NOTHING,
        h -> Call.of("grpc.health.v1.Health/Check", HealthCheckRequest.getDefaultInstance()));
    for (String version : List.of("v1", "v1alpha")) {
      add(
          "reflection " + version,
          SIGNED_IN,
          h ->
              Call.of(
                  "grpc.reflection." + version + ".ServerReflection/ServerReflectionInfo",
                  ServerReflectionRequest.newBuilder().setListServices("").build()));
    }
  }

  private static FlightDescriptor text(String text) {
    return command(ByteString.copyFromUtf8(text));
  }

  static FlightDescriptor command(ByteString command) {
    return FlightDescriptor.newBuilder()
        .setType(FlightDescriptor.DescriptorType.CMD)
        .setCmd(command)
        .build();
  }

  /** An upload of one batch. */
  static List<byte[]> rows(FlightDescriptor target, int rows) {
    return Frames.bytes(Frames.upload(target, Tables.SCHEMA, 1, rows, 1));
  }

  static List<byte[]> noRows(FlightDescriptor target) {
    return Frames.bytes(List.of(Frames.schema(target, new Schema(List.of()))));
  }

  static Flight.Action action(String type, Message body) {
    return Flight.Action.newBuilder().setType(type).setBody(body.toByteString()).build();
  }
}
