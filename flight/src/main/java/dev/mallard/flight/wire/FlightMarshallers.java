package dev.mallard.flight.wire;

import dev.mallard.arrow.IpcMessage;
import io.grpc.MethodDescriptor;
import java.io.InputStream;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The two ways in which FlightData crosses the wire, in place of protobuf's: protobuf would copy
 * each body several times and trust the lengths that a client declares.
 */
public final class FlightMarshallers {
  private FlightMarshallers() {}

  /** For what the server sends. */
  public static MethodDescriptor.Marshaller<IpcMessage> outgoing() {
    return new MethodDescriptor.Marshaller<>() {
      @Override
      public InputStream stream(IpcMessage message) {
        return new OutgoingFrame(message);
      }

      @Override
      public IpcMessage parse(InputStream stream) {
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
