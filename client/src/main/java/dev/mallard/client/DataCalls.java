package dev.mallard.client;

import dev.mallard.arrow.IpcMessage;
import dev.mallard.wire.OutgoingFrame;
import io.grpc.MethodDescriptor;
import java.io.InputStream;
import java.util.Optional;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.apache.arrow.memory.BufferAllocator;

/**
 * DoGet and DoPut with messages in place of arrow-java's vectors: what is only passed on is never
 * decoded, and keeps its dictionaries, compression and metadata.
 */
final class DataCalls {
  private DataCalls() {}

  static MethodDescriptor<Flight.Ticket, Optional<IpcMessage>> doGet(BufferAllocator allocator) {
    return FlightServiceGrpc.getDoGetMethod().toBuilder(
            FlightServiceGrpc.getDoGetMethod().getRequestMarshaller(), incoming(allocator))
        .build();
  }

  static MethodDescriptor<OutgoingFrame, Flight.PutResult> doPut() {
    return FlightServiceGrpc.getDoPutMethod().toBuilder(
            outgoing(), FlightServiceGrpc.getDoPutMethod().getResponseMarshaller())
        .build();
  }

  private static MethodDescriptor.Marshaller<Optional<IpcMessage>> incoming(
      BufferAllocator allocator) {
    return new MethodDescriptor.Marshaller<>() {
      @Override
      public InputStream stream(Optional<IpcMessage> message) {
        throw new UnsupportedOperationException("a client only receives these");
      }

      @Override
      public Optional<IpcMessage> parse(InputStream stream) {
        return Optional.ofNullable(FrameIn.read(stream, allocator));
      }
    };
  }

  private static MethodDescriptor.Marshaller<OutgoingFrame> outgoing() {
    return new MethodDescriptor.Marshaller<>() {
      @Override
      public InputStream stream(OutgoingFrame frame) {
        return frame;
      }

      @Override
      public OutgoingFrame parse(InputStream stream) {
        throw new UnsupportedOperationException("a client only sends these");
      }
    };
  }
}
