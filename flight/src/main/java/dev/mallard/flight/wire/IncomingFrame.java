package dev.mallard.flight.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.mallard.error.MallardException;
import java.nio.ByteBuffer;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.memory.ArrowBuf;
import org.jspecify.annotations.Nullable;

/**
 * A FlightData frame as a client sent it: its fields taken apart, nothing in them checked. Owns its
 * body.
 *
 * @param descriptor undecoded, or null
 * @param header the Message flatbuffer, or null
 * @param appMetadata or null
 * @param body or null
 * @param failure set instead of all else if the frame could not be read
 */
public record IncomingFrame(
    byte @Nullable [] descriptor,
    @Nullable ByteBuffer header,
    byte @Nullable [] appMetadata,
    @Nullable ArrowBuf body,
    @Nullable MallardException failure)
    implements AutoCloseable {

  static IncomingFrame failed(MallardException failure) {
    return new IncomingFrame(null, null, null, null, failure);
  }

  /**
   * @throws MallardException INVALID_ARGUMENT if it is not a descriptor
   */
  public @Nullable FlightDescriptor parseDescriptor() {
    try {
      return descriptor == null ? null : FlightDescriptor.parseFrom(descriptor);
    } catch (InvalidProtocolBufferException e) {
      throw new MallardException(
          dev.mallard.error.ErrorCode.INVALID_ARGUMENT,
          "upload: the descriptor of the first message is not a FlightDescriptor (are its strings UTF-8?)",
          e);
    }
  }

  /** About what it took on the wire. */
  public long bytes() {
    long header = this.header == null ? 0 : this.header.remaining();
    return header + (body == null ? 0 : body.capacity());
  }

  @Override
  public void close() {
    if (body != null) {
      body.close();
    }
  }
}
