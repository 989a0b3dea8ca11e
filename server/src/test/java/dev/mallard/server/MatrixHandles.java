package dev.mallard.server;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.impl.Flight.FlightInfo;
import org.apache.arrow.flight.impl.Flight.PollInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginTransactionRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionBeginTransactionResult;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementResult;

/**
 * What calls of the matrix are about: one caller's data and handles, or others that look the same
 * and never were.
 *
 * @param version of the dataset
 * @param spooled ticket of a result that is kept
 */
record MatrixHandles(
    String dataset,
    String version,
    String table,
    String prepared,
    String preparedUpdate,
    String transaction,
    String spooled,
    String poll,
    String cookie) {
  /** In all that is secret, and in nothing else that is said. */
  static final String SENTINEL = "zqx";

  static final int ROWS = 313;
  private static final AtomicInteger NUMBER = new AtomicInteger();

  /** Makes them, as their owner. */
  static MatrixHandles create(RawFlight raw, Map<String, String> owner) {
    Maker maker = new Maker(raw, owner);
    int number = NUMBER.incrementAndGet();
    String dataset = SENTINEL + "_data" + number;
    String table = SENTINEL + "_table" + number;
    maker.put(dataset);
    maker.update(
        "CREATE TABLE %s AS SELECT 'zqx_value' AS zqx_column FROM range(%d)"
            .formatted(table, ROWS));
    String transaction = maker.begin();
    PollInfo polled = maker.polled("SELECT * FROM " + table);
    String spooled = polled.getInfo().getEndpoint(0).getTicket().getTicket().toStringUtf8();
    return new MatrixHandles(
        dataset,
        maker.version(dataset),
        table,
        maker.prepare("SELECT zqx_column FROM " + table),
        maker.prepare("INSERT INTO %s VALUES ('zqx_value')".formatted(table)),
        transaction,
        spooled,
        Tables.json(spooled.getBytes(StandardCharsets.UTF_8)).get("plan").textValue(),
        maker.session());
  }

  /** Of the same form, and nobody's. */
  MatrixHandles unknown() {
    String result = Tables.json(spooled.getBytes(StandardCharsets.UTF_8)).get("result").textValue();
    return new MatrixHandles(
        dataset.replace("data", "dbta"),
        version,
        table.replace("table", "tbble"),
        other(prepared),
        other(preparedUpdate),
        other(transaction),
        spooled.replace(result, other(result)).replace(poll, other(poll)),
        other(poll),
        cookie.substring(0, cookie.indexOf('=') + 1)
            + other(cookie.substring(cookie.indexOf('=') + 1)));
  }

  /** Other digits and letters in the same places. */
  private static String other(String handle) {
    StringBuilder other = new StringBuilder(handle);
    for (int i = 0; i < handle.length(); i++) {
      char c = handle.charAt(i);
      if (c >= '0' && c <= '9') {
        other.setCharAt(i, (char) ('0' + '9' - c));
      } else if (c >= 'a' && c <= 'f') {
        other.setCharAt(i, (char) ('a' + 'f' - c));
      }
    }
    return other.toString();
  }

  /** What is said of these, as it would be said of any. */
  String withoutNames(String said) {
    String result = Tables.json(spooled.getBytes(StandardCharsets.UTF_8)).get("result").textValue();
    return said.replace(dataset, "DATASET")
        .replace(table, "TABLE")
        .replace(prepared, "HANDLE")
        .replace(preparedUpdate, "HANDLE")
        .replace(transaction, "HANDLE")
        .replace(result, "HANDLE")
        .replace(poll, "HANDLE")
        .replace(cookie.substring(cookie.indexOf('=') + 1), "HANDLE");
  }

  /** Calls of the owner's that must go well. */
  private record Maker(RawFlight raw, Map<String, String> headers) {
    RawFlight.Call call(String method, List<byte[]> messages) {
      RawFlight.Call call =
          raw.start(method, MethodType.BIDI_STREAMING, io.grpc.CallOptions.DEFAULT, metadata());
      call.request(1_000);
      messages.forEach(call::send);
      call.end();
      if (!call.outcome().status().isOk()) {
        throw new AssertionError(method + ": " + call.outcome().status());
      }
      return call;
    }

    private Metadata metadata() {
      Metadata metadata = new Metadata();
      headers.forEach(
          (name, value) ->
              metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
      return metadata;
    }

    byte[] only(String method, Message request) {
      return first(method, List.of(request.toByteArray()));
    }

    private byte[] first(String method, List<byte[]> messages) {
      RawFlight.Call call =
          raw.start(method, MethodType.BIDI_STREAMING, io.grpc.CallOptions.DEFAULT, metadata());
      call.request(1_000);
      messages.forEach(call::send);
      call.end();
      RawFlight.Outcome outcome = call.outcome();
      if (!outcome.status().isOk()) {
        throw new AssertionError(method + ": " + outcome.status());
      }
      return outcome.messages().get(0);
    }

    void put(String dataset) {
      call("DoPut", MatrixDeeds.rows(Frames.path(dataset + ".parquet"), ROWS));
    }

    void update(String sql) {
      call("DoPut", MatrixDeeds.noRows(MatrixDeeds.command(MatrixCommands.update(sql, null))));
    }

    String version(String dataset) {
      FlightInfo info = info(Frames.path(dataset));
      byte[] ticket = info.getEndpoint(0).getTicket().getTicket().toByteArray();
      return Tables.json(ticket).get("version").textValue();
    }

    private FlightInfo info(Flight.FlightDescriptor descriptor) {
      try {
        return FlightInfo.parseFrom(only("GetFlightInfo", descriptor));
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }

    PollInfo polled(String sql) {
      try {
        Flight.FlightDescriptor next = MatrixDeeds.command(ByteString.copyFromUtf8(sql));
        while (true) {
          PollInfo poll = PollInfo.parseFrom(only("PollFlightInfo", next));
          if (!poll.hasFlightDescriptor()) {
            return poll;
          }
          next = poll.getFlightDescriptor();
        }
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }

    String prepare(String sql) {
      var request = ActionCreatePreparedStatementRequest.newBuilder().setQuery(sql).build();
      return result("CreatePreparedStatement", request, ActionCreatePreparedStatementResult.class)
          .getPreparedStatementHandle()
          .toStringUtf8();
    }

    String begin() {
      var request = ActionBeginTransactionRequest.getDefaultInstance();
      return result("BeginTransaction", request, ActionBeginTransactionResult.class)
          .getTransactionId()
          .toStringUtf8();
    }

    private <T extends Message> T result(String action, Message request, Class<T> type) {
      try {
        byte[] result = only("DoAction", MatrixDeeds.action(action, Any.pack(request)));
        return Any.parseFrom(Flight.Result.parseFrom(result).getBody()).unpack(type);
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }

    /** A new one, in which something is set; its cookie. */
    String session() {
      var value = Flight.SessionOptionValue.newBuilder().setStringValue("datasets").build();
      var request =
          Flight.SetSessionOptionsRequest.newBuilder().putSessionOptions("catalog", value).build();
      RawFlight.Call call =
          call("DoAction", List.of(MatrixDeeds.action("SetSessionOptions", request).toByteArray()));
      String cookie = call.replyHeader("set-cookie");
      return cookie.substring(0, cookie.indexOf(';'));
    }
  }
}
