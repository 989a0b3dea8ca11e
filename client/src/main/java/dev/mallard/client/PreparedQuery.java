package dev.mallard.client;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.IpcMessage;
import java.util.List;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * A statement with parameters, as Flight SQL has it: prepared, bound, planned. Closing it lets the
 * server forget it. One thread at a time.
 *
 * @see <a href="https://arrow.apache.org/docs/format/FlightSql.html">Flight SQL</a>
 */
public final class PreparedQuery implements AutoCloseable {
  private final MallardClient client;
  private ByteString handle;

  PreparedQuery(MallardClient client, String sql) {
    this.client = client;
    FlightSql.ActionCreatePreparedStatementRequest request =
        FlightSql.ActionCreatePreparedStatementRequest.newBuilder().setQuery(sql).build();
    List<byte[]> replies = client.act("CreatePreparedStatement", Any.pack(request).toByteArray());
    if (replies.isEmpty()) {
      throw notFlightSql();
    }
    try {
      this.handle =
          Any.parseFrom(replies.get(0))
              .unpack(FlightSql.ActionCreatePreparedStatementResult.class)
              .getPreparedStatementHandle();
    } catch (InvalidProtocolBufferException e) {
      throw notFlightSql();
    }
  }

  private static RuntimeException notFlightSql() {
    return Errors.protocol("the server's answer is not Flight SQL's");
  }

  /**
   * Binds values and plans the statement with them.
   *
   * @param values integers, decimals, true, false, null; anything else, and what is in single
   *     quotes, is text
   */
  public FlightInfo plan(List<String> values) {
    try (VectorSchemaRoot row = Parameters.row(values, client.allocator());
        IpcMessage message = BatchEncoder.encode(row)) {
      Flight.FlightDescriptor descriptor =
          Flight.FlightDescriptor.newBuilder()
              .setType(Flight.FlightDescriptor.DescriptorType.CMD)
              .setCmd(ByteString.copyFrom(command()))
              .build();
      try (Upload upload =
          client.upload(descriptor, row.getSchema(), MallardClient.PutMode.REPLACE)) {
        upload.send(message);
        upload.finish();
        handle = newHandle(upload.reply());
      }
    }
    return client.flight().getInfo(FlightDescriptor.command(command()));
  }

  /** A server may keep the values in the handle. */
  private ByteString newHandle(byte[] reply) {
    try {
      ByteString given =
          FlightSql.DoPutPreparedStatementResult.parseFrom(reply).getPreparedStatementHandle();
      return given.isEmpty() ? handle : given;
    } catch (InvalidProtocolBufferException e) {
      throw notFlightSql();
    }
  }

  private byte[] command() {
    FlightSql.CommandPreparedStatementQuery query =
        FlightSql.CommandPreparedStatementQuery.newBuilder()
            .setPreparedStatementHandle(handle)
            .build();
    return Any.pack(query).toByteArray();
  }

  @Override
  public void close() {
    FlightSql.ActionClosePreparedStatementRequest request =
        FlightSql.ActionClosePreparedStatementRequest.newBuilder()
            .setPreparedStatementHandle(handle)
            .build();
    client.act("ClosePreparedStatement", Any.pack(request).toByteArray());
  }
}
