package dev.mallard.wire;

import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.AsciiString;

/**
 * gRPC's own way to a connection, whose bytes are then not copied to put a frame together that came
 * in two reads. Netty would copy all that came with it, which is nearly all that a fast connection
 * receives. What came in drops is copied all the same: each would keep a buffer of its own, and a
 * frame of 16 KiB sent byte by byte 16 MiB.
 */
public final class UncopiedReads implements InternalProtocolNegotiator.ProtocolNegotiator {
  /** A read that fills less of its buffer is copied. */
  private static final int LEAST_PART = 4;

  private final InternalProtocolNegotiator.ProtocolNegotiator usual;

  /** Takes over {@code usual}. */
  public UncopiedReads(InternalProtocolNegotiator.ProtocolNegotiator usual) {
    this.usual = usual;
  }

  @Override
  public AsciiString scheme() {
    return usual.scheme();
  }

  @Override
  public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpc) {
    grpc.setCumulator(UncopiedReads::cumulate);
    return usual.newHandler(grpc);
  }

  static ByteBuf cumulate(ByteBufAllocator allocator, ByteBuf before, ByteBuf in) {
    boolean isFull = in.readableBytes() >= in.capacity() / LEAST_PART;
    return (isFull
            ? ByteToMessageDecoder.COMPOSITE_CUMULATOR
            : ByteToMessageDecoder.MERGE_CUMULATOR)
        .cumulate(allocator, before, in);
  }

  @Override
  public void close() {
    usual.close();
  }
}
