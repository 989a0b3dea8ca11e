package dev.mallard.flight.wire;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.wire.OutgoingFrame;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The two ways in which FlightData crosses the wire, in place of protobuf's: protobuf would copy
 * each body several times and trust the lengths that a client declares.
 */
public final class FlightMarshallers {
  /** Tickets, descriptors, actions: read whole onto the heap, so they must be small. */
  private static final int MAX_REQUEST_BYTES = 8 << 20;

  private FlightMarshallers() {}

  /** For the single request of a call: never throws for what a client sent. */
  public static <T> MethodDescriptor.Marshaller<Request<T>> request(
      MethodDescriptor.Marshaller<T> marshaller) {
    return new MethodDescriptor.Marshaller<>() {
      @Override
      public InputStream stream(Request<T> request) {
        throw new UnsupportedOperationException("a server only receives these");
      }

      @Override
      public Request<T> parse(InputStream stream) {
        try {
          byte[] bytes = stream.readNBytes(MAX_REQUEST_BYTES + 1);
          if (bytes.length > MAX_REQUEST_BYTES) {
            return failed(
                ErrorCode.RESOURCE_EXHAUSTED,
                "request: it has more than " + MAX_REQUEST_BYTES + " bytes");
          }
          return new Request<>(marshaller.parse(new ByteArrayInputStream(bytes)), null);
        } catch (IOException | StatusRuntimeException e) {
          return failed(
              ErrorCode.INVALID_ARGUMENT,
              "request: it is not the protobuf message of this method (are its strings UTF-8?)");
        }
      }

      private Request<T> failed(ErrorCode code, String message) {
        return new Request<>(null, new MallardException(code, message));
      }
    };
  }

  /** For what the server sends. */
  public static MethodDescriptor.Marshaller<OutgoingFrame> outgoing() {
    return new MethodDescriptor.Marshaller<>() {
      @Override
      public InputStream stream(OutgoingFrame frame) {
        return frame;
      }

      @Override
      public OutgoingFrame parse(InputStream stream) {
        throw new UnsupportedOperationException("a server only sends these");
      }
    };
  }

  /** For what clients send; bodies are allocated from {@code allocator}. */
  public static MethodDescriptor.Marshaller<IncomingFrame> incoming(BufferAllocator allocator) {
    return new MethodDescriptor.Marshaller<>() {
      @Override
      public InputStream stream(IncomingFrame frame) {
        throw new UnsupportedOperationException("a server only receives these");
      }

      @Override
      public IncomingFrame parse(InputStream stream) {
        return FrameParser.parse(stream, allocator);
      }
    };
  }
}
