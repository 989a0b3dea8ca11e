package dev.mallard.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.apache.arrow.flight.impl.Flight.Ticket;

/** Reads a ticket to its end and says what came over the wire. */
final class RawReads {
  private RawReads() {}

  /**
   * @param dataBytes headers and bodies of all messages after the schema
   * @param largest the largest message, as gRPC saw it
   * @param batches rows of each record batch
   */
  record Received(
      long dataBytes,
      long largest,
      List<Long> batches,
      List<String> appMetadata,
      List<FlightData> messages) {
    long rows() {
      return batches.stream().mapToLong(Long::longValue).sum();
    }
  }

  static Received all(RawFlight raw, byte[] ticket) {
    return all(raw, ticket, Map.of());
  }

  static Received all(RawFlight raw, byte[] ticket, Map<String, String> headers) {
    byte[] request =
        Ticket.newBuilder().setTicket(ByteString.copyFrom(ticket)).build().toByteArray();
    RawFlight.Call call = raw.doGet(request, headers);
    call.request(1_000_000);
    RawFlight.Outcome outcome = call.outcome();
    if (!outcome.status().isOk()) {
      throw outcome.status().asRuntimeException();
    }
    return describe(outcome.messages().stream().map(RawReads::parse).toList());
  }

  /** Rows of a DoGet's outcome. */
  static long rows(RawFlight.Outcome outcome) {
    return describe(outcome.messages().stream().map(RawReads::parse).toList()).rows();
  }

  static Received describe(List<FlightData> messages) {
    long dataBytes = 0;
    long largest = 0;
    List<Long> batches = new ArrayList<>();
    List<String> appMetadata = new ArrayList<>();
    for (FlightData data : messages) {
      Message header = Message.getRootAsMessage(data.getDataHeader().asReadOnlyByteBuffer());
      largest = Math.max(largest, data.getSerializedSize());
      if (header.headerType() != MessageHeader.Schema) {
        dataBytes += data.getDataHeader().size() + data.getDataBody().size();
      }
      if (header.headerType() == MessageHeader.RecordBatch) {
        batches.add(((RecordBatch) header.header(new RecordBatch())).length());
      }
      if (!data.getAppMetadata().isEmpty()) {
        appMetadata.add(data.getAppMetadata().toStringUtf8());
      }
    }
    return new Received(dataBytes, largest, batches, appMetadata, messages);
  }

  private static FlightData parse(byte[] message) {
    try {
      return FlightData.parseFrom(message);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
