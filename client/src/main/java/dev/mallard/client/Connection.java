package dev.mallard.client;

import dev.mallard.wire.SocketBuffers;
import dev.mallard.wire.UncopiedReads;
import io.grpc.ManagedChannel;
import io.grpc.netty.InternalNettyChannelBuilder;
import io.grpc.netty.InternalNettyChannelBuilder.ProtocolNegotiatorFactory;
import io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * A gRPC channel and the one thread that serves its socket. The thread is the channel's own, not
 * one of those that gRPC shares, so that it ends with it: a JVM waits 0.3 s on exit for a thread
 * that still polls a socket. Thread-safe.
 */
final class Connection implements AutoCloseable {
  private static final int WINDOW_BYTES = 4 << 20;
  private static final long CLOSE_SECONDS = 5;

  private final EventLoopGroup thread =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("mallard-client", true), NioIoHandler.newFactory());
  private final ManagedChannel channel;

  /**
   * Connects when first used.
   *
   * @param signIn who comes; other connections may share it
   * @throws dev.mallard.error.MallardException FAILED_PRECONDITION if a file of the TLS settings
   *     cannot be read
   */
  Connection(ClientSettings settings, SignIn signIn) {
    ServerAddress address = settings.address();
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(address.host(), address.port())
            .eventLoopGroup(thread)
            .channelType(NioSocketChannel.class)
            .withOption(ChannelOption.WRITE_BUFFER_WATER_MARK, SocketBuffers.WRITE)
            .withOption(ChannelOption.RECVBUF_ALLOCATOR, SocketBuffers.READ)
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .flowControlWindow(WINDOW_BYTES)
            .maxTraceEvents(0);
    if (address.tls()) {
      builder.sslContext(TlsContext.of(settings.tls()));
    } else {
      builder.usePlaintext();
      ProtocolNegotiatorFactory uncopied =
          () -> new UncopiedReads(InternalProtocolNegotiators.plaintext());
      InternalNettyChannelBuilder.setProtocolNegotiatorFactory(builder, uncopied);
    }
    if (signIn.isOfSomebody()) {
      builder.intercept(new SignInInterceptor(signIn));
    }
    this.channel = builder.build();
  }

  ManagedChannel channel() {
    return channel;
  }

  /** Ends all calls, and waits for the end of the connection and its thread. */
  @Override
  public void close() throws InterruptedException {
    channel.shutdownNow();
    channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    thread.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS).await();
  }
}
