package dev.mallard.wire;

import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiator;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.AsciiString;

/**
 * gRPC's own way to a connection, whose bytes are then not copied to put a frame together that came
 * in two reads. Netty would copy all that came with it, which is nearly all that a fast connection
 * receives.
 */
public final class UncopiedReads implements InternalProtocolNegotiator.ProtocolNegotiator {
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
    grpc.setCumulator(ByteToMessageDecoder.COMPOSITE_CUMULATOR);
    return usual.newHandler(grpc);
  }

  @Override
  public void close() {
    usual.close();
  }
}
