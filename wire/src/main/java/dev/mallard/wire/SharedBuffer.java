package dev.mallard.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import java.util.ArrayList;
import java.util.List;

/** A buffer whose parts are others' memory, which is given back when Netty is done with it. */
final class SharedBuffer extends CompositeByteBuf {
  private final List<Runnable> onRelease = new ArrayList<>();

  SharedBuffer(ByteBufAllocator allocator) {
    super(allocator, true, Integer.MAX_VALUE);
  }

  /** Appends {@code part}, which is taken over. */
  void add(ByteBuf part) {
    addComponent(true, part);
  }

  /**
   * As above.
   *
   * @param release gives its memory back, on whatever thread
   */
  void add(ByteBuf part, Runnable release) {
    onRelease.add(release);
    add(part);
  }

  @Override
  protected void deallocate() {
    super.deallocate();
    onRelease.forEach(Runnable::run);
  }
}
