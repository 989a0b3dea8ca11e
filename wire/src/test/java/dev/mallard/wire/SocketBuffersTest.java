package dev.mallard.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

/** What Netty makes of the sizes. */
final class SocketBuffersTest {
  @Test
  void aChannelTakesAMegabyteBeforeItAsksToWait() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, SocketBuffers.WRITE);
    channel.write(channel.alloc().buffer().writeZero(1 << 20));
    assertThat(channel.isWritable()).isFalse();
    assertThat(channel.bytesBeforeWritable()).isGreaterThan(0);
    channel.flush();
    assertThat(channel.isWritable()).isTrue();

    channel.write(channel.alloc().buffer().writeZero(900_000));
    assertThat(channel.isWritable()).isTrue();
    channel.finishAndReleaseAll();
  }

  /** A connection with little to read costs little; one that is always full gets large buffers. */
  @Test
  void readBuffersGrowWithWhatComes() {
    RecvByteBufAllocator.Handle handle = SocketBuffers.READ.newHandle();
    assertThat(handle.guess()).isEqualTo(16 * 1024);
    for (int i = 0; i < 20; i++) {
      read(handle, handle.guess());
    }
    assertThat(handle.guess()).isEqualTo(512 * 1024);
    for (int i = 0; i < 50; i++) {
      read(handle, 1);
    }
    assertThat(handle.guess()).isEqualTo(1024);
  }

  private static void read(RecvByteBufAllocator.Handle handle, int bytes) {
    handle.reset(new EmbeddedChannel().config());
    ByteBuf buffer = handle.allocate(UnpooledByteBufAllocator.DEFAULT);
    handle.attemptedBytesRead(buffer.writableBytes());
    handle.lastBytesRead(bytes);
    handle.readComplete();
    buffer.release();
  }
}
