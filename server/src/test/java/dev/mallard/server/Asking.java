package dev.mallard.server;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.impl.Flight.Action;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.flight.impl.Flight.Result;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;

/** Requests of a caller, in bytes: what is asked is what is answered, without a client between. */
final class Asking {
  private final RawFlight raw;
  private final Map<String, String> headers;

  Asking(RawFlight raw, Map<String, String> headers) {
    this.raw = raw;
    this.headers = headers;
  }

  /**
   * @param token as {@link KnownNames} takes it; empty shows nothing
   */
  static Asking of(TestServer server, String token) {
    return new Asking(
        server.raw(), token.isEmpty() ? Map.of() : Map.of("authorization", "Bearer " + token));
  }

  /** The same, with one more header. */
  Asking with(String name, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(name, value);
    return new Asking(raw, more);
  }

  RawFlight.Call begin(String method, MethodType type) {
    return raw.start(method, type, CallOptions.DEFAULT, headers);
  }

  RawFlight.Outcome ask(String method, Message request) {
    RawFlight.Call call = begin(method, MethodType.SERVER_STREAMING);
    call.request(1_000_000);
    call.send(request.toByteArray());
    call.end();
    return call.outcome();
  }

  RawFlight.Outcome action(String type, Message body) {
    return ask("DoAction", actionOf(type, body.toByteString()));
  }

  static Action actionOf(String type, ByteString body) {
    return Action.newBuilder().setType(type).setBody(body).build();
  }

  /** An action of Flight SQL's. */
  RawFlight.Outcome sqlAction(String type, Message body) {
    return ask("DoAction", actionOf(type, Any.pack(body).toByteString()));
  }

  RawFlight.Outcome get(String ticket) {
    RawFlight.Call call = raw.doGet(Frames.ticket(ticket), headers);
    call.request(1_000_000);
    return call.outcome();
  }

  /** Sends all frames, whatever comes back, and ends. */
  RawFlight.Outcome put(List<FlightData> frames) {
    RawFlight.Call call = raw.doPut(CallOptions.DEFAULT, headers);
    call.request(1_000);
    frames.forEach(frame -> call.send(frame.toByteArray()));
    call.end();
    return call.outcome();
  }

  /**
   * Rows for a table, which is made if it is not there.
   *
   * @param transaction empty for none
   */
  static CommandStatementIngest ingest(String table, String transaction) {
    var command =
        CommandStatementIngest.newBuilder()
            .setTable(table)
            .setTableDefinitionOptions(
                TableDefinitionOptions.newBuilder()
                    .setIfNotExist(TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE)
                    .setIfExists(TableExistsOption.TABLE_EXISTS_OPTION_APPEND));
    return transaction.isEmpty()
        ? command.build()
        : command.setTransactionId(ByteString.copyFromUtf8(transaction)).build();
  }

  /** Rows for a command. */
  static List<FlightData> rows(Message command) {
    return Frames.upload(descriptor(command), Tables.SCHEMA, 1, 3, 1);
  }

  static FlightDescriptor descriptor(Message command) {
    return FlightDescriptor.newBuilder()
        .setType(FlightDescriptor.DescriptorType.CMD)
        .setCmd(Any.pack(command).toByteString())
        .build();
  }

  static FlightDescriptor command(String text) {
    return FlightDescriptor.newBuilder()
        .setType(FlightDescriptor.DescriptorType.CMD)
        .setCmd(ByteString.copyFromUtf8(text))
        .build();
  }

  /** Bodies of an action's results. */
  static List<ByteString> bodies(RawFlight.Outcome outcome) throws Exception {
    List<ByteString> bodies = new ArrayList<>();
    for (byte[] message : outcome.messages()) {
      bodies.add(Result.parseFrom(message).getBody());
    }
    return bodies;
  }
}
