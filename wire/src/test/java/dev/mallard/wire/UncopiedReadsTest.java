package dev.mallard.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How what comes in several reads is put together. */
final class UncopiedReadsTest {
  private static final int FRAME_BYTES = 16 * 1024;

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 255, 256, 1024})
  void theBytesAreThoseThatCameHoweverTheyCame(int most) {
    byte[] sent = new byte[FRAME_BYTES];
    new Random(most).nextBytes(sent);
    Random random = new Random(1);
    ByteBuf all = allocator.directBuffer(1024);
    for (int at = 0; at < sent.length; ) {
      int step = Math.min(sent.length - at, 1 + random.nextInt(most));
      ByteBuf read = allocator.directBuffer(1024).writeBytes(sent, at, step);
      all = UncopiedReads.cumulate(allocator, all, read);
      at += step;
    }
    byte[] received = new byte[all.readableBytes()];
    all.readBytes(received);
    assertThat(received).isEqualTo(sent);
    all.release();
    assertNothingIsLeft();
  }

  @Test
  void aFrameThatComesByteByByteKeepsLittleMoreThanItself() {
    ByteBuf all = allocator.directBuffer(1024).writeByte(0);
    for (int i = 1; i < FRAME_BYTES; i++) {
      all = UncopiedReads.cumulate(allocator, all, allocator.directBuffer(1024).writeByte(i));
    }
    assertThat(all.readableBytes()).isEqualTo(FRAME_BYTES);
    assertThat(allocator.metric().usedDirectMemory()).isLessThan(8 * FRAME_BYTES);
    all.release();
    assertNothingIsLeft();
  }

  @Test
  void fullReadsAreNotCopied() {
    ByteBuf first = allocator.directBuffer(1024).writeZero(1024);
    ByteBuf second = allocator.directBuffer(1024).writeZero(300);
    ByteBuf both = UncopiedReads.cumulate(allocator, first, second);
    assertThat(both).isInstanceOf(CompositeByteBuf.class);
    assertThat(both.readableBytes()).isEqualTo(1324);
    assertThat(allocator.metric().usedDirectMemory()).isEqualTo(2048);
    both.release();
    assertNothingIsLeft();
  }

  private void assertNothingIsLeft() {
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }
}
